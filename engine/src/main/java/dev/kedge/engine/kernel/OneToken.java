package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.PackedLayout.BLOCK;
import static dev.kedge.engine.kernel.PackedLayout.SPAN_BLOCKS;

import dev.kedge.engine.weights.TensorType;
import java.util.Arrays;

/**
 * Products of one token with the common types, where nothing but the speed of memory counts: one
 * kernel per type takes a panel's integers and scales in a single pass, all four groups of rows
 * side by side, so that each of its loads walks through one long stream (see {@link PackedLayout})
 * and what it computes is done while the next lines are on their way.
 *
 * <p>Kernels are flat on purpose: C2 keeps vectors in registers only within one method, and helpers
 * of more than a few operations stop being inlined. The arithmetic is that of {@link
 * ScalarProducts}.
 *
 * <p>Scratch memory of one thread.
 */
final class OneToken {
  /* A part of narrow vectors reads half or a quarter of each line, so a span of lines must stay in
   * the first-level cache until the other parts have passed. */
  private static final int BLOCKS = Lanes.PARTS == 1 ? Integer.MAX_VALUE : SPAN_BLOCKS;

  /* [row], and twice that for parts of a span. */
  private final float[] results = new float[PackedLayout.PANEL];
  private final float[] parts = new float[2 * PackedLayout.PANEL];

  /** Whether there is a kernel for this type. */
  static boolean has(TensorType type) {
    return switch (type) {
      case Q4_0, Q4_K, Q6_K, Q8_0 -> true;
      case Q4_1, Q5_0, Q5_1, Q5_K, F32, F16, BF16 -> false;
    };
  }

  /**
   * One panel of one token.
   *
   * @param packed where the matrix begins
   * @return the rows of the panel, until the next call
   */
  float[] panel(Matrix weights, long packed, int panel, Activations x, int token) {
    TensorType type = weights.type();
    PackedLayout layout = PackedLayout.of(type);
    int columns = weights.columns();
    int blocks = columns / BLOCK;
    long apart = layout.apart(weights.rows(), columns);
    long integers = packed + layout.integers(panel, columns);
    long scales = packed + PackedLayout.scales(type, weights.rows(), columns, panel);
    Arrays.fill(results, 0);
    int count;
    for (int b = 0; b < blocks; b += count) {
      count = Math.min(BLOCKS, blocks - b);
      for (int part = 0; part < Lanes.PARTS; part++) {
        long shift = Lanes.offset(part, 0);
        int row = Lanes.row(part);
        int block = token * blocks + b;
        long i = integers + shift;
        long s = scales + shift;
        switch (type) {
          case Q4_0 -> OneTokenQ40.blocks(i, apart, s, count, x, block, results, row);
          case Q8_0 -> OneTokenQ80.blocks(i, apart, s, count, x, block, results, row);
          case Q4_K -> OneTokenQ4K.blocks(i, apart, s, count, x, block, parts, results, row);
          case Q6_K -> OneTokenQ6K.blocks(i, apart, s, count, x, block, parts, results, row);
          case Q4_1, Q5_0, Q5_1, Q5_K, F32, F16, BF16 ->
              throw new IllegalArgumentException("no kernel for one token of " + type);
        }
      }
      integers += (long) count * layout.groupBytes();
      scales += PackedLayout.scaleBytes(type, count);
    }
    return results;
  }
}
