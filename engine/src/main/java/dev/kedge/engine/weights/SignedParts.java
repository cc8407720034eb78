package dev.kedge.engine.weights;

import static dev.kedge.engine.weights.PartLanes.LANES;
import static dev.kedge.engine.weights.PartLanes.ROUND;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Finds the scales of Q6_K: w ≈ s·q per part of 16, q from −32 to 31, s a multiple from −128 to 127
 * of a number that the 16 parts of a block share. The part's largest value gets about −32, since
 * that side reaches further; for several steps around it the q follow by rounding and s by least
 * squares, and the best error wins. The same bytes everywhere, as in {@link MinimumParts}.
 */
final class SignedParts {
  private static final int SIZE = 16;
  private static final int BLOCK_PARTS = 16;
  private static final int STEPS = 6;

  private final PartLanes lanes = new PartLanes(SIZE);
  private final float[] extreme = new float[LANES];
  private final float[] inverse = new float[LANES];
  private final float[] sumQq = new float[LANES];
  private final float[] sumQx = new float[LANES];
  private final float[] gain = new float[LANES];
  private final float[] scale = new float[LANES];
  private final short[] d = new short[LANES / BLOCK_PARTS];
  private final int[] multiples = new int[LANES];
  private final int[][] q = new int[SIZE][LANES];
  private final byte[] bytes = new byte[210];

  /** How many blocks are stored at a time. */
  static int blocks() {
    return LANES / BLOCK_PARTS;
  }

  /**
   * Stores up to {@link #blocks} blocks.
   *
   * @return the first block that is too large for the type, or -1
   */
  int store(float[] source, int from, int blocks, MemorySegment target, long at) {
    lanes.load(source, from, blocks * BLOCK_PARTS);
    measure();
    for (int step = 0; step < STEPS; step++) tryStep(-32.4f + 0.25f * step);
    for (int b = 0; b < blocks; b++) {
      if (!share(b)) return b;
    }
    quantize();
    for (int b = 0; b < blocks; b++) write(b, target, at + 210L * b);
    return -1;
  }

  private void measure() {
    Arrays.fill(extreme, 0);
    for (float[] x : lanes.x) {
      for (int p = 0; p < LANES; p++) {
        if (Math.abs(x[p]) > Math.abs(extreme[p])) extreme[p] = x[p];
      }
    }
    Arrays.fill(gain, 0);
    for (int p = 0; p < LANES; p++) scale[p] = extreme[p] / -32;
  }

  private void tryStep(float level) {
    for (int p = 0; p < LANES; p++) inverse[p] = level / extreme[p];
    Arrays.fill(sumQq, 0);
    Arrays.fill(sumQx, 0);
    for (float[] x : lanes.x) {
      for (int p = 0; p < LANES; p++) {
        // The extreme is at -32.4 at most, which rounds to -32.
        float rounded = Math.min(x[p] * inverse[p], 31) + ROUND - ROUND;
        sumQq[p] += rounded * rounded;
        sumQx[p] += rounded * x[p];
      }
    }
    for (int p = 0; p < LANES; p++) {
      float better = sumQx[p] * sumQx[p] / sumQq[p]; // how much of Σx² the part explains
      if (better > gain[p]) {
        gain[p] = better;
        scale[p] = sumQx[p] / sumQq[p];
      }
    }
  }

  private boolean share(int block) {
    float largest = 0;
    int first = block * BLOCK_PARTS;
    for (int p = first; p < first + BLOCK_PARTS; p++) {
      if (Math.abs(scale[p]) > Math.abs(largest)) largest = scale[p];
    }
    d[block] = Float.floatToFloat16(largest / -128);
    float unit = Float.float16ToFloat(d[block]);
    for (int p = first; p < first + BLOCK_PARTS; p++) {
      float multiple = unit == 0 ? 0 : Math.min(Math.max(scale[p] / unit, -128), 127);
      multiples[p] = (int) (multiple + ROUND - ROUND);
      float s = unit * multiples[p];
      inverse[p] = s == 0 ? 0 : 1 / s;
    }
    return (d[block] & 0x7C00) != 0x7C00;
  }

  private void quantize() {
    for (int i = 0; i < SIZE; i++) {
      float[] x = lanes.x[i];
      int[] level = q[i];
      for (int p = 0; p < LANES; p++) {
        level[p] = (int) (Math.min(Math.max(x[p] * inverse[p], -32), 31) + ROUND - ROUND);
      }
    }
  }

  private void write(int block, MemorySegment target, long at) {
    int first = block * BLOCK_PARTS;
    for (int half = 0; half < 2; half++) {
      for (int j = 0; j < 32; j++) {
        int[] level = q[j % SIZE];
        int part = first + 8 * half + j / SIZE;
        int a = level[part] + 32;
        int b = level[part + 2] + 32;
        int c = level[part + 4] + 32;
        int e = level[part + 6] + 32;
        put(64 * half + j, (a & 15) | (c & 15) << 4);
        put(64 * half + 32 + j, (b & 15) | (e & 15) << 4);
        put(128 + 32 * half + j, a >> 4 | b >> 4 << 2 | c >> 4 << 4 | e >> 4 << 6);
      }
    }
    for (int p = 0; p < BLOCK_PARTS; p++) put(192 + p, multiples[first + p]);
    put(208, d[block]);
    put(209, d[block] >> 8);
    MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, at, bytes.length);
  }

  private void put(int at, int value) {
    bytes[at] = (byte) value;
  }
}
