package dev.kedge.engine.weights;

import static dev.kedge.engine.weights.PartLanes.LANES;
import static dev.kedge.engine.weights.PartLanes.ROUND;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Finds scales and minima of Q4_K and Q5_K: w ≈ s·q − m per part of 32, q from 0 to 15 or 31, s and
 * m multiples of two numbers that the 8 parts of a block share.
 *
 * <p>First every part for itself: for several widths of a step the q follow by rounding, and s and
 * m by least squares; the best error wins. Then, with the shared numbers fixed, each part tries the
 * neighbours of its own rounded s and m. What counts is the sum of squared errors, so with the same
 * bits the error lies a little below that of searches that stop after the first stage.
 *
 * <p>Floats, one operation at a time, in one order per part: the same bytes everywhere.
 */
final class MinimumParts {
  private static final int SIZE = 32;
  private static final int BLOCK_PARTS = 8;
  private static final int STEPS = 6;
  private static final float SHARES = 63;

  private final TensorType type;
  private final float top;
  private final PartLanes lanes = new PartLanes(SIZE);

  /* By lane: what is known of the part. */
  private final float[] least = new float[LANES];
  private final float[] most = new float[LANES];
  private final float[] sumX = new float[LANES];
  private final float[] sumXx = new float[LANES];
  /* The sums of a trial. */
  private final float[] inverse = new float[LANES];
  private final float[] sumQ = new float[LANES];
  private final float[] sumQq = new float[LANES];
  private final float[] sumQx = new float[LANES];
  private final float[] tryScale = new float[LANES];
  private final float[] tryMinimum = new float[LANES];
  private final float[] errors = new float[LANES];
  /* The best so far. */
  private final float[] scale = new float[LANES];
  private final float[] minimum = new float[LANES];
  private final float[] error = new float[LANES];
  /* Rounded: what a block stores. */
  private final short[] d = new short[LANES / BLOCK_PARTS];
  private final short[] e = new short[LANES / BLOCK_PARTS];
  private final int[] scaleBits = new int[LANES];
  private final int[] minimumBits = new int[LANES];
  private final int[][] q = new int[SIZE][LANES];
  private final byte[] bytes;

  MinimumParts(TensorType type) {
    this.type = type;
    this.top = type == TensorType.Q4_K ? 15 : 31;
    this.bytes = new byte[type.blockBytes()];
  }

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
    for (int step = 0; step < STEPS; step++) tryStep(top - 0.8f + 0.25f * step);
    for (int b = 0; b < blocks; b++) {
      if (!share(b)) return b;
    }
    refine();
    quantize();
    for (int b = 0; b < blocks; b++) write(b, target, at + (long) b * type.blockBytes());
    return -1;
  }

  private void measure() {
    Arrays.fill(least, 0);
    Arrays.fill(most, 0);
    Arrays.fill(sumX, 0);
    Arrays.fill(sumXx, 0);
    for (float[] x : lanes.x) {
      for (int p = 0; p < LANES; p++) {
        least[p] = Math.min(least[p], x[p]);
        most[p] = Math.max(most[p], x[p]);
        sumX[p] += x[p];
        sumXx[p] += x[p] * x[p];
      }
    }
    for (int p = 0; p < LANES; p++) {
      scale[p] = (most[p] - least[p]) / top;
      minimum[p] = -least[p];
      error[p] = Float.POSITIVE_INFINITY;
    }
  }

  /* The range of the part in so many steps. */
  private void tryStep(float steps) {
    for (int p = 0; p < LANES; p++) inverse[p] = steps / (most[p] - least[p]);
    Arrays.fill(sumQ, 0);
    Arrays.fill(sumQq, 0);
    Arrays.fill(sumQx, 0);
    for (float[] x : lanes.x) addTrial(x);
    for (int p = 0; p < LANES; p++) solve(p);
    for (int p = 0; p < LANES; p++) {
      if (errors[p] < error[p]) {
        error[p] = errors[p];
        scale[p] = tryScale[p];
        minimum[p] = tryMinimum[p];
      }
    }
  }

  private void addTrial(float[] x) {
    for (int p = 0; p < LANES; p++) {
      // From 0 to half a level above the top at most: rounding alone keeps it in range.
      float level = (x[p] - least[p]) * inverse[p] + ROUND - ROUND;
      sumQ[p] += level;
      sumQq[p] += level * level;
      sumQx[p] += level * x[p];
    }
  }

  /* Least squares of s·q − m; where m would be negative, of s·q alone. */
  private void solve(int p) {
    float determinant = SIZE * sumQq[p] - sumQ[p] * sumQ[p];
    float s = (SIZE * sumQx[p] - sumX[p] * sumQ[p]) / determinant;
    float m = (sumQ[p] * sumQx[p] - sumQq[p] * sumX[p]) / determinant;
    if (m < 0) {
      m = 0;
      s = sumQx[p] / sumQq[p];
    }
    float squares = s * s * sumQq[p] - 2 * s * m * sumQ[p] + SIZE * m * m;
    tryScale[p] = s;
    tryMinimum[p] = m;
    errors[p] = s > 0 ? sumXx[p] - 2 * (s * sumQx[p] - m * sumX[p]) + squares : Float.NaN;
  }

  /* The numbers that a block's parts share, and each part's multiples of them. */
  private boolean share(int block) {
    float largestScale = 0;
    float largestMinimum = 0;
    int first = block * BLOCK_PARTS;
    for (int p = first; p < first + BLOCK_PARTS; p++) {
      largestScale = Math.max(largestScale, scale[p]);
      largestMinimum = Math.max(largestMinimum, minimum[p]);
    }
    d[block] = Float.floatToFloat16(largestScale / SHARES);
    e[block] = Float.floatToFloat16(largestMinimum / SHARES);
    for (int p = first; p < first + BLOCK_PARTS; p++) {
      scaleBits[p] = multiple(scale[p], largestScale);
      minimumBits[p] = multiple(minimum[p], largestMinimum);
    }
    return (d[block] & 0x7C00) != 0x7C00 && (e[block] & 0x7C00) != 0x7C00;
  }

  private static int multiple(float value, float largest) {
    return largest > 0 ? Math.clamp((int) (SHARES * value / largest + 0.5f), 0, 63) : 0;
  }

  private void refine() {
    Arrays.fill(error, Float.POSITIVE_INFINITY);
    int[] scales = scaleBits.clone();
    int[] minima = minimumBits.clone();
    for (int ds = -1; ds <= 1; ds++) {
      for (int dm = -1; dm <= 1; dm++) {
        if (ds * dm == 0) tryMultiples(scales, ds, minima, dm);
      }
    }
  }

  private void tryMultiples(int[] scales, int ds, int[] minima, int dm) {
    for (int p = 0; p < LANES; p++) {
      set(p, Math.clamp(scales[p] + ds, 0, 63), Math.clamp(minima[p] + dm, 0, 63));
    }
    Arrays.fill(errors, 0);
    for (float[] x : lanes.x) {
      for (int p = 0; p < LANES; p++) {
        float level = Math.min(Math.max((x[p] + tryMinimum[p]) * inverse[p], 0), top);
        float rounded = level + ROUND - ROUND;
        float off = tryScale[p] * rounded - tryMinimum[p] - x[p];
        errors[p] += off * off;
      }
    }
    for (int p = 0; p < LANES; p++) {
      if (errors[p] < error[p]) {
        error[p] = errors[p];
        scaleBits[p] = Math.clamp(scales[p] + ds, 0, 63);
        minimumBits[p] = Math.clamp(minima[p] + dm, 0, 63);
      }
    }
  }

  /* The floats that stored multiples stand for. */
  private void set(int p, int scaleMultiple, int minimumMultiple) {
    float s = Float.float16ToFloat(d[p / BLOCK_PARTS]) * scaleMultiple;
    tryScale[p] = s;
    tryMinimum[p] = Float.float16ToFloat(e[p / BLOCK_PARTS]) * minimumMultiple;
    inverse[p] = s > 0 ? 1 / s : 0;
  }

  private void quantize() {
    for (int p = 0; p < LANES; p++) set(p, scaleBits[p], minimumBits[p]);
    for (int i = 0; i < SIZE; i++) {
      float[] x = lanes.x[i];
      int[] level = q[i];
      for (int p = 0; p < LANES; p++) {
        float step = (x[p] + tryMinimum[p]) * inverse[p];
        level[p] = (int) (Math.min(Math.max(step, 0), top) + ROUND - ROUND);
      }
    }
  }

  private void write(int block, MemorySegment target, long at) {
    int first = block * BLOCK_PARTS;
    put(0, d[block]);
    put(1, d[block] >> 8);
    put(2, e[block]);
    put(3, e[block] >> 8);
    for (int j = 0; j < 4; j++) {
      int s = scaleBits[first + 4 + j];
      int m = minimumBits[first + 4 + j];
      put(4 + j, scaleBits[first + j] | (s >> 4) << 6);
      put(8 + j, minimumBits[first + j] | (m >> 4) << 6);
      put(12 + j, (s & 15) | (m & 15) << 4);
    }
    boolean five = type == TensorType.Q5_K;
    int nibbles = five ? 48 : 16;
    for (int i = 0; i < SIZE; i++) {
      int[] level = q[i];
      int fifth = 0;
      for (int group = 0; group < 4; group++) {
        int low = level[first + 2 * group];
        int high = level[first + 2 * group + 1];
        put(nibbles + 32 * group + i, (low & 15) | (high & 15) << 4);
        fifth |= (low >> 4 | high >> 4 << 1) << (2 * group);
      }
      if (five) put(16 + i, fifth);
    }
    MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, at, bytes.length);
  }

  private void put(int at, int value) {
    bytes[at] = (byte) value;
  }
}
