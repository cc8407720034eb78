package dev.kedge.engine.kernel;

import static dev.kedge.engine.machine.Instruction.VPXORD;
import static dev.kedge.engine.machine.Memory.at;
import static dev.kedge.engine.machine.Register.R12;
import static dev.kedge.engine.machine.Register.RDI;

/**
 * Products with Q8_0.
 *
 * <p>A vector of integers has two columns of 32 rows; two of them become one with four columns of
 * the even rows and one of the odd rows. Of two columns the first is kept 128 too large; here the
 * second becomes so.
 */
final class VnniBytes extends VnniBlocks {
  private VnniBytes(int tokens, int ahead) {
    super(tokens, ahead, 4);
  }

  static byte[] q80(int tokens, int ahead) {
    return new VnniBytes(tokens, ahead).assemble();
  }

  @Override
  int groupBytes() {
    return PackedLayout.BYTES.groupBytes();
  }

  @Override
  void begin() {
    super.begin();
    loadEach(CONSTANT, at(RDI, VnniMemory.SECOND_SIGNS));
  }

  @Override
  void weights(int k) {
    int offset = k * 32;
    fetch(offset, 4);
    for (int four = 0; four < 2; four++) {
      int w = WEIGHTS + 2 * four;
      load(w, at(R12, offset + 2 * four * VECTOR));
      load(w + 1, at(R12, offset + (2 * four + 1) * VECTOR));
      rowsApart(w, w + 1, OTHER, OTHER + 1);
      code.emit(VPXORD, w, w, CONSTANT);
      code.emit(VPXORD, w + 1, w + 1, CONSTANT);
    }
  }
}
