package dev.kedge.engine.quantize;

import static dev.kedge.engine.kernel.Parts.LANES;

import dev.kedge.engine.kernel.PartSearch;
import dev.kedge.engine.kernel.Parts;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Stores Q6_K: w ≈ s·q per part of 16, q from −32 to 31, s a multiple from −128 to 127 of a number
 * that the 16 parts of a block share. The same bytes everywhere, as in {@link MinimumParts}.
 */
final class SignedParts {
  private static final int SIZE = 16;
  private static final int BLOCK_PARTS = 16;

  private final PartSearch search = PartSearch.BEST;
  private final Parts parts = new Parts(SIZE);
  private final short[] d = new short[LANES / BLOCK_PARTS];
  private final byte[] bytes = new byte[210];

  /** How many blocks are stored at a time. */
  static int blocks() {
    return LANES / BLOCK_PARTS;
  }

  /**
   * Stores up to {@link #blocks} blocks.
   *
   * @return the first block that is too large for the type, or -1
   */
  int store(float[] source, int from, int blocks, MemorySegment target, long at) {
    parts.load(source, from, blocks * BLOCK_PARTS);
    search.fitSigned(parts);
    for (int b = 0; b < blocks; b++) {
      if (!share(b)) return b;
    }
    search.levels(parts, -32, 31);
    parts.pack(-32);
    for (int b = 0; b < blocks; b++) write(b, target, at + 210L * b);
    return -1;
  }

  private boolean share(int block) {
    float largest = 0;
    int first = block * BLOCK_PARTS;
    for (int p = first; p < first + BLOCK_PARTS; p++) {
      if (Math.abs(parts.scale[p]) > Math.abs(largest)) largest = parts.scale[p];
    }
    d[block] = Float.floatToFloat16(largest / -128);
    float unit = Float.float16ToFloat(d[block]);
    for (int p = first; p < first + BLOCK_PARTS; p++) {
      float multiple = unit == 0 ? 0 : Math.min(Math.max(parts.scale[p] / unit, -128), 127);
      parts.scaleUnit[p] = unit;
      parts.scales[p] = multiple + PartSearch.ROUND - PartSearch.ROUND;
    }
    return (d[block] & 0x7C00) != 0x7C00;
  }

  private void write(int block, MemorySegment target, long at) {
    int first = block * BLOCK_PARTS;
    for (int half = 0; half < 2; half++) {
      for (int j = 0; j < 32; j += 4) {
        int row = j % SIZE / 4 * LANES + first + 8 * half + j / SIZE;
        int a = parts.packed[row];
        int b = parts.packed[row + 2];
        int c = parts.packed[row + 4];
        int e = parts.packed[row + 6];
        FourBytes.put(bytes, 64 * half + j, FourBytes.nibbles(a, c));
        FourBytes.put(bytes, 64 * half + 32 + j, FourBytes.nibbles(b, e));
        FourBytes.put(
            bytes, 128 + 32 * half + j, upper(a) | upper(b) << 2 | upper(c) << 4 | upper(e) << 6);
      }
    }
    for (int p = 0; p < BLOCK_PARTS; p++) put(192 + p, (int) parts.scales[first + p]);
    put(208, d[block]);
    put(209, d[block] >> 8);
    MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, at, bytes.length);
  }

  private static int upper(int four) {
    return four >> 4 & FourBytes.TWO_BITS;
  }

  private void put(int at, int value) {
    bytes[at] = (byte) value;
  }
}
