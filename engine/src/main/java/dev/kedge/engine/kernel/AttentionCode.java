package dev.kedge.engine.kernel;

import static dev.kedge.engine.machine.Instruction.VFMADD231PS;
import static dev.kedge.engine.machine.Instruction.VMOVDQU32;
import static dev.kedge.engine.machine.Instruction.VMULPS;
import static dev.kedge.engine.machine.Instruction.VPANDD;
import static dev.kedge.engine.machine.Instruction.VPBROADCASTD;
import static dev.kedge.engine.machine.Instruction.VPXORD;
import static dev.kedge.engine.machine.Memory.at;
import static dev.kedge.engine.machine.Register.R10;
import static dev.kedge.engine.machine.Register.R11;
import static dev.kedge.engine.machine.Register.R8;
import static dev.kedge.engine.machine.Register.R9;
import static dev.kedge.engine.machine.Register.RAX;
import static dev.kedge.engine.machine.Register.RCX;
import static dev.kedge.engine.machine.Register.RDI;
import static dev.kedge.engine.machine.Register.RDX;
import static dev.kedge.engine.machine.Register.RSI;
import static dev.kedge.engine.machine.Shift.VPSLLD;
import static dev.kedge.engine.machine.Shift.VPSRAD;

import dev.kedge.engine.machine.Assembler;
import dev.kedge.engine.machine.MachineCode;
import dev.kedge.engine.machine.Memory;
import dev.kedge.engine.machine.Processor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Machine code for the products of {@link HalfAttention}, for 1, 2, 4 or 8 queries at a time and as
 * many pages as lie one after the other in memory. It keeps sums in registers over all of them and
 * asks for memory ahead of what it reads, both of which the compiler's vectors do not: what the
 * processor fetches by itself comes too late for a loop that reads a line every few nanoseconds. A
 * query's own sums run in the same order as there.
 */
final class AttentionCode {
  /** Most queries of a call. */
  static final int QUERIES = 8;

  private static final int LINE = 64;
  private static final int STRIDE = 4 * AttentionBlock.STRIDE;
  private static final int PLACE = 0x8FFFE000;

  /* Lines ahead of what is read that memory is asked for. On Zen 4 the values of 4,000 positions for
   * four queries take 71 µs without, 60 to 64 into the first-level cache, which waits for 24 lines at
   * most, and 49 into the second-level one; 64 to 256 lines are about equal. */
  private static final int AHEAD = 128;

  /* Registers; sums are in the first 16. */
  private static final int LOW = 16;
  private static final int HIGH = 17;
  private static final int X = 18; // to 21
  private static final int PLACES = 30;
  private static final int SCALE = 31;

  private static final List<MachineCode> CODES =
      Kernels.best() instanceof VectorKernels
              && VectorKernels.BITS == 512
              && Processor.has("avx512f")
          ? assemble()
          : List.of();

  /** Whether this processor and system have it. */
  static final boolean ON = !CODES.isEmpty();

  private final Assembler code = new Assembler();
  private final int queries;

  private AttentionCode(int queries) {
    this.queries = queries;
  }

  private static List<MachineCode> assemble() {
    List<byte[]> functions = new ArrayList<>();
    for (int queries = 1; queries <= QUERIES; queries *= 2) {
      functions.add(new AttentionCode(queries).scores());
      functions.add(new AttentionCode(queries).values());
    }
    return MachineCode.of(functions);
  }

  /**
   * How many queries go through a page at a time.
   *
   * @param count of all queries
   */
  static int together(int count) {
    return count > QUERIES / 2 ? QUERIES : 1 << (32 - Integer.numberOfLeadingZeros(count - 1));
  }

  /**
   * Scores of a pack of queries with the keys of some pages.
   *
   * @param pages so many that lie one after the other, from {@code page} on
   * @param pack the first query
   * @param to where its scores with the first page begin
   */
  static void score(
      AttentionBlock block,
      KvPage page,
      int pages,
      int layer,
      int head,
      int pack,
      int to,
      float scale) {
    CODES
        .get(2 * Integer.numberOfTrailingZeros(block.together()))
        .call(
            from(page.words[layer], block.layout.keys(page, head)),
            from(block.turned, pack * block.padded),
            from(block.scores, to),
            pages,
            block.padded,
            Float.floatToRawIntBits(scale));
  }

  /**
   * Adds the values of a group of 32 dimensions, weighted, to the results of a pack of queries.
   *
   * @param pages so many that lie one after the other, from {@code page} on
   * @param weights where those of the pack's first query for the first page begin
   */
  static void mix(
      AttentionBlock block,
      KvPage page,
      int pages,
      int layer,
      int head,
      int group,
      int pack,
      int weights) {
    CODES
        .get(2 * Integer.numberOfTrailingZeros(block.together()) + 1)
        .call(
            from(page.words[layer], block.layout.values(page, head, group)),
            from(block.scores, weights),
            from(block.out, pack * block.padded + group * KvLayout.GROUP),
            pages,
            4L * block.padded,
            0);
  }

  private static MemorySegment from(int[] array, int index) {
    return MemorySegment.ofArray(array).asSlice(4L * index);
  }

  private static MemorySegment from(float[] array, int index) {
    return MemorySegment.ofArray(array).asSlice(4L * index);
  }

  /* RDI keys, RSI queries, RDX scores, RCX pages, R8 dimensions, R9 the scale's bits. */
  private byte[] scores() {
    code.broadcast(SCALE, R9);
    places();
    int page = code.here();
    for (int sum = 0; sum < 2 * queries; sum++) code.emit(VPXORD, sum, sum, sum);
    code.move(RAX, RSI);
    code.move(R10, R8);
    int dimension = code.here();
    line();
    for (int q = 0; q < queries; q++) multiply(q, at(RAX, 4 * q));
    code.add(RAX, 4 * queries);
    code.add(RDI, LINE);
    code.decrement(R10);
    code.jumpIfNotZero(dimension);
    for (int sum = 0; sum < 2 * queries; sum++) {
      code.emit(VMULPS, sum, sum, SCALE);
      code.store(at(RDX, sum / 2 * STRIDE + sum % 2 * LINE), sum);
    }
    code.add(RDX, queries * STRIDE);
    code.decrement(RCX);
    code.jumpIfNotZero(page);
    return end();
  }

  /* RDI values, RSI weights, RDX results, RCX pages, R8 bytes from one query's results to the next
   * one's. Slots that no query sees have weight 0. */
  private byte[] values() {
    places();
    results(true);
    int page = code.here();
    code.move(RAX, RSI);
    code.set(R10, Kernels.PAGE);
    int slot = code.here();
    line();
    for (int q = 0; q < queries; q++) multiply(q, at(RAX, q * STRIDE));
    code.add(RAX, 4);
    code.add(RDI, LINE);
    code.decrement(R10);
    code.jumpIfNotZero(slot);
    code.add(RSI, queries * STRIDE);
    code.decrement(RCX);
    code.jumpIfNotZero(page);
    results(false);
    return end();
  }

  private void results(boolean load) {
    code.move(R11, RDX);
    for (int sum = 0; sum < 2 * queries; sum += 2) {
      for (int half = 0; half < 2; half++) {
        if (load) code.emit(VMOVDQU32, sum + half, at(R11, half * LINE));
        else code.store(at(R11, half * LINE), sum + half);
      }
      code.add(R11, R8);
    }
  }

  /* The 32 halves at RDI as floats that are too small by 2¹¹². */
  private void line() {
    code.prefetchSecond(at(RDI, AHEAD * LINE));
    code.emit(VMOVDQU32, HIGH, at(RDI));
    code.shift(VPSLLD, LOW, HIGH, 16);
    code.shift(VPSRAD, LOW, LOW, 3);
    code.shift(VPSRAD, HIGH, HIGH, 3);
    code.emit(VPANDD, LOW, LOW, PLACES);
    code.emit(VPANDD, HIGH, HIGH, PLACES);
  }

  private void multiply(int q, Memory by) {
    int x = X + q % 4;
    code.emit(VPBROADCASTD, x, by);
    code.emit(VFMADD231PS, 2 * q, LOW, x);
    code.emit(VFMADD231PS, 2 * q + 1, HIGH, x);
  }

  private void places() {
    code.set(RAX, PLACE);
    code.broadcast(PLACES, RAX);
  }

  private byte[] end() {
    code.vzeroupper();
    code.ret();
    return code.code();
  }
}
