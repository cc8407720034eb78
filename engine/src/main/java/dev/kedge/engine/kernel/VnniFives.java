package dev.kedge.engine.kernel;

import static dev.kedge.engine.machine.Instruction.VPANDD;
import static dev.kedge.engine.machine.Instruction.VPMULTISHIFTQB;
import static dev.kedge.engine.machine.Memory.at;
import static dev.kedge.engine.machine.Register.R12;
import static dev.kedge.engine.machine.Register.RDI;
import static dev.kedge.engine.machine.Shift.VPSLLD;
import static dev.kedge.engine.machine.Shift.VPSRLD;

import java.util.List;
import java.util.stream.Stream;

/**
 * Products with Q5_0 and Q5_K.
 *
 * <p>Five vectors of integers have sixteen columns of 32 rows, two rows in an int: three columns
 * each, and each a bit of the last one. The first two become one with six columns of the even rows
 * and one of the odd rows, the next two likewise, and VPMULTISHIFTQB takes columns as bytes.
 */
final class VnniFives extends VnniBlocks {
  private static final int UNIT = 16;
  private static final int UNIT_BYTES = 5 * VECTOR;
  /* Six columns of both halves of the rows, then the next six: for sixteen columns. */
  private static final int FIRST_SIX = 24;
  private static final int NEXT_SIX = 26;
  private static final int FREE = 28;

  /* Where columns 0 to 3, 4 and 5, 6 and 7, 8 to 11 begin in an int of six, and 12 to 14 of both
   * halves of the rows in the fifth vector, whose bit of column 15 comes to the place of 16. */
  private static final int[][] PLACES = {
    {0, 5, 10, 16}, {21, 26, 0, 0}, {0, 0, 0, 5}, {10, 16, 21, 26}, {0, 5, 10, 11}, {16, 21, 26, 27}
  };

  private VnniFives(int tokens, int ahead, int bias) {
    super(tokens, ahead, bias);
  }

  static byte[] q50(int tokens, int ahead) {
    return new VnniFives(tokens, ahead, 1).assemble();
  }

  static byte[] q5k(int tokens, int ahead) {
    return new VnniFives(tokens, ahead, -1).assemble();
  }

  /** Vectors that the code needs; places count within 64 bits, which are two ints. */
  static List<byte[]> constants() {
    return Stream.of(PLACES).map(lane -> vector(lane, 32)).toList();
  }

  @Override
  int groupBytes() {
    return PackedLayout.FIVES.groupBytes();
  }

  @Override
  void begin() {
    super.begin();
    loadEach(CONSTANT, at(RDI, VnniMemory.FIVE_BITS));
  }

  @Override
  void weights(int k) {
    int unit = k / UNIT * UNIT_BYTES;
    if (k % UNIT == 0) firstEight(unit);
    else lastEight(unit);
  }

  private void firstEight(int unit) {
    fetch(unit, 5);
    for (int i = 0; i < 4; i++) load(FIRST_SIX + i, at(R12, unit + i * VECTOR));
    rowsApart(FIRST_SIX, FIRST_SIX + 1, WEIGHTS, WEIGHTS + 1);
    rowsApart(NEXT_SIX, NEXT_SIX + 1, WEIGHTS, WEIGHTS + 1);
    for (int half = 0; half < 2; half++) {
      int four = WEIGHTS + half;
      int next = four + 2;
      columns(four, 0, FIRST_SIX + half);
      code.emit(VPANDD, four, four, CONSTANT);
      columns(next, 1, FIRST_SIX + half);
      columns(FREE, 2, NEXT_SIX + half);
      // Two bytes of the one, two of the other.
      code.ternaryEach(next, FREE, at(RDI, VnniMemory.FIRST_TWO), 0xE4);
      code.emit(VPANDD, next, next, CONSTANT);
    }
  }

  private void lastEight(int unit) {
    for (int half = 0; half < 2; half++) {
      int four = WEIGHTS + half;
      int last = four + 2;
      columns(four, 3, NEXT_SIX + half);
      code.emit(VPANDD, four, four, CONSTANT);
      load(FREE, at(R12, unit + 4 * VECTOR));
      columns(last, 4 + half, FREE);
      code.emitEach(VPANDD, last, last, at(RDI, VnniMemory.LAST_BITS));
      // The other four bits of the last column, to the highest byte.
      code.shift(VPSLLD, FREE, FIRST_SIX + half, 24 - 15);
      bit(last, 0);
      code.shift(VPSRLD, FREE, FIRST_SIX + half, 31 - 25);
      bit(last, 1);
      code.shift(VPSLLD, FREE, NEXT_SIX + half, 26 - 15);
      bit(last, 2);
      code.shift(VPSRLD, FREE, NEXT_SIX + half, 31 - 27);
      bit(last, 3);
    }
  }

  private void columns(int to, int places, int from) {
    load(to, at(RDI, VnniMemory.FIVES + places * VECTOR));
    code.emit(VPMULTISHIFTQB, to, to, from);
  }

  private void bit(int to, int bit) {
    code.ternaryEach(to, FREE, at(RDI, VnniMemory.BITS + 4 * bit), 0xF8);
  }
}
