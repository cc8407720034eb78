package dev.kedge.engine.kernel;

import static dev.kedge.engine.machine.Instruction.VPANDD;
import static dev.kedge.engine.machine.Memory.at;
import static dev.kedge.engine.machine.Register.R12;
import static dev.kedge.engine.machine.Register.RDI;
import static dev.kedge.engine.machine.Shift.VPSRLD;

/**
 * Products with Q4_0 and Q4_K.
 *
 * <p>A vector of integers has four columns of 32 rows, two rows in an int. Two of them become one
 * with eight columns of the even rows and one of the odd rows; the lower and the upper nibbles of
 * each are a vector of bytes, four columns of a row in an int, which all tokens meet.
 */
final class VnniNibbles extends VnniBlocks {
  private VnniNibbles(int tokens, int ahead, int bias) {
    super(tokens, ahead, bias);
  }

  static byte[] q40(int tokens, int ahead) {
    return new VnniNibbles(tokens, ahead, 0).assemble();
  }

  static byte[] q4k(int tokens, int ahead) {
    return new VnniNibbles(tokens, ahead, -1).assemble();
  }

  @Override
  int groupBytes() {
    return PackedLayout.NIBBLES.groupBytes();
  }

  @Override
  void begin() {
    super.begin();
    loadEach(CONSTANT, at(RDI, VnniMemory.NIBBLE));
  }

  @Override
  void weights(int k) {
    int offset = k * 16;
    fetch(offset, 2);
    int upper = WEIGHTS + 2;
    load(WEIGHTS, at(R12, offset));
    load(WEIGHTS + 1, at(R12, offset + VECTOR));
    rowsApart(WEIGHTS, WEIGHTS + 1, upper, upper + 1);
    for (int half = 0; half < 2; half++) {
      code.shift(VPSRLD, upper + half, WEIGHTS + half, 4);
      code.emit(VPANDD, WEIGHTS + half, WEIGHTS + half, CONSTANT);
      code.emit(VPANDD, upper + half, upper + half, CONSTANT);
    }
  }
}
