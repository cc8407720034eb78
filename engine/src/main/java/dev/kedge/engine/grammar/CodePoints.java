package dev.kedge.engine.grammar;

import java.util.BitSet;

/** A set of code points. */
final class CodePoints {
  private final BitSet points;

  private CodePoints(BitSet points) {
    this.points = points;
  }

  /** From low and high of each range, in pairs. */
  static CodePoints of(int... ranges) {
    BitSet points = new BitSet();
    for (int i = 0; i < ranges.length; i += 2) points.set(ranges[i], ranges[i + 1] + 1);
    return new CodePoints(points);
  }

  CodePoints or(CodePoints other) {
    BitSet union = (BitSet) points.clone();
    union.or(other.points);
    return new CodePoints(union);
  }

  CodePoints without(CodePoints other) {
    BitSet rest = (BitSet) points.clone();
    rest.andNot(other.points);
    return new CodePoints(rest);
  }

  /** The only one, or -1. */
  int single() {
    return points.cardinality() == 1 ? points.nextSetBit(0) : -1;
  }

  /** Low and high of each range, in pairs. */
  int[] ranges() {
    IntList ranges = new IntList();
    for (int low = points.nextSetBit(0); low >= 0; ) {
      int end = points.nextClearBit(low);
      ranges.add(low);
      ranges.add(end - 1);
      low = points.nextSetBit(end);
    }
    return ranges.toArray();
  }
}
