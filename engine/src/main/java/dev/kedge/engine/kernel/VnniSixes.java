package dev.kedge.engine.kernel;

import static dev.kedge.engine.machine.Instruction.VCVTDQ2PS;
import static dev.kedge.engine.machine.Instruction.VFMADD213PS;
import static dev.kedge.engine.machine.Instruction.VFMADD231PS;
import static dev.kedge.engine.machine.Instruction.VMULPS;
import static dev.kedge.engine.machine.Instruction.VPANDD;
import static dev.kedge.engine.machine.Instruction.VPDPBUSD;
import static dev.kedge.engine.machine.Instruction.VPMULTISHIFTQB;
import static dev.kedge.engine.machine.Memory.at;
import static dev.kedge.engine.machine.Register.R12;
import static dev.kedge.engine.machine.Register.R13;
import static dev.kedge.engine.machine.Register.R14;
import static dev.kedge.engine.machine.Register.RDI;
import static dev.kedge.engine.machine.Shift.VPSLLD;
import static dev.kedge.engine.machine.Shift.VPSRAD;

import dev.kedge.engine.machine.Memory;
import java.util.List;

/**
 * Products with Q6_K.
 *
 * <p>Three vectors of integers have eight columns of 32 rows, two rows in an int. The first two
 * become one with the even rows and one with the odd rows; from such a one and the third
 * VPMULTISHIFTQB takes four columns of a row as bytes, in the order of {@link
 * ByteRecords.Order#SIXES}.
 */
final class VnniSixes extends VnniCode {
  private static final int A = 16;
  private static final int B = 17;
  private static final int C = 18;
  private static final int ANOTHER = 19;
  /* Four columns of both halves of the rows, then the other four. */
  private static final int WEIGHTS = 20;
  private static final int X = 24;
  private static final int FIRST_FOUR = 26;
  private static final int OTHER_FOUR = 27;
  /* Of both halves of the rows. */
  private static final int OF_THIRD = 28;
  private static final int IN_FIRST = 30;
  private static final int SIX_BITS = 31;
  private static final int SCALE = 16;
  private static final int BY = 20;

  /*
   * A lane of the first two vectors is w₀ w₁ and the lower bits of w₂, w₃ w₄ and those of w₅; of
   * the third w₆ w₇, the upper bits of w₂ and of w₅. Where w₀ w₁ w₃ w₄, then w₂ w₅ w₆ w₇ begin in
   * them, so that bits have their places in a byte; and what the latter take from the first two.
   */
  private static final int[] FIRST_PLACES = {0, 6, 16, 22};
  private static final int[] OTHER_PLACES = {12, 28, 0, 0};
  private static final int[] THIRD_PLACES = {8, 10, 0, 6};
  private static final int[] THIRD_PLACES_OF_ODD_ROWS = {24, 26, 16, 22};
  private static final int[] MASKS = {0x0F, 0x0F, 0, 0};

  private VnniSixes(int tokens, int ahead) {
    super(tokens, ahead);
  }

  static byte[] q6k(int tokens, int ahead) {
    return new VnniSixes(tokens, ahead).assemble();
  }

  /** Vectors that the code needs; places count within 64 bits, which are two ints. */
  static List<byte[]> constants() {
    return List.of(
        vector(FIRST_PLACES, 32),
        vector(OTHER_PLACES, 32),
        vector(THIRD_PLACES, 32),
        vector(THIRD_PLACES_OF_ODD_ROWS, 32),
        vector(MASKS, 0));
  }

  @Override
  int groupBytes() {
    return PackedLayout.SIXES.groupBytes();
  }

  @Override
  int outerVectors() {
    return 1;
  }

  @Override
  void begin() {
    wordMasks();
    for (int i = 0; i < 5; i++) load(FIRST_FOUR + i, at(RDI, VnniMemory.SIXES + i * VECTOR));
    loadEach(SIX_BITS, at(RDI, VnniMemory.SIX_BITS));
  }

  /* Sums of both halves of the columns fit the registers for up to four tokens; else those of the
   * first are kept in memory, times their scales. */
  @Override
  void group() {
    boolean fits = tokens <= TOKENS / 2;
    for (int sixteen = 0; sixteen < 2; sixteen++) {
      int first = fits ? 2 * tokens * sixteen : 0;
      for (int sum = 0; sum < 2 * tokens; sum++) {
        loadEach(first + sum, record(sum / 2, ByteRecords.SIXES + sixteen * 4));
      }
      for (int k = 16 * sixteen; k < 16 * sixteen + 16; k += 8) {
        weights(k * 24);
        for (int four = 0; four < 2; four++) {
          for (int t = 0; t < tokens; t++) {
            loadEach(X, record(t, k + four * 4));
            code.emit(VPDPBUSD, first + 2 * t, WEIGHTS + 2 * four, X);
            code.emit(VPDPBUSD, first + 2 * t + 1, WEIGHTS + 2 * four + 1, X);
          }
        }
      }
      if (!fits && sixteen == 0) keep();
    }
    if (fits) addBoth();
    else addToKept();
  }

  /* Eight columns of both halves of the rows. */
  private void weights(int offset) {
    fetch(offset, 3);
    Memory integers = at(R12, offset);
    load(A, integers);
    load(B, integers.plus(64));
    load(C, integers.plus(128));
    rowsApart(A, B, WEIGHTS, WEIGHTS + 1);
    for (int half = 0; half < 2; half++) {
      int first = WEIGHTS + half;
      int other = WEIGHTS + 2 + half;
      code.emit(VPMULTISHIFTQB, first, FIRST_FOUR, A + half);
      code.emit(VPANDD, first, first, SIX_BITS);
      code.emit(VPMULTISHIFTQB, other, OTHER_FOUR, A + half);
      code.emit(VPMULTISHIFTQB, ANOTHER, OF_THIRD + half, C);
      code.ternary(other, ANOTHER, IN_FIRST, 0xE4); // the last one says which of the two
      code.emit(VPANDD, other, other, SIX_BITS);
    }
  }

  /* Of both halves of the rows, for one half of the columns. */
  private void scales(int to, int sixteen) {
    load(to, at(R13));
    code.shift(VPSLLD, to + 1, to, 16 - 16 * sixteen);
    code.shift(VPSLLD, to, to, 24 - 16 * sixteen);
    for (int half = 0; half < 2; half++) {
      code.shift(VPSRAD, to + half, to + half, 24);
      code.emit(VCVTDQ2PS, to + half, to + half);
    }
  }

  private void keep() {
    scales(SCALE, 0);
    for (int sum = 0; sum < 2 * tokens; sum++) {
      code.emit(VCVTDQ2PS, sum, sum);
      code.emit(VMULPS, sum, sum, SCALE + sum % 2);
      code.store(kept(sum), sum);
    }
  }

  private void addToKept() {
    fetchScales();
    scales(SCALE, 1);
    for (int t = 0; t < tokens; t++) {
      loadEach(BY + t % 2, record(t, ByteRecords.SCALE));
      for (int half = 0; half < 2; half++) {
        int sum = 2 * t + half;
        code.emit(VCVTDQ2PS, sum, sum);
        code.emit(VFMADD213PS, sum, SCALE + half, kept(sum));
        addTo(rows(R14, t, half), sum, BY + t % 2);
      }
    }
  }

  private void addBoth() {
    fetchScales();
    scales(SCALE, 0);
    scales(SCALE + 2, 1);
    for (int t = 0; t < tokens; t++) {
      loadEach(BY + t % 2, record(t, ByteRecords.SCALE));
      for (int half = 0; half < 2; half++) {
        int sum = 2 * t + half;
        int second = 2 * tokens + sum;
        code.emit(VCVTDQ2PS, sum, sum);
        code.emit(VCVTDQ2PS, second, second);
        code.emit(VMULPS, sum, sum, SCALE + half);
        multiplyAdd(sum, second, SCALE + 2 + half);
        addTo(rows(R14, t, half), sum, BY + t % 2);
      }
    }
  }

  private static Memory kept(int sum) {
    return at(RDI, VnniMemory.KEPT + sum * VECTOR);
  }

  @Override
  void outer() {
    int d = 16;
    int power = 20;
    int bits = 21;
    int nothing = 22;
    loadEach(power, at(RDI, VnniMemory.POWER));
    loadEach(bits, at(RDI, VnniMemory.HALF_BITS));
    zero(nothing);
    load(d, at(R13));
    halves(d, d + 1, bits, power);
    for (int t = 0; t < tokens; t++) {
      for (int half = 0; half < 2; half++) {
        int result = 2 * t + half;
        load(result, rows(R12, t, half));
        code.emit(VFMADD231PS, result, d + half, rows(R14, t, half));
        code.store(rows(R12, t, half), result);
        code.store(rows(R14, t, half), nothing);
      }
    }
  }
}
