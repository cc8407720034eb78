package dev.kedge.engine.grammar;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an array may hold.
 *
 * @param first the elements that have a kind of their own, in order
 * @param rest those after them; null where there are none
 * @param least elements
 * @param most elements, -1: without limit
 */
record ArrayShape(List<Node> first, @Nullable Node rest, int least, int most) {
  ArrayShape {
    first = List.copyOf(first);
    if (rest == null) most = most < 0 ? first.size() : Math.min(most, first.size());
  }

  Node element(int index) {
    if (index < first.size()) return first.get(index);
    if (rest == null) throw new IndexOutOfBoundsException(index);
    return rest;
  }

  int height() {
    if (most >= 0 && least > most) return Node.IMPOSSIBLE;
    int highest = 0;
    for (int i = 0; i < Math.min(least, first.size() + 1); i++) {
      highest = Math.max(highest, element(i).height);
    }
    return Math.min(Node.IMPOSSIBLE, highest + 1);
  }

  /**
   * Whether another element can follow the elements of a frame, of which it counts those so far.
   */
  boolean goesOn(Frame at) {
    return (most < 0 || at.a < most) && element(at.a).fits(at);
  }

  /** The count after one more element; what no longer matters is not counted. */
  int after(int count) {
    if (most >= 0) return count + 1;
    return Math.min(count + 1, Math.max(1, Math.max(least, first.size())));
  }
}
