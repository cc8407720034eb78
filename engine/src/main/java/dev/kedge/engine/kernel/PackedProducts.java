package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.PackedLayout.BLOCK;
import static dev.kedge.engine.kernel.PackedLayout.PANEL;
import static dev.kedge.engine.kernel.PackedLayout.SPAN_BLOCKS;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Objects;

/**
 * Products with packed weights. For each panel of rows and up to 16 tokens, span after span: the
 * scales become floats, then four tokens at a time the exact integer sums are taken and added up.
 * So weights pass the processor once for 16 tokens, and come from the second-level cache for the
 * next 16; a token's arithmetic does not depend on the others.
 *
 * <p>Scratch memory of one thread.
 */
final class PackedProducts {
  private static final int TOKENS = 16;

  private final SpanScales scales = new SpanScales();
  private final int[] sums = new int[4 * 2 * Lanes.TOKEN];
  private final float[] results = new float[TOKENS * PANEL];

  /**
   * As {@link Kernels#multiply}; {@code from} begins a panel, {@code to} ends one or the matrix.
   */
  void multiply(
      Matrix weights, int from, int to, Activations x, int tokens, float[] out, int stride) {
    MemorySegment packed = Objects.requireNonNull(weights.packed());
    int rows = weights.rows();
    if (from % PANEL != 0 || (to % PANEL != 0 && to != rows) || from < 0 || to > rows) {
      throw new IllegalArgumentException("rows " + from + " to " + to + " are no panels");
    }
    if (x.width() != weights.columns()) {
      throw new IllegalArgumentException(x.width() + " values for " + weights.columns());
    }
    long panelBytes = PackedLayout.panelBytes(weights.type(), weights.columns());
    if (!packed.scope().isAlive()) throw new IllegalStateException("the weights are closed");
    for (int row = from; row < to; row += PANEL) {
      long address = packed.address() + row / PANEL * panelBytes;
      int count = Math.min(PANEL, rows - row);
      for (int token = 0; token < tokens; token += TOKENS) {
        int some = Math.min(TOKENS, tokens - token);
        panel(weights, address, x, token, some);
        for (int t = 0; t < some; t++) {
          System.arraycopy(results, t * PANEL, out, (token + t) * stride + row, count);
        }
      }
    }
    Reference.reachabilityFence(packed);
  }

  private void panel(Matrix weights, long address, Activations x, int token, int tokens) {
    Arrays.fill(results, 0, tokens * PANEL, 0);
    PackedLayout layout = PackedLayout.of(weights.type());
    int blocks = weights.columns() / BLOCK;
    long span = address;
    for (int b = 0; b < blocks; b += SPAN_BLOCKS) {
      int count = Math.min(SPAN_BLOCKS, blocks - b);
      scales.decode(weights.type(), span + (long) count * layout.blockBytes(), count);
      int t = 0;
      for (; t + 4 <= tokens; t += 4) {
        four(layout, span, count, x, (token + t) * blocks + b, blocks);
        for (int i = 0; i < 4; i++) add(weights, layout, count, i, x, token, t + i, b);
      }
      for (; t < tokens; t++) {
        one(layout, span, count, x, (token + t) * blocks + b);
        add(weights, layout, count, 0, x, token, t, b);
      }
      span += PackedLayout.spanBytes(weights.type(), count);
    }
  }

  private void add(
      Matrix weights,
      PackedLayout layout,
      int count,
      int slot,
      Activations x,
      int first,
      int t,
      int b) {
    int from = slot * Lanes.TOKEN * (layout == PackedLayout.SIXES ? 2 : 1);
    int block = (first + t) * x.blocks() + b;
    scales.add(weights.type(), count, sums, from, x, block, results, t * PANEL);
  }

  private void one(PackedLayout layout, long span, int count, Activations x, int block) {
    Multipliers m = x.multipliers;
    switch (layout) {
      case NIBBLES ->
          NibbleSums.one(span, count, m.nibbles, block * BLOCK, m.nibbleStarts, block, sums);
      case SIXES ->
          SixSums.one(
              span,
              count,
              m.sixes,
              block * 4 * Multipliers.SIX_FACTORS,
              m.sixStarts,
              block * 4,
              sums);
      case BYTES -> ByteSums.one(span, count, m.bytes, block * BLOCK, m.byteStarts, sums);
    }
  }

  private void four(
      PackedLayout layout, long span, int count, Activations x, int block, int blocks) {
    Multipliers m = x.multipliers;
    switch (layout) {
      case NIBBLES ->
          NibbleSums.four(
              span, count, m.nibbles, block * BLOCK, blocks * BLOCK, m.nibbleStarts, block, sums);
      case SIXES ->
          SixSums.four(
              span,
              count,
              m.sixes,
              block * 4 * Multipliers.SIX_FACTORS,
              blocks * 4 * Multipliers.SIX_FACTORS,
              m.sixStarts,
              block * 4,
              sums);
      case BYTES ->
          ByteSums.four(span, count, m.bytes, block * BLOCK, blocks * BLOCK, m.byteStarts, sums);
    }
  }
}
