package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.PackedLayout.BLOCK;
import static dev.kedge.engine.kernel.PackedLayout.SPAN_BLOCKS;

import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Products of one token, where nothing but the speed of memory counts: one kernel per type takes a
 * panel's integers and scales in a single pass, all four groups of rows side by side, so that each
 * of its loads walks through one long stream (see {@link PackedLayout}) and what it computes is
 * done while the next lines are on their way.
 *
 * <p>Kernels are flat on purpose: C2 keeps vectors in registers only within one method, and helpers
 * of more than a few operations stop being inlined. The arithmetic is that of {@link
 * ScalarProducts}.
 *
 * <p>Scratch memory of one thread.
 */
final class OneToken {
  private static final int PANEL = PackedLayout.PANEL;

  /* Of a panel that the matrix does not fill. */
  private final float[] last = new float[PANEL];
  /* Vectors for kernels of K types, each in one line of the cache: an array's would cross
   * two. Reachable as long as the address is used. */
  private final MemorySegment scratch = Arena.ofAuto().allocate(24 * 64, 64);

  /**
   * Products of panels {@code from} to {@code to} − 1.
   *
   * @param packed where the matrix begins
   * @param out receives their rows, in their places
   */
  void multiply(Matrix weights, long packed, int from, int to, Activations x, float[] out) {
    int whole = Math.min(to, weights.rows() / PANEL);
    if (from < whole) panels(weights, packed, from, whole, x, out, from * PANEL);
    if (whole < to) {
      panels(weights, packed, whole, to, x, last, 0);
      System.arraycopy(last, 0, out, whole * PANEL, weights.rows() - whole * PANEL);
    }
  }

  /* One call for all where it can be: between two of them memory waits, for what they look up has
   * left the first-level cache meanwhile and queues behind what was fetched ahead. */
  private void panels(
      Matrix weights, long packed, int from, int to, Activations x, float[] out, int row) {
    if (Lanes.PARTS == 1) {
      int blocks = weights.columns() / BLOCK;
      blocks(weights, packed, from, to - from, 0, blocks, 0, x, out, row);
      return;
    }
    for (int panel = from; panel < to; panel++) {
      spans(weights, packed, panel, x, out, row + (panel - from) * PANEL);
    }
  }

  /* A part of narrow vectors reads half or a quarter of each line, so a span of lines must stay in
   * the first-level cache until the other parts have passed. */
  private void spans(Matrix weights, long packed, int panel, Activations x, float[] out, int row) {
    int blocks = weights.columns() / BLOCK;
    for (int b = 0; b < blocks; b += SPAN_BLOCKS) {
      int count = Math.min(SPAN_BLOCKS, blocks - b);
      for (int part = 0; part < Lanes.PARTS; part++) {
        blocks(weights, packed, panel, 1, b, count, part, x, out, row + Lanes.row(part));
      }
    }
  }

  private void blocks(
      Matrix weights,
      long packed,
      int panel,
      int panels,
      int block,
      int blocks,
      int part,
      Activations x,
      float[] out,
      int row) {
    TensorType type = weights.type();
    PackedLayout layout = PackedLayout.of(type);
    int columns = weights.columns();
    long shift = Lanes.offset(part, 0);
    long apart = layout.apart(weights.rows(), columns);
    long i = packed + layout.integers(panel, columns) + (long) block * layout.groupBytes() + shift;
    long s = packed + PackedLayout.scales(type, weights.rows(), columns, panel) + shift;
    s += (long) (block / SPAN_BLOCKS) * PackedLayout.scaleBytes(type, SPAN_BLOCKS);
    boolean first = block == 0;
    long t = scratch.address();
    switch (type) {
      case Q4_0 -> OneTokenQ40.blocks(i, apart, s, panels, blocks, x, block, first, out, row);
      case Q8_0 -> OneTokenQ80.blocks(i, apart, s, panels, blocks, x, block, first, out, row);
      case Q4_K -> OneTokenQ4K.blocks(i, apart, s, panels, blocks, x, block, first, t, out, row);
      case Q5_K -> OneTokenQ5K.blocks(i, apart, s, panels, blocks, x, block, first, t, out, row);
      case Q6_K -> OneTokenQ6K.blocks(i, apart, s, panels, blocks, x, block, first, t, out, row);
      case Q4_1, Q5_0, Q5_1 ->
          OneTokenBlocks.blocks(type, i, apart, s, panels, blocks, x, block, t, out, row);
      case F32, F16, BF16 -> throw new IllegalArgumentException(type + " is not packed");
    }
  }
}
