package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.PackedLayout.PANEL;
import static dev.kedge.engine.kernel.PackedLayout.SPAN_BLOCKS;
import static dev.kedge.engine.kernel.TileMemory.HALF_SUMS;
import static dev.kedge.engine.kernel.TileMemory.HALVES;
import static dev.kedge.engine.kernel.TileMemory.QUAD;
import static dev.kedge.engine.kernel.TileMemory.ROWS;

import dev.kedge.engine.weights.TensorType;

/**
 * Products of many tokens with a panel of rows in {@link PackedLayout}: span after span, two groups
 * of rows at a time, exact integer sums of up to 16 tokens and then what the scales make of them.
 * Tokens go in fours through every kernel. Scratch memory of one thread.
 */
final class TileProducts {
  /** Tokens that go through together. */
  static final int TOKENS = TileMemory.TOKENS;

  private final TileMemory memory = new TileMemory();

  /** Whether there are kernels for this type. */
  static boolean has(TensorType type) {
    return switch (type) {
      case Q4_0, Q4_K, Q6_K -> true;
      case Q8_0, Q4_1, Q5_0, Q5_1, Q5_K, F32, F16, BF16 -> false;
    };
  }

  /** Begins a panel for so many tokens. */
  void begin(int tokens) {
    memory.clear(tokens);
  }

  /**
   * Adds a span, whose spans before have been added.
   *
   * @param integers where those of the panel's first group begin
   * @param apart from there to the next group's
   * @param scales where the span's scales begin
   * @param count of blocks in the span
   * @param block the span's first, of the first token
   * @param blocks from one token to the next
   * @param fetch whether to ask for memory before it is needed
   */
  void span(
      TensorType type,
      long integers,
      long apart,
      long scales,
      int count,
      Activations x,
      int block,
      int blocks,
      int tokens,
      boolean fetch) {
    long bytes = PackedLayout.scaleBytes(type, count);
    if (type == TensorType.Q6_K) {
      // The next span's, for this one's are needed at once.
      if (fetch) Prefetch.streams(scales + bytes, bytes / 2, bytes / 2 / Prefetch.LINE);
      TileScales.decode(type, scales, count, memory);
      for (int half = 0; half < HALVES; half++) {
        sixes(half, integers + 2L * half * apart, apart, x, block, blocks, tokens, fetch);
      }
      return;
    }
    if (fetch) Prefetch.streams(scales, bytes / 2, bytes / 2 / Prefetch.LINE);
    Multipliers y = x.multipliers;
    NibbleTiles.sums(integers, apart, count, y, block, blocks, tokens, fetch, memory.sums);
    // Not before: memory streams best when it is read in order.
    TileScales.decode(type, scales, count, memory);
    int last = tokens - 1;
    for (int t = 0; t < tokens; t += 4) {
      int b0 = block + t * blocks;
      int b1 = block + Math.min(t + 1, last) * blocks;
      int b2 = block + Math.min(t + 2, last) * blocks;
      int b3 = block + Math.min(t + 3, last) * blocks;
      long sums = memory.sums + (long) (t / 4) * SPAN_BLOCKS * QUAD;
      long results = memory.results + (long) t * PANEL * 4;
      for (int half = 0; half < HALVES; half++, sums += HALF_SUMS) {
        add(type, count, sums, half * 4L * ROWS, x, b0, b1, b2, b3, results);
      }
    }
  }

  /* Two groups of rows at a time: the weights of all, spread out, would leave the first-level cache. */
  private void sixes(
      int half,
      long integers,
      long apart,
      Activations x,
      int block,
      int blocks,
      int tokens,
      boolean fetch) {
    SixTiles.spread(integers, apart, memory.spread);
    long next = integers + (long) SPAN_BLOCKS * PackedLayout.SIXES.groupBytes();
    long lines = fetch ? SixTiles.lines(tokens) : 0;
    long rows = half * 4L * ROWS;
    int last = tokens - 1;
    for (int t = 0; t < tokens; t += 4, next += lines * Prefetch.LINE) {
      int b0 = block + t * blocks;
      int b1 = block + Math.min(t + 1, last) * blocks;
      int b2 = block + Math.min(t + 2, last) * blocks;
      int b3 = block + Math.min(t + 3, last) * blocks;
      SixTiles.sums(memory.spread, x.multipliers, b0, b1, b2, b3, memory.sums, next, apart, lines);
      for (int i = 0; i < 4 && t + i < tokens; i++) {
        SixTileScales.add(
            memory.sums + i * 2L * ROWS,
            memory.scales + rows,
            memory.outer + rows,
            x.scales,
            block + (t + i) * blocks,
            memory.results + (t + i) * 4L * PANEL + rows);
      }
    }
  }

  private void add(
      TensorType type,
      int count,
      long sums,
      long rows,
      Activations x,
      int b0,
      int b1,
      int b2,
      int b3,
      long results) {
    long out = results + rows;
    if (type == TensorType.Q4_0) {
      NibbleTileScales.plain(count, sums, memory.scales + rows, x.scales, b0, b1, b2, b3, out);
      return;
    }
    NibbleTileScales.minima(
        memory.minima + rows, memory.outerMinima + rows, x.minus, b0, b1, b2, b3, out);
    NibbleTileScales.parts(sums, memory.scales + rows, memory.outer + rows, x, b0, b1, b2, b3, out);
  }

  /** A token's results, once all spans are added. */
  void copy(int token, float[] out, int to, int rows) {
    memory.copy(token, out, to, rows);
  }
}
