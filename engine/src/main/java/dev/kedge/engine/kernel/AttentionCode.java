package dev.kedge.engine.kernel;

import static dev.kedge.engine.machine.Instruction.VFMADD231PS;
import static dev.kedge.engine.machine.Instruction.VMOVDQU32;
import static dev.kedge.engine.machine.Instruction.VMULPS;
import static dev.kedge.engine.machine.Instruction.VPANDD;
import static dev.kedge.engine.machine.Instruction.VPBROADCASTD;
import static dev.kedge.engine.machine.Instruction.VPXORD;
import static dev.kedge.engine.machine.Register.R10;
import static dev.kedge.engine.machine.Register.R11;
import static dev.kedge.engine.machine.Register.R8;
import static dev.kedge.engine.machine.Register.R9;
import static dev.kedge.engine.machine.Register.RAX;
import static dev.kedge.engine.machine.Register.RCX;
import static dev.kedge.engine.machine.Register.RDI;
import static dev.kedge.engine.machine.Register.RDX;
import static dev.kedge.engine.machine.Register.RSI;
import static dev.kedge.engine.machine.Register.RSP;
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
  /* From the stack's top to what comes behind the address to return to. */
  private static final int RETURN = 8;

  /* Lines ahead of what is read that memory is asked for, into the second-level cache: on Zen 4 the
   * values of 4,000 positions for four queries take 71 µs without, 60 to 64 into the first-level
   * one, which waits for 24 lines at most, and 49 so; 64 to 256 lines are about equal. */
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

  /** Pages ahead of the one that is read that memory is asked for, with so many lines each. */
  static int pagesAhead(int lines) {
    return Math.ceilDiv(AHEAD, lines);
  }

  /** From where some head's keys of a page begin, or its values of a group of dimensions. */
  static MemorySegment at(int[] words, int index) {
    return MemorySegment.ofArray(words).asSlice(4L * index);
  }

  /* So many of an array; they are there, or this throws. */
  private static MemorySegment at(float[] values, int index, int count) {
    return MemorySegment.ofArray(values).asSlice(4L * index, 4L * count);
  }

  /* The same lines, which are there, or this throws. */
  private static MemorySegment lines(MemorySegment from, int count) {
    return from.asSlice(0, (long) LINE * count);
  }

  /**
   * Scores of a pack of queries with keys.
   *
   * @param pages so many, one after the other
   * @param next as much memory, which is asked for meanwhile
   * @param pack the first query
   * @param to where its scores with the first page begin
   */
  static void score(
      AttentionBlock block,
      MemorySegment keys,
      int pages,
      MemorySegment next,
      int pack,
      int to,
      float scale) {
    CODES
        .get(2 * Integer.numberOfTrailingZeros(block.together()))
        .call(
            lines(keys, pages * block.padded),
            at(block.turned, pack * block.padded, block.together() * block.padded),
            at(block.scores, to, pages * block.apart()),
            next,
            pages,
            block.padded,
            Float.floatToRawIntBits(scale));
  }

  /**
   * Adds values of a group of 32 dimensions, weighted, to the results of a pack of queries.
   *
   * @param pages so many, one after the other
   * @param next as much memory, which is asked for meanwhile
   * @param weights where those of the pack's first query for the first page begin
   */
  static void mix(
      AttentionBlock block,
      MemorySegment values,
      int pages,
      MemorySegment next,
      int group,
      int pack,
      int weights) {
    int room = (block.together() - 1) * block.padded + KvLayout.GROUP;
    CODES
        .get(2 * Integer.numberOfTrailingZeros(block.together()) + 1)
        .call(
            lines(values, pages * Kernels.PAGE),
            at(block.scores, weights, pages * block.apart()),
            at(block.out, pack * block.padded + group * KvLayout.GROUP, room),
            next,
            pages,
            4L * block.padded,
            0);
  }

  /* RDI keys, RSI queries, RDX scores, RCX what comes next, R8 pages, R9 dimensions; on the stack
   * the scale's bits. */
  private byte[] scores() {
    code.load(RAX, Memory.at(RSP, RETURN));
    code.broadcast(SCALE, RAX);
    begin();
    int page = code.here();
    for (int sum = 0; sum < 2 * queries; sum++) code.emit(VPXORD, sum, sum, sum);
    code.move(RAX, RSI);
    code.move(R10, R9);
    int dimension = code.here();
    line();
    for (int q = 0; q < queries; q++) multiply(q, Memory.at(RAX, 4 * q));
    code.add(RAX, 4 * queries);
    code.add(RDI, LINE);
    code.decrement(R10);
    code.jumpIfNotZero(dimension);
    for (int sum = 0; sum < 2 * queries; sum++) {
      code.emit(VMULPS, sum, sum, SCALE);
      code.store(Memory.at(RDX, sum / 2 * STRIDE + sum % 2 * LINE), sum);
    }
    code.add(RDX, queries * STRIDE);
    code.decrement(R8);
    code.jumpIfNotZero(page);
    return end();
  }

  /* RDI values, RSI weights, RDX results, RCX what comes next, R8 pages, R9 bytes from one query's
   * results to the next one's. Slots that no query sees have weight 0. */
  private byte[] values() {
    begin();
    results(true);
    int page = code.here();
    code.move(RAX, RSI);
    code.set(R10, Kernels.PAGE);
    int slot = code.here();
    line();
    for (int q = 0; q < queries; q++) multiply(q, Memory.at(RAX, q * STRIDE));
    code.add(RAX, 4);
    code.add(RDI, LINE);
    code.decrement(R10);
    code.jumpIfNotZero(slot);
    code.add(RSI, queries * STRIDE);
    code.decrement(R8);
    code.jumpIfNotZero(page);
    results(false);
    return end();
  }

  private void results(boolean load) {
    code.move(R11, RDX);
    for (int sum = 0; sum < 2 * queries; sum += 2) {
      for (int half = 0; half < 2; half++) {
        Memory result = Memory.at(R11, half * LINE);
        if (load) code.emit(VMOVDQU32, sum + half, result);
        else code.store(result, sum + half);
      }
      code.add(R11, R9);
    }
  }

  /* The 32 halves at RDI as floats that are too small by 2¹¹². */
  private void line() {
    code.prefetchSecond(Memory.at(RDI, RCX, 1));
    code.emit(VMOVDQU32, HIGH, Memory.at(RDI));
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

  private void begin() {
    code.set(RAX, PLACE);
    code.broadcast(PLACES, RAX);
    code.subtract(RCX, RDI);
  }

  private byte[] end() {
    code.vzeroupper();
    code.ret();
    return code.code();
  }
}
