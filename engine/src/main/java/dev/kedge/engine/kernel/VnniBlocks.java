package dev.kedge.engine.kernel;

import static dev.kedge.engine.machine.Instruction.VCVTDQ2PS;
import static dev.kedge.engine.machine.Instruction.VFMADD231PS;
import static dev.kedge.engine.machine.Instruction.VMULPS;
import static dev.kedge.engine.machine.Instruction.VPDPBUSD;
import static dev.kedge.engine.machine.Memory.at;
import static dev.kedge.engine.machine.Register.R12;
import static dev.kedge.engine.machine.Register.R13;
import static dev.kedge.engine.machine.Register.R14;
import static dev.kedge.engine.machine.Register.RDI;
import static dev.kedge.engine.machine.Shift.VPSLLD;
import static dev.kedge.engine.machine.Shift.VPSRLD;

import dev.kedge.engine.machine.Memory;

/**
 * Products with types whose blocks of 32 have one scale: F16, and weights that are too large by a
 * power of two; or, for K types, six bits, with a minimum, and spans with a scale of both.
 */
abstract class VnniBlocks extends VnniCode {
  /* Registers; sums are in the first 16. Weights are four columns of both halves of the rows, then
   * the next four. */
  static final int WEIGHTS = 16;
  private static final int X = 20;
  private static final int SCALE = 24;
  private static final int BY = 26;
  private static final int ZERO = 28;
  private static final int POWER = 29;
  private static final int HALF_BITS = 30;

  /** Registers that are free while weights are made. */
  static final int OTHER = 26;

  /** A register for a constant of the weights. */
  static final int CONSTANT = 31;

  /* Too large by 8 times two to this power; less than zero for K types. */
  private final int bias;

  VnniBlocks(int tokens, int ahead, int bias) {
    super(tokens, ahead);
    this.bias = bias;
  }

  /** Loads eight columns, whose first is {@code k}, to the registers of weights. */
  abstract void weights(int k);

  private boolean plain() {
    return bias >= 0;
  }

  @Override
  final int outerVectors() {
    return plain() ? 0 : 2;
  }

  @Override
  void begin() {
    wordMasks();
    loadEach(POWER, at(RDI, VnniMemory.POWER));
    loadEach(HALF_BITS, at(RDI, VnniMemory.HALF_BITS));
  }

  @Override
  final void group() {
    for (int sum = 0; sum < 2 * tokens; sum++) {
      if (!plain()) {
        zero(sum);
        continue;
      }
      loadEach(sum, record(sum / 2, ByteRecords.NIBBLES));
      if (bias > 0) code.shift(VPSLLD, sum, sum, bias);
    }
    for (int k = 0; k < 32; k += 8) {
      weights(k);
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

  /* Of both halves of the rows: F16, or the two lower bytes of an int. */
  private void scales() {
    fetchScales();
    load(SCALE, at(R13));
    if (plain()) {
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
  final void outer() {
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
