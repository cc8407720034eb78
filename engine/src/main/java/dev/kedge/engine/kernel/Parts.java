package dev.kedge.engine.kernel;

import java.util.Arrays;

/**
 * Parts of some blocks of a K type side by side: lane p of every array is part p. What is searched
 * for one part depends on that part alone, so lanes may be worked on in any number at a time.
 *
 * <p>A part's weights are w ≈ s·q − m, with s and m whole multiples of two units that the parts of
 * a block share. For one thread.
 */
public final class Parts {
  /** Parts that are searched together. */
  public static final int LANES = 64;

  /** Elements of a part. */
  public final int size;

  /** Element i of part p stands at i · {@link #LANES} + p. */
  public final float[] x;

  /** The s and m that fit a part best. */
  public final float[] scale = new float[LANES];

  public final float[] minimum = new float[LANES];

  /** The units of the part's block. */
  public final float[] scaleUnit = new float[LANES];

  public final float[] minimumUnit = new float[LANES];

  /** What becomes a level when it is multiplied by this; for types without a search. */
  public final float[] inverse = new float[LANES];

  /** How many units the stored s and m have: whole numbers. */
  public final float[] scales = new float[LANES];

  public final float[] minima = new float[LANES];

  /** The q, whole numbers, as {@link #x}. */
  public final float[] levels;

  /**
   * The q as {@link #pack} left them: elements 4i to 4i + 3 of part p are the bytes, from the
   * lowest up, of number i · {@link #LANES} + p.
   */
  public final int[] packed;

  /**
   * @param size elements of a part
   */
  public Parts(int size) {
    this.size = size;
    this.x = new float[size * LANES];
    this.levels = new float[size * LANES];
    this.packed = new int[size / 4 * LANES];
  }

  /** Takes {@code count} parts that stand one after the other; the other lanes become zeros. */
  public void load(float[] source, int from, int count) {
    for (int p = 0; p < count; p++) {
      int first = from + p * size;
      for (int i = 0; i < size; i++) x[i * LANES + p] = source[first + i];
    }
    if (count == LANES) return;
    for (int i = 0; i < size; i++) Arrays.fill(x, i * LANES + count, (i + 1) * LANES, 0);
  }

  /**
   * Fills {@link #packed} with the levels above {@code low}.
   *
   * @param low makes every level a number from 0 to 255
   */
  public void pack(int low) {
    float[] from = levels;
    for (int four = 0; four < size / 4; four++) {
      int row = 4 * four * LANES;
      int to = four * LANES;
      for (int p = 0; p < LANES; p++) {
        int a = (int) from[row + p] - low;
        int b = (int) from[row + LANES + p] - low;
        int c = (int) from[row + 2 * LANES + p] - low;
        int d = (int) from[row + 3 * LANES + p] - low;
        packed[to + p] = a | b << 8 | c << 16 | d << 24;
      }
    }
  }
}
