package dev.kedge.engine.grammar;

import dev.kedge.engine.weights.FormatException;
import java.util.Collection;

/** What an answer may be, from its first byte to its last. Immutable and thread-safe. */
public final class Grammar {
  private static final Part BOTTOM =
      new Part() {
        @Override
        void resume(Frame at, Frames out) {
          out.add(at);
        }

        @Override
        boolean end() {
          return true;
        }
      };

  private final State start;

  private Grammar(State start) {
    this.start = start;
  }

  /**
   * @param nodes all that can be reached from the root, the root included
   * @throws FormatException if no text fits
   */
  static Grammar of(Node root, Collection<Node> nodes) {
    for (Node node : nodes) {
      if (node instanceof Node.Union union) {
        var flat = union.flattened();
        union.alternatives.clear();
        union.alternatives.addAll(flat);
      }
    }
    measure(nodes);
    Frames frames = new Frames();
    Frame bottom = new Frame(BOTTOM, 0, 0, null, 0);
    if (root.fits(bottom)) root.enter(bottom, frames);
    if (frames.isEmpty()) throw new FormatException(-1, "no answer can fit the schema");
    return new Grammar(State.of(frames, new Steps()));
  }

  private static void measure(Collection<Node> nodes) {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Node node : nodes) {
        int height = Math.min(node.measure(), Node.IMPOSSIBLE);
        if (height == node.height) continue;
        node.height = height;
        changed = true;
      }
    }
  }

  /** Before the first byte. */
  public State start() {
    return start;
  }
}
