package dev.kedge.engine.kernel;

import static dev.kedge.engine.machine.Instruction.VCVTDQ2PS;
import static dev.kedge.engine.machine.Instruction.VFMADD231PS;
import static dev.kedge.engine.machine.Instruction.VMOVDQU16;
import static dev.kedge.engine.machine.Instruction.VMULPS;
import static dev.kedge.engine.machine.Instruction.VPANDD;
import static dev.kedge.engine.machine.Instruction.VPDPBUSD;
import static dev.kedge.engine.machine.Memory.at;
import static dev.kedge.engine.machine.Register.R12;
import static dev.kedge.engine.machine.Register.R13;
import static dev.kedge.engine.machine.Register.R14;
import static dev.kedge.engine.machine.Register.RBX;
import static dev.kedge.engine.machine.Register.RDI;
import static dev.kedge.engine.machine.Shift.VPSLLD;
import static dev.kedge.engine.machine.Shift.VPSRLD;

import dev.kedge.engine.machine.Memory;

/**
 * Products with Q4_0 and Q4_K.
 *
 * <p>A vector of integers has four columns of 32 rows, two rows in an int. Two of them become one
 * with eight columns of the even rows and one of the odd rows; the lower and the upper nibbles of
 * each are a vector of bytes, four columns of a row in an int, which all tokens meet.
 */
final class VnniNibbles extends VnniCode {
  private static final int ODD_WORDS = 1;
  private static final int EVEN_WORDS = 2;
  /* Registers; sums are in the first 16, weights in the next four, activations after that. */
  private static final int WEIGHTS = 16;
  private static final int X = 20;
  private static final int SCALE = 24;
  private static final int BY = 26;
  private static final int ZERO = 28;
  private static final int NIBBLE = 31;
  private static final int POWER = 30;
  private static final int HALF_BITS = 29;

  /* Whether a block of 32 has a scale of its own and nothing else. */
  private final boolean plain;

  private VnniNibbles(int tokens, int ahead, boolean plain) {
    super(tokens, ahead);
    this.plain = plain;
  }

  static byte[] q40(int tokens, int ahead) {
    return new VnniNibbles(tokens, ahead, true).assemble();
  }

  static byte[] q4k(int tokens, int ahead) {
    return new VnniNibbles(tokens, ahead, false).assemble();
  }

  @Override
  int groupBytes() {
    return PackedLayout.NIBBLES.groupBytes();
  }

  @Override
  int outerVectors() {
    return plain ? 0 : 2;
  }

  @Override
  void begin() {
    code.set(RBX, 0xAAAAAAAA);
    code.mask(ODD_WORDS, RBX);
    code.set(RBX, 0x55555555);
    code.mask(EVEN_WORDS, RBX);
    loadEach(NIBBLE, at(RDI, VnniMemory.NIBBLE));
    loadEach(POWER, at(RDI, VnniMemory.POWER));
    loadEach(HALF_BITS, at(RDI, VnniMemory.HALF_BITS));
  }

  @Override
  void group() {
    for (int sum = 0; sum < 2 * tokens; sum++) {
      if (plain) loadEach(sum, record(sum / 2, ByteRecords.NIBBLES));
      else zero(sum);
    }
    for (int k = 0; k < 32; k += 8) {
      weights(k * 16);
      for (int half = 0; half < 2; half++) {
        for (int t = 0; t < tokens; t++) {
          int x = X + t % 4;
          loadEach(x, record(t, k + half * 4));
          code.emit(VPDPBUSD, 2 * t, WEIGHTS + 2 * half, x);
          code.emit(VPDPBUSD, 2 * t + 1, WEIGHTS + 2 * half + 1, x);
        }
      }
    }
    scales();
    for (int t = 0; t < tokens; t++) {
      int by = BY + t % 2;
      loadEach(by, record(t, ByteRecords.SCALE));
      for (int half = 0; half < 2; half++) {
        int sum = 2 * t + half;
        code.emit(VCVTDQ2PS, sum, sum);
        code.emit(VMULPS, sum, sum, SCALE + half);
        addTo(rows(R14, t, half), sum, by);
      }
    }
  }

  /* Eight columns of both halves: even ones, then odd ones. */
  private void weights(int offset) {
    fetch(offset, 2);
    int a = WEIGHTS;
    int b = WEIGHTS + 1;
    int upper = WEIGHTS + 2;
    Memory integers = at(R12, offset);
    load(a, integers);
    load(b, integers.plus(64));
    code.shift(VPSLLD, upper, b, 16);
    code.shift(VPSRLD, upper + 1, a, 16);
    code.emitMasked(VMOVDQU16, a, ODD_WORDS, upper);
    code.emitMasked(VMOVDQU16, b, EVEN_WORDS, upper + 1);
    for (int half = 0; half < 2; half++) {
      code.shift(VPSRLD, upper + half, a + half, 4);
      code.emit(VPANDD, a + half, a + half, NIBBLE);
      code.emit(VPANDD, upper + half, upper + half, NIBBLE);
    }
  }

  /* Of both halves of the rows: F16, or the two lower bytes of an int. */
  private void scales() {
    fetchScales();
    load(SCALE, at(R13));
    if (plain) {
      halves(SCALE, SCALE + 1, HALF_BITS, POWER);
      return;
    }
    code.shift(VPSLLD, SCALE + 1, SCALE, 16);
    code.shift(VPSLLD, SCALE, SCALE, 24);
    for (int half = 0; half < 2; half++) {
      code.shift(VPSRLD, SCALE + half, SCALE + half, 24);
      code.emit(VCVTDQ2PS, SCALE + half, SCALE + half);
    }
  }

  /* Minima, the two upper bytes, stay in registers for all tokens. */
  @Override
  void outer() {
    int least = 16;
    int d = 18;
    int e = 20;
    for (int b = 0; b < PackedLayout.SPAN_BLOCKS; b++) {
      load(2 * b, scalesBefore(PackedLayout.SPAN_BLOCKS - b));
      code.shift(VPSRLD, 2 * b + 1, 2 * b, 24);
      code.shift(VPSLLD, 2 * b, 2 * b, 8);
      code.shift(VPSRLD, 2 * b, 2 * b, 24);
      code.emit(VCVTDQ2PS, 2 * b, 2 * b);
      code.emit(VCVTDQ2PS, 2 * b + 1, 2 * b + 1);
    }
    load(d, at(R13));
    halves(d, d + 1, HALF_BITS, POWER);
    load(e, scalesBefore(-1));
    halves(e, e + 1, HALF_BITS, POWER);
    zero(ZERO);
    for (int t = 0; t < tokens; t++) {
      zero(least);
      zero(least + 1);
      for (int b = 0; b < PackedLayout.SPAN_BLOCKS; b++) {
        int back = (b - PackedLayout.SPAN_BLOCKS) * ByteRecords.BYTES;
        Memory minus = record(t, back + ByteRecords.MINUS);
        code.emitEach(VFMADD231PS, least, 2 * b, minus);
        code.emitEach(VFMADD231PS, least + 1, 2 * b + 1, minus);
      }
      for (int half = 0; half < 2; half++) {
        int result = least + 6 + half;
        load(result, rows(R12, t, half));
        multiplyAdd(result, e + half, least + half);
        code.emit(VFMADD231PS, result, d + half, rows(R14, t, half));
        code.store(rows(R12, t, half), result);
        code.store(rows(R14, t, half), ZERO);
      }
    }
  }
}
