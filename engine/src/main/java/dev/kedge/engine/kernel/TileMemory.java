package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.PackedLayout.PANEL;
import static dev.kedge.engine.kernel.PackedLayout.SPAN_BLOCKS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Where the kernels for many tokens meet: native, so that every vector lies in one cache line, and
 * small enough for the first-level cache together with the weights and activations of a span.
 * Scratch memory of one thread.
 */
final class TileMemory {
  /** Tokens that meet a span of weights, one after the other, while it is cached. */
  static final int TOKENS = 16;

  /** Rows that a kernel takes together: two groups. */
  static final int ROWS = 2 * PackedLayout.GROUP;

  /** Bytes of the sums of one block of four tokens. */
  static final long QUAD = 4 * ROWS * 2;

  /** Parts of a panel that kernels take one after the other. */
  static final int HALVES = PANEL / ROWS;

  /** Bytes of the sums of a span of one of them. */
  static final long HALF_SUMS = TOKENS / 4 * SPAN_BLOCKS * QUAD;

  private static final int SCALE_BYTES = 2 * SPAN_BLOCKS * PANEL * 4;
  private static final int MINIMUM_BYTES = SPAN_BLOCKS * PANEL * 4;
  private static final int OUTER_BYTES = PANEL * 4;
  private static final int RESULT_BYTES = TOKENS * PANEL * 4;

  /* Reachable as long as the addresses are used. */
  private final MemorySegment all =
      Arena.ofAuto()
          .allocate(
              HALVES * HALF_SUMS
                  + SCALE_BYTES
                  + MINIMUM_BYTES
                  + 2 * OUTER_BYTES
                  + RESULT_BYTES
                  + SixTiles.SPREAD,
              64);

  /** Integer sums, those of the first two groups of rows first, four tokens after four. */
  final long sums = all.address();

  /** Scales as floats, [block][row]; for Q6_K [half block][row]. */
  final long scales = sums + HALVES * HALF_SUMS;

  /** Minima as floats, [block][row]. */
  final long minima = scales + SCALE_BYTES;

  /** Scale of scales, [row]. */
  final long outer = minima + MINIMUM_BYTES;

  /** Scale of minima, [row]. */
  final long outerMinima = outer + OUTER_BYTES;

  /** What the spans so far add up to, [token][row]. */
  final long results = outerMinima + OUTER_BYTES;

  /** Weights that {@link SixTiles} has spread out. */
  final long spread = results + RESULT_BYTES;

  /** Begins a panel: results of so many tokens are 0. */
  void clear(int tokens) {
    all.asSlice(results - sums, (long) tokens * OUTER_BYTES).fill((byte) 0);
  }

  /** A token's results. */
  void copy(int token, float[] out, int to, int rows) {
    MemorySegment.copy(
        all, ValueLayout.JAVA_FLOAT, results - sums + (long) token * OUTER_BYTES, out, to, rows);
  }
}
