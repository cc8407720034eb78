package dev.kedge.engine.kernel;

import static dev.kedge.engine.machine.Instruction.VCVTDQ2PS;
import static dev.kedge.engine.machine.Instruction.VFMADD213PS;
import static dev.kedge.engine.machine.Instruction.VFMADD231PS;
import static dev.kedge.engine.machine.Instruction.VMOVDQU16;
import static dev.kedge.engine.machine.Instruction.VMULPS;
import static dev.kedge.engine.machine.Instruction.VPANDD;
import static dev.kedge.engine.machine.Instruction.VPDPBUSD;
import static dev.kedge.engine.machine.Instruction.VPMULTISHIFTQB;
import static dev.kedge.engine.machine.Memory.at;
import static dev.kedge.engine.machine.Register.R12;
import static dev.kedge.engine.machine.Register.R13;
import static dev.kedge.engine.machine.Register.R14;
import static dev.kedge.engine.machine.Register.RBX;
import static dev.kedge.engine.machine.Register.RDI;
import static dev.kedge.engine.machine.Shift.VPSLLD;
import static dev.kedge.engine.machine.Shift.VPSRAD;
import static dev.kedge.engine.machine.Shift.VPSRLD;

import dev.kedge.engine.machine.Memory;
import java.util.ArrayList;
import java.util.List;

/**
 * Products with Q6_K.
 *
 * <p>Three vectors of integers have eight columns of 32 rows, two rows in an int. The first two
 * become one with the even rows and one with the odd rows; from such a one and the third
 * VPMULTISHIFTQB takes four columns of a row as bytes.
 */
final class VnniSixes extends VnniCode {
  private static final int ODD_WORDS = 1;
  private static final int EVEN_WORDS = 2;
  private static final int A = 16;
  private static final int B = 17;
  private static final int C = 18;
  private static final int ANOTHER = 19;
  /* Even columns of both halves of the rows, then odd ones. */
  private static final int WEIGHTS = 20;
  private static final int X = 24;
  private static final int CONSTANTS = 25;
  private static final int SIX_BITS = CONSTANTS + 6;
  private static final int SCALE = 16;
  private static final int BY = 20;

  /*
   * A lane of the first two vectors is w₀ w₁ and the lower bits of w₂, w₃ w₄ and those of w₅; of
   * the third w₆ w₇, the upper bits of w₂ and of w₅. Where the even and the odd columns begin in
   * them; what has no place there is taken from the other and left out by the masks.
   */
  private static final int[][] FROM_FIRST = {{0, 12, 22, 0}, {6, 16, 28, 0}};
  private static final int[][] FROM_THIRD = {{0, 8, 0, 0}, {0, 0, 10, 6}};
  private static final int[][] OF_FIRST = {{0x3F, 0x0F, 0x3F, 0}, {0x3F, 0x3F, 0x0F, 0}};

  private VnniSixes(int tokens, int ahead) {
    super(tokens, ahead);
  }

  static byte[] q6k(int tokens, int ahead) {
    return new VnniSixes(tokens, ahead).assemble();
  }

  /** Six vectors that the code needs: places in the first two, in the third, and masks. */
  static List<byte[]> constants() {
    List<byte[]> vectors = new ArrayList<>();
    for (int[] places : FROM_FIRST) vectors.add(places(places));
    for (int[] places : FROM_THIRD) vectors.add(places(places));
    for (int[] masks : OF_FIRST) {
      byte[] vector = new byte[VECTOR];
      for (int i = 0; i < VECTOR; i++) vector[i] = (byte) masks[i % 4];
      vectors.add(vector);
    }
    return vectors;
  }

  /* Places count within 64 bits, which are two lanes. */
  private static byte[] places(int[] inLane) {
    byte[] vector = new byte[VECTOR];
    for (int i = 0; i < VECTOR; i++) vector[i] = (byte) (inLane[i % 4] + i % 8 / 4 * 32);
    return vector;
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
    code.set(RBX, 0xAAAAAAAA);
    code.mask(ODD_WORDS, RBX);
    code.set(RBX, 0x55555555);
    code.mask(EVEN_WORDS, RBX);
    for (int i = 0; i < 6; i++) load(CONSTANTS + i, at(RDI, VnniMemory.CONSTANTS + i * VECTOR));
    loadEach(SIX_BITS, at(RDI, VnniMemory.SIX_BITS));
  }

  @Override
  void group() {
    for (int sixteen = 0; sixteen < 2; sixteen++) {
      for (int sum = 0; sum < 2 * tokens; sum++) {
        loadEach(sum, record(sum / 2, ByteRecords.SIXES + sixteen * 4));
      }
      for (int k = 16 * sixteen; k < 16 * sixteen + 16; k += 8) {
        weights(k * 24);
        for (int odd = 0; odd < 2; odd++) {
          for (int t = 0; t < tokens; t++) {
            loadEach(X, record(t, k + odd * 4));
            code.emit(VPDPBUSD, 2 * t, WEIGHTS + 2 * odd, X);
            code.emit(VPDPBUSD, 2 * t + 1, WEIGHTS + 2 * odd + 1, X);
          }
        }
      }
      scales(sixteen);
      if (sixteen == 0) keep();
      else add();
    }
  }

  /* Eight columns of both halves of the rows. */
  private void weights(int offset) {
    fetch(offset, 3);
    Memory integers = at(R12, offset);
    load(A, integers);
    load(B, integers.plus(64));
    load(C, integers.plus(128));
    code.shift(VPSLLD, WEIGHTS, B, 16);
    code.shift(VPSRLD, WEIGHTS + 1, A, 16);
    code.emitMasked(VMOVDQU16, A, ODD_WORDS, WEIGHTS);
    code.emitMasked(VMOVDQU16, B, EVEN_WORDS, WEIGHTS + 1);
    for (int half = 0; half < 2; half++) {
      for (int odd = 0; odd < 2; odd++) {
        int w = WEIGHTS + 2 * odd + half;
        code.emit(VPMULTISHIFTQB, w, CONSTANTS + odd, A + half);
        code.emit(VPMULTISHIFTQB, ANOTHER, CONSTANTS + 2 + odd, C);
        code.ternary(w, ANOTHER, CONSTANTS + 4 + odd, 0xE4); // the third says which of the two
        code.emit(VPANDD, w, w, SIX_BITS);
      }
      if (half == 0) code.shift(VPSRLD, C, C, 16);
    }
  }

  /* Of both halves of the rows, for one half of the columns. */
  private void scales(int sixteen) {
    if (sixteen == 0) fetchScales();
    load(SCALE, at(R13));
    code.shift(VPSLLD, SCALE + 1, SCALE, 16 - 16 * sixteen);
    code.shift(VPSLLD, SCALE, SCALE, 24 - 16 * sixteen);
    for (int half = 0; half < 2; half++) {
      code.shift(VPSRAD, SCALE + half, SCALE + half, 24);
      code.emit(VCVTDQ2PS, SCALE + half, SCALE + half);
    }
  }

  private void keep() {
    for (int sum = 0; sum < 2 * tokens; sum++) {
      code.emit(VCVTDQ2PS, sum, sum);
      code.emit(VMULPS, sum, sum, SCALE + sum % 2);
      code.store(kept(sum), sum);
    }
  }

  private void add() {
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
