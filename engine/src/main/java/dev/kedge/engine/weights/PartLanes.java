package dev.kedge.engine.weights;

import java.util.Arrays;

/**
 * The parts of some blocks of a K type, turned so that the same element of many parts lies side by
 * side: loops over parts then have no order among their sums, and a compiler can run them on
 * vectors, with the same result as one by one. Lane {@code p} is part {@code p}.
 */
final class PartLanes {
  /** Parts that are searched together. */
  static final int LANES = 64;

  /** Adding and subtracting it rounds a number below 2²² to an integer, ties to even. */
  static final float ROUND = 0x1.8p23f;

  /** By element, then by lane. */
  final float[][] x;

  private final int size;

  /**
   * @param size elements of a part
   */
  PartLanes(int size) {
    this.size = size;
    this.x = new float[size][LANES];
  }

  /** Takes {@code lanes} parts from {@code from} on; the others become zeros. */
  void load(float[] source, int from, int lanes) {
    for (int p = 0; p < lanes; p++) {
      for (int i = 0; i < size; i++) x[i][p] = source[from + p * size + i];
    }
    if (lanes == LANES) return;
    for (float[] row : x) Arrays.fill(row, lanes, LANES, 0);
  }
}
