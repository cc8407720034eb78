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

  private final PartSearch search = PartSearch.best();
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
    float[] levels = parts.levels;
    for (int half = 0; half < 2; half++) {
      for (int j = 0; j < 32; j++) {
        int level = j % SIZE * LANES + first + 8 * half + j / SIZE;
        int a = (int) levels[level] + 32;
        int b = (int) levels[level + 2] + 32;
        int c = (int) levels[level + 4] + 32;
        int e = (int) levels[level + 6] + 32;
        put(64 * half + j, (a & 15) | (c & 15) << 4);
        put(64 * half + 32 + j, (b & 15) | (e & 15) << 4);
        put(128 + 32 * half + j, a >> 4 | b >> 4 << 2 | c >> 4 << 4 | e >> 4 << 6);
      }
    }
    for (int p = 0; p < BLOCK_PARTS; p++) put(192 + p, (int) parts.scales[first + p]);
    put(208, d[block]);
    put(209, d[block] >> 8);
    MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, at, bytes.length);
  }

  private void put(int at, int value) {
    bytes[at] = (byte) value;
  }
}
