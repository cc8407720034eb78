package dev.kedge.engine.quantize;

import static dev.kedge.engine.kernel.Parts.LANES;

import dev.kedge.engine.kernel.PartSearch;
import dev.kedge.engine.kernel.Parts;
import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Stores Q4_0 and Q8_0: w ≈ d·q per block of 32, d from the largest magnitude alone. The bytes are
 * those of llama.cpp's reference. Blocks lie side by side as the parts of K types do, since that is
 * where the machine is fast; nothing is searched.
 */
final class WholeBlocks {
  private static final int SIZE = 32;

  private final boolean four;
  private final int blockBytes;
  private final PartSearch search = PartSearch.BEST;
  private final Parts parts = new Parts(SIZE);
  private final byte[] bytes;

  WholeBlocks(TensorType type) {
    this.four = type == TensorType.Q4_0;
    this.blockBytes = type.blockBytes();
    this.bytes = new byte[LANES * blockBytes];
  }

  /** How many blocks are stored at a time. */
  static int blocks() {
    return LANES;
  }

  /**
   * Stores up to {@link #blocks} blocks.
   *
   * @return the first block that is too large for the type, or -1
   */
  int store(float[] source, int from, int blocks, MemorySegment target, long at) {
    parts.load(source, from, blocks);
    search.extremes(parts);
    for (int b = 0; b < blocks; b++) {
      if (!scale(b)) return b;
    }
    if (four) {
      search.scaled(parts, 8.5f, 15);
      parts.pack(0);
    } else {
      search.roundedAway(parts);
      parts.pack(-128);
    }
    for (int b = 0; b < blocks; b++) write(b);
    MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, at, blocks * blockBytes);
    return -1;
  }

  private boolean scale(int b) {
    float extreme = parts.scale[b];
    float scale = four ? extreme / -8 : Math.abs(extreme) / 127;
    parts.inverse[b] = scale == 0 ? 0 : 1 / scale;
    short half = Float.floatToFloat16(scale);
    bytes[b * blockBytes] = (byte) half;
    bytes[b * blockBytes + 1] = (byte) (half >> 8);
    return (half & 0x7C00) != 0x7C00;
  }

  private void write(int b) {
    if (Float.isInfinite(parts.inverse[b])) packOneByOne(b);
    int to = b * blockBytes + 2;
    for (int i = 0; i < SIZE / (four ? 2 : 1); i += 4) {
      int row = i / 4 * LANES + b;
      int value =
          four
              ? FourBytes.nibbles(parts.packed[row], parts.packed[row + SIZE / 8 * LANES])
              : parts.packed[row] ^ FourBytes.SIGNS;
      FourBytes.put(bytes, to + i, value);
    }
  }

  /* The scale is so small that it is stored as zero: what stands beside it only has to be the same
  always. */
  private void packOneByOne(int b) {
    for (int i = 0; i < SIZE; i += 4) {
      int all = 0;
      for (int j = 3; j >= 0; j--) {
        float scaled = parts.x[(i + j) * LANES + b] * parts.inverse[b];
        int level =
            four
                ? Math.clamp((int) (scaled + 8.5f), 0, 15)
                : Math.clamp(PartSearch.roundHalfAway(scaled), -127, 127) + 128;
        all = all << 8 | level;
      }
      parts.packed[i / 4 * LANES + b] = all;
    }
  }
}
