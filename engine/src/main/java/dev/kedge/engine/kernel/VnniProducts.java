package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.PackedLayout.BLOCK;
import static dev.kedge.engine.kernel.PackedLayout.PANEL;
import static dev.kedge.engine.kernel.PackedLayout.SPAN_BLOCKS;

import dev.kedge.engine.machine.MachineCode;
import dev.kedge.engine.machine.Processor;
import dev.kedge.engine.weights.TensorType;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Products with packed weights where the processor has VPDPBUSD (VNNI), which Java's vectors lack:
 * two to five times as fast, with the same bits. Weights pass the processor once for up to 16
 * tokens, span after span.
 *
 * <p>Scratch memory of one thread.
 */
final class VnniProducts {
  private static final int TOKENS = 16;
  /* Of weights, for the time that a call takes. */
  private static final long MOST_BYTES = 1 << 20;

  /* Blocks ahead of what is read that memory is asked for. For one token the processor does that by
   * itself, in four streams; to ask as well was slower, by up to a fifth. */
  private static final int AHEAD_OF_ONE = 0;
  private static final int AHEAD_OF_SEVERAL = 2;

  /* For 1 to 8 tokens. */
  private record Codes(List<MachineCode> fetching, List<MachineCode> plain) {}

  private interface Writer {
    byte[] write(int tokens, int ahead);
  }

  private static final boolean VNNI =
      Kernels.best() instanceof VectorKernels
          && VectorKernels.BITS == 512
          && Processor.has("avx512f", "avx512bw", "avx512_vnni");
  private static final @Nullable Codes Q4_0 = VNNI ? codes(VnniNibbles::q40) : null;
  private static final @Nullable Codes Q4_K = VNNI ? codes(VnniNibbles::q4k) : null;
  private static final @Nullable Codes Q8_0 = VNNI ? codes(VnniBytes::q80) : null;
  private static final boolean VBMI = VNNI && Processor.has("avx512vbmi");
  private static final @Nullable Codes Q5_0 = VBMI ? codes(VnniFives::q50) : null;
  private static final @Nullable Codes Q5_K = VBMI ? codes(VnniFives::q5k) : null;
  private static final @Nullable Codes Q6_K = VBMI ? codes(VnniSixes::q6k) : null;

  /** Whether there is code for any type. */
  static final boolean ON = Q4_0 != null;

  private final VnniMemory memory = new VnniMemory();

  /** Whether there is code for this type. */
  static boolean has(TensorType type) {
    return of(type) != null;
  }

  /** In which order its code takes columns. */
  static ByteRecords.Order order(TensorType type) {
    return switch (PackedLayout.of(type)) {
      case NIBBLES -> ByteRecords.Order.NIBBLES;
      case SIXES -> ByteRecords.Order.SIXES;
      case FIVES, BYTES -> ByteRecords.Order.BYTES;
    };
  }

  private static @Nullable Codes of(TensorType type) {
    return switch (type) {
      case Q4_0 -> Q4_0;
      case Q4_K -> Q4_K;
      case Q6_K -> Q6_K;
      case Q8_0 -> Q8_0;
      case Q5_0 -> Q5_0;
      case Q5_K -> Q5_K;
      case Q4_1, Q5_1, F32, F16, BF16 -> null;
    };
  }

  private static @Nullable Codes codes(Writer writer) {
    List<byte[]> functions = new ArrayList<>();
    for (int tokens = 1; tokens <= VnniCode.TOKENS; tokens++) {
      functions.add(writer.write(tokens, tokens == 1 ? AHEAD_OF_ONE : AHEAD_OF_SEVERAL));
    }
    for (int tokens = 1; tokens <= VnniCode.TOKENS; tokens++) {
      functions.add(writer.write(tokens, 0));
    }
    List<MachineCode> mapped = MachineCode.of(functions);
    if (mapped.isEmpty()) return null;
    return new Codes(
        mapped.subList(0, VnniCode.TOKENS), mapped.subList(VnniCode.TOKENS, mapped.size()));
  }

  /** As {@link PackedProducts#multiply}, which has checked all but the room of {@code x}. */
  void multiply(
      Matrix weights,
      long packed,
      int from,
      int to,
      Activations x,
      int tokens,
      float[] out,
      int stride) {
    Codes codes = of(weights.type());
    if (codes == null) throw new IllegalArgumentException("no code for " + weights.type());
    PackedLayout layout = PackedLayout.of(weights.type());
    int blocks = weights.columns() / BLOCK;
    ByteRecords records = Objects.requireNonNull(x.records(order(weights.type())));
    records.require(tokens * blocks);
    memory.set(VnniMemory.APART, layout.apart(weights.rows(), weights.columns()));
    memory.set(VnniMemory.STRIDE, (long) blocks * ByteRecords.BYTES);
    try {
      if (tokens == 1) {
        one(codes, weights, packed, from / PANEL, to, records, out);
      } else {
        for (int row = from; row < to; row += PANEL) {
          int rows = Math.min(PANEL, to - row);
          several(codes, weights, packed, row / PANEL, rows, records, tokens, out, row, stride);
        }
      }
    } finally {
      Reference.reachabilityFence(records);
      Reference.reachabilityFence(memory);
    }
  }

  /* So many at a time that none is left almost alone. */
  private static int evenly(int count, int most) {
    return Math.ceilDiv(count, Math.ceilDiv(count, most));
  }

  /* So many that a call stays short. */
  private static int panels(Matrix weights) {
    long bytes = PackedLayout.panelBytes(weights.type(), weights.columns());
    return Math.clamp(MOST_BYTES / bytes, 1, VnniMemory.MOST);
  }

  /* As many panels at a time as make a short call: memory is read in four streams without a pause. */
  private void one(
      Codes codes, Matrix weights, long packed, int from, int to, ByteRecords x, float[] out) {
    TensorType type = weights.type();
    int columns = weights.columns();
    int blocks = columns / BLOCK;
    boolean spans = type.blockSize() != BLOCK;
    memory.set(VnniMemory.RECORDS, x.address(0));
    memory.set(VnniMemory.SPANS, spans ? blocks / SPAN_BLOCKS : 1);
    memory.set(VnniMemory.BLOCKS, spans ? SPAN_BLOCKS : blocks);
    int end = Math.ceilDiv(to, PANEL);
    int most = panels(weights);
    for (int panel = from; panel < end; panel += most) {
      int some = Math.min(most, end - panel);
      memory.clear(some);
      memory.results(0);
      memory.set(VnniMemory.INTEGERS, packed + PackedLayout.of(type).integers(panel, columns));
      memory.set(
          VnniMemory.SCALES, packed + PackedLayout.scales(type, weights.rows(), columns, panel));
      memory.set(VnniMemory.PANELS, some);
      codes.fetching.getFirst().call(memory.address(), 0, 0);
      int row = panel * PANEL;
      memory.copy(0, out, row, Math.min(some * PANEL, to - row));
    }
  }

  /* A panel with all tokens. */
  private void several(
      Codes codes,
      Matrix weights,
      long packed,
      int panel,
      int rows,
      ByteRecords x,
      int tokens,
      float[] out,
      int to,
      int stride) {
    int most = evenly(tokens, TOKENS);
    for (int token = 0; token < tokens; token += most) {
      int some = Math.min(most, tokens - token);
      memory.clear(some);
      some(codes, weights, packed, panel, x, token, some);
      for (int t = 0; t < some; t++) memory.copy(t, out, (token + t) * stride + to, rows);
    }
  }

  /* Span after span, so that the second eight tokens find the weights in the first-level cache. */
  private void some(
      Codes codes, Matrix weights, long packed, int panel, ByteRecords x, int token, int tokens) {
    TensorType type = weights.type();
    PackedLayout layout = PackedLayout.of(type);
    int columns = weights.columns();
    int blocks = columns / BLOCK;
    int most = evenly(tokens, VnniCode.TOKENS);
    long integers = packed + layout.integers(panel, columns);
    long scales = packed + PackedLayout.scales(type, weights.rows(), columns, panel);
    memory.set(VnniMemory.SPANS, 1);
    for (int b = 0; b < blocks; b += SPAN_BLOCKS) {
      int count = Math.min(SPAN_BLOCKS, blocks - b);
      memory.set(VnniMemory.INTEGERS, integers);
      memory.set(VnniMemory.SCALES, scales);
      memory.set(VnniMemory.BLOCKS, count);
      for (int t = 0; t < tokens; t += most) {
        memory.results(t);
        memory.set(VnniMemory.PANELS, 1);
        memory.set(VnniMemory.RECORDS, x.address((token + t) * blocks + b));
        List<MachineCode> code = token == 0 && t == 0 ? codes.fetching : codes.plain;
        code.get(Math.min(most, tokens - t) - 1).call(memory.address(), 0, 0);
      }
      integers += (long) count * layout.groupBytes();
      scales += PackedLayout.scaleBytes(type, count);
    }
  }
}
