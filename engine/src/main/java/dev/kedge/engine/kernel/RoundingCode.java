package dev.kedge.engine.kernel;

import static dev.kedge.engine.machine.Instruction.VADDPS;
import static dev.kedge.engine.machine.Instruction.VCVTDQ2PS;
import static dev.kedge.engine.machine.Instruction.VDIVPS;
import static dev.kedge.engine.machine.Instruction.VMOVDQU32;
import static dev.kedge.engine.machine.Instruction.VMULPS;
import static dev.kedge.engine.machine.Instruction.VPACKSSDW;
import static dev.kedge.engine.machine.Instruction.VPACKSSWB;
import static dev.kedge.engine.machine.Instruction.VPADDD;
import static dev.kedge.engine.machine.Instruction.VPANDD;
import static dev.kedge.engine.machine.Instruction.VPBROADCASTD;
import static dev.kedge.engine.machine.Instruction.VPDPBUSD;
import static dev.kedge.engine.machine.Instruction.VPERMD;
import static dev.kedge.engine.machine.Instruction.VPMAXSD;
import static dev.kedge.engine.machine.Instruction.VPMAXUD;
import static dev.kedge.engine.machine.Instruction.VPMINUD;
import static dev.kedge.engine.machine.Instruction.VPSHUFB;
import static dev.kedge.engine.machine.Instruction.VPSUBD;
import static dev.kedge.engine.machine.Instruction.VPXORD;
import static dev.kedge.engine.machine.Memory.at;
import static dev.kedge.engine.machine.Register.RAX;
import static dev.kedge.engine.machine.Register.RCX;
import static dev.kedge.engine.machine.Register.RDI;
import static dev.kedge.engine.machine.Register.RDX;
import static dev.kedge.engine.machine.Register.RSI;
import static dev.kedge.engine.machine.Shift.VPSLLD;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.kedge.engine.machine.Assembler;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Machine code that rounds activations to {@link ByteRecords}: {@link Quantization} for a block
 * whose scale is a normal number, eight times as fast, mostly since its sums and its largest value
 * stay in vectors. It also keeps the smallest and the largest scale so far, so that whoever calls
 * it sees from the last record whether all were normal.
 *
 * <p>Arguments: values, records, blocks, {@link #constants}.
 */
final class RoundingCode {
  private static final int LINE = ByteRecords.BYTES;
  // Bytes from the constants' beginning.
  private static final int MAGNITUDE = 0;
  private static final int ROUND = 4;
  private static final int LARGEST = 8;
  private static final int ONES = 12;
  private static final int SIGN = 16;
  private static final int INTS = LINE;
  private static final int BYTES = 2 * LINE;

  /* Fields of a record by their masks, from the scale on. */
  private static final int FIELDS = 7;

  // Registers of constants.
  private static final int MAGNITUDES = 31;
  private static final int ROUNDS = 30;
  private static final int LARGESTS = 29;
  private static final int ALL_ONES = 28;
  private static final int SIGNS = 27;
  private static final int ORDER_OF_INTS = 26;
  private static final int ORDER_OF_BYTES = 25;
  private static final int ZERO = 24;
  private static final int LEAST = 23;
  private static final int MOST = 22;

  // Orders of four parts: halves swapped, neighbours swapped, the first or the second everywhere.
  private static final int HALVES = 0x4E;
  private static final int NEIGHBOURS = 0xB1;
  private static final int FIRST = 0x00;
  private static final int SECOND = 0x55;

  private final Assembler code = new Assembler();

  private RoundingCode() {}

  /** What the code reads for an order of columns. */
  static MemorySegment constants(ByteRecords.Order order) {
    MemorySegment all = Arena.ofAuto().allocate(3 * LINE, LINE);
    all.set(JAVA_INT, MAGNITUDE, Integer.MAX_VALUE);
    all.set(JAVA_FLOAT, ROUND, Exponential.ROUND);
    all.set(JAVA_FLOAT, LARGEST, 127);
    all.set(JAVA_INT, ONES, 0x01010101);
    all.set(JAVA_INT, SIGN, Integer.MIN_VALUE);
    for (int i = 0; i < 16; i++) {
      // Four columns of each 128 bits of the first sixteen values, then of the others.
      all.setAtIndex(JAVA_INT, INTS / 4 + i, i % 4 * 4 + i % 8 / 4);
    }
    for (int i = 0; i < LINE; i++) {
      all.set(JAVA_BYTE, BYTES + i, (byte) (i % 16 / 8 * 8 + order.column(i % 8)));
    }
    return all;
  }

  static byte[] assemble() {
    RoundingCode rounding = new RoundingCode();
    rounding.begin();
    int block = rounding.code.here();
    rounding.block();
    rounding.code.jumpIfNotZero(block);
    rounding.code.vzeroupper();
    rounding.code.ret();
    return rounding.code.code();
  }

  private void begin() {
    for (int field = 1; field <= FIELDS; field++) {
      code.set(RAX, 1 << (ByteRecords.SCALE / 4 + field - 1));
      code.mask(field, RAX);
    }
    code.emit(VPBROADCASTD, MAGNITUDES, at(RCX, MAGNITUDE));
    code.emit(VPBROADCASTD, ROUNDS, at(RCX, ROUND));
    code.emit(VPBROADCASTD, LARGESTS, at(RCX, LARGEST));
    code.emit(VPBROADCASTD, ALL_ONES, at(RCX, ONES));
    code.emit(VPBROADCASTD, SIGNS, at(RCX, SIGN));
    code.emit(VMOVDQU32, ORDER_OF_INTS, at(RCX, INTS));
    code.emit(VMOVDQU32, ORDER_OF_BYTES, at(RCX, BYTES));
    code.emit(VPXORD, ZERO, ZERO, ZERO);
    code.emit(VMOVDQU32, LEAST, MAGNITUDES);
    code.emit(VMOVDQU32, MOST, ZERO);
  }

  private void block() {
    int first = 0;
    int second = 1;
    int scale = 2;
    int bytes = 4;
    code.emit(VMOVDQU32, first, at(RDI));
    code.emit(VMOVDQU32, second, at(RDI, LINE));
    scale(first, second, scale);
    for (int half : new int[] {first, second}) {
      code.emit(VDIVPS, half, half, scale);
      code.emit(VADDPS, half, half, ROUNDS);
      code.emit(VPSUBD, half, half, ROUNDS);
    }
    code.emit(VPACKSSDW, bytes, first, second);
    code.emit(VPACKSSWB, bytes, bytes, bytes);
    code.emit(VPERMD, bytes, ORDER_OF_INTS, bytes);
    code.emit(VPSHUFB, bytes, bytes, ORDER_OF_BYTES);
    fields(bytes, scale);
    code.store(at(RSI), bytes);
    code.add(RDI, 2 * LINE);
    code.add(RSI, LINE);
    code.decrement(RDX);
  }

  /* The largest magnitude, as an int, for what is no number is above all; in every lane. */
  private void scale(int first, int second, int scale) {
    int other = 3;
    code.emit(VPANDD, scale, first, MAGNITUDES);
    code.emit(VPANDD, other, second, MAGNITUDES);
    code.emit(VPMAXSD, scale, scale, other);
    for (int order : new int[] {HALVES, NEIGHBOURS}) {
      code.shuffleQuarters(other, scale, scale, order);
      code.emit(VPMAXSD, scale, scale, other);
    }
    for (int order : new int[] {HALVES, NEIGHBOURS}) {
      code.shuffleInts(other, scale, order);
      code.emit(VPMAXSD, scale, scale, other);
    }
    code.emit(VDIVPS, scale, scale, LARGESTS);
    code.emit(VPMINUD, LEAST, LEAST, scale);
    code.emit(VPMAXUD, MOST, MOST, scale);
  }

  /* What stands behind the bytes. */
  private void fields(int bytes, int scale) {
    int sums = 5;
    int left = 6;
    int right = 7;
    int all = 8;
    int minus = 9;
    code.emit(VPXORD, sums, sums, sums);
    code.emit(VPDPBUSD, sums, ALL_ONES, bytes);
    for (int order : new int[] {HALVES, NEIGHBOURS}) {
      code.shuffleInts(left, sums, order);
      code.emit(VPADDD, sums, sums, left);
    }
    code.shuffleQuarters(left, sums, sums, FIRST);
    code.shuffleQuarters(right, sums, sums, SECOND);
    code.emit(VPADDD, all, left, right);
    code.emit(VCVTDQ2PS, minus, all);
    code.emit(VMULPS, minus, minus, scale);
    code.emit(VPXORD, minus, minus, SIGNS);
    negativeTimes(all, 3);
    negativeTimes(left, 5);
    negativeTimes(right, 5);
    int field = 1;
    for (int value : new int[] {scale, minus, all, left, right, LEAST, MOST}) {
      code.emitMasked(VMOVDQU32, bytes, field++, value);
    }
  }

  private void negativeTimes(int sum, int power) {
    code.emit(VPSUBD, sum, ZERO, sum);
    code.shift(VPSLLD, sum, sum, power);
  }
}
