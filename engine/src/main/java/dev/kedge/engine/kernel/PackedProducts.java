package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Lanes.MEMORY;
import static dev.kedge.engine.kernel.PackedLayout.BLOCK;
import static dev.kedge.engine.kernel.PackedLayout.PANEL;
import static dev.kedge.engine.kernel.PackedLayout.SPAN_BLOCKS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
  /* Blocks whose integers are fetched at once: at most half a megabyte. */
  private static final int FETCHED = 16 * SPAN_BLOCKS;

  private final OneToken oneToken = new OneToken();
  private final SpanScales scales = new SpanScales();
  private final SpanSums sums = new SpanSums();
  private final TileProducts tiles = new TileProducts();
  private final @Nullable VnniProducts vnni;
  private final float[] results = new float[TOKENS * PANEL];
  /* Means nothing: it keeps reads whose only purpose is that memory moves. */
  long fetched;

  PackedProducts() {
    this(VnniProducts.ON);
  }

  /** By Java's vectors alone, or with machine code where there is some for a type. */
  PackedProducts(boolean machineCode) {
    vnni = machineCode ? new VnniProducts() : null;
  }

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
    boolean code = vnni != null && VnniProducts.has(weights.type());
    if (code
        ? x.records(VnniProducts.order(weights.type())) == null
        : !x.meets(PackedLayout.of(weights.type()))) {
      throw new IllegalStateException("activations were not made for " + weights.type());
    }
    if (!packed.scope().isAlive()) throw new IllegalStateException("the weights are closed");
    try {
      if (vnni != null && code) {
        vnni.multiply(weights, packed.address(), from, to, x, tokens, out, stride);
        return;
      }
      if (tokens == 1) {
        int end = Math.ceilDiv(to, PANEL);
        oneToken.multiply(weights, packed.address(), from / PANEL, end, x, out);
        return;
      }
      for (int row = from; row < to; row += PANEL) {
        int count = Math.min(PANEL, rows - row);
        int tiled = tiled(weights.type(), tokens);
        for (int token = 0; token < tiled; token += TileProducts.TOKENS) {
          int some = Math.min(TileProducts.TOKENS, tiled - token);
          tile(weights, packed.address(), row / PANEL, x, token, some);
          for (int t = 0; t < some; t++) tiles.copy(t, out, (token + t) * stride + row, count);
        }
        for (int token = tiled; token < tokens; token += TOKENS) {
          int some = Math.min(TOKENS, tokens - token);
          panel(weights, packed.address(), row / PANEL, x, token, some);
          for (int t = 0; t < some; t++) {
            System.arraycopy(results, t * PANEL, out, (token + t) * stride + row, count);
          }
        }
      }
    } finally {
      Reference.reachabilityFence(packed);
    }
  }

  /* So many tokens go through in fours; one or two more are faster alone. */
  private static int tiled(TensorType type, int tokens) {
    int rest = tokens % 4;
    return !TileProducts.has(type) ? 0 : rest == 3 ? tokens : tokens - rest;
  }

  private void tile(Matrix weights, long packed, int panel, Activations x, int token, int tokens) {
    TensorType type = weights.type();
    PackedLayout layout = PackedLayout.of(type);
    int columns = weights.columns();
    int blocks = columns / BLOCK;
    long apart = layout.apart(weights.rows(), columns);
    long integers = packed + layout.integers(panel, columns);
    long scale = packed + PackedLayout.scales(type, weights.rows(), columns, panel);
    boolean ahead = Prefetch.ON && token == 0;
    if (token == 0 && !ahead) fetch(scale, PackedLayout.scaleBytesOfPanel(type, columns));
    tiles.begin(tokens);
    for (int b = 0; b < blocks; b += SPAN_BLOCKS) {
      int count = Math.min(SPAN_BLOCKS, blocks - b);
      if (!ahead && token == 0 && layout == PackedLayout.SIXES && b % FETCHED == 0) {
        fetch(integers, apart, (long) Math.min(FETCHED, blocks - b) * layout.groupBytes());
      }
      int block = token * blocks + b;
      tiles.span(type, integers, apart, scale, count, x, block, blocks, tokens, ahead);
      integers += (long) count * layout.groupBytes();
      scale += PackedLayout.scaleBytes(type, count);
    }
  }

  private void panel(Matrix weights, long packed, int panel, Activations x, int token, int tokens) {
    Arrays.fill(results, 0, tokens * PANEL, 0);
    TensorType type = weights.type();
    PackedLayout layout = PackedLayout.of(type);
    int columns = weights.columns();
    int blocks = columns / BLOCK;
    long apart = layout.apart(weights.rows(), columns);
    long integers = packed + layout.integers(panel, columns);
    long scale = packed + PackedLayout.scales(type, weights.rows(), columns, panel);
    if (token == 0) fetch(scale, PackedLayout.scaleBytesOfPanel(type, columns));
    for (int b = 0; b < blocks; b += SPAN_BLOCKS) {
      int count = Math.min(SPAN_BLOCKS, blocks - b);
      long bytes = (long) count * layout.groupBytes();
      if (token == 0 && layout != PackedLayout.NIBBLES && b % FETCHED == 0) {
        fetch(integers, apart, (long) Math.min(FETCHED, blocks - b) * layout.groupBytes());
      }
      scales.decode(type, scale, count);
      int t = 0;
      while (t < tokens) {
        int some = tokens - t < 4 ? 1 : 4;
        int block = (token + t) * blocks + b;
        sums.compute(type, some, integers, apart, count, x.multipliers, block, blocks);
        for (int i = 0; i < some; i++, t++, block += blocks) {
          scales.add(type, count, sums, i, x, block, results, t * PANEL);
        }
      }
      integers += bytes;
      scale += PackedLayout.scaleBytes(type, count);
    }
  }

  /* Reads a panel's scales at once: where the kernels come upon them span by span, each is a pause.
   * For 8 tokens this made products of nibbles up to a tenth faster. */
  private void fetch(long scales, long bytes) {
    long sum = 0;
    for (long at = 0; at < bytes; at += Prefetch.LINE) {
      sum += MEMORY.get(JAVA_LONG, Lanes.address(scales + at));
    }
    fetched += sum;
  }

  /* Reads some of all four groups once, side by side, at the speed of memory; the kernels that
   * follow go through it two groups at a time. For 8 tokens this made products of sixes a quarter
   * faster, of bytes a half, of nibbles a fifth slower; span by span it brings a tenth less. */
  private void fetch(long integers, long apart, long bytes) {
    long sum = 0;
    for (long at = 0; at < bytes; at += Prefetch.LINE) {
      long first = Lanes.address(integers + at);
      long second = Lanes.address(first + apart);
      long third = Lanes.address(second + apart);
      sum += MEMORY.get(JAVA_LONG, first) + MEMORY.get(JAVA_LONG, second);
      sum += MEMORY.get(JAVA_LONG, third) + MEMORY.get(JAVA_LONG, Lanes.address(third + apart));
    }
    fetched += sum;
  }
}
