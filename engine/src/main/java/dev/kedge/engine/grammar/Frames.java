package dev.kedge.engine.grammar;

import java.util.ArrayList;
import java.util.List;

/**
 * The stacks that a parse may be at, each once, in the order of the grammar. More than {@value
 * #MOST} are not followed: the later ones are dropped, which takes choices away from the answer but
 * never lets a wrong one through.
 */
final class Frames {
  static final int MOST = 64;

  private final List<Frame> frames = new ArrayList<>(4);

  void add(Frame frame) {
    if (frames.size() < MOST && !frames.contains(frame)) frames.add(frame);
  }

  int size() {
    return frames.size();
  }

  boolean isEmpty() {
    return frames.isEmpty();
  }

  Frame[] toArray() {
    return frames.toArray(new Frame[0]);
  }
}
