package dev.kedge.engine.quantize;

import static dev.kedge.engine.kernel.Parts.LANES;

import dev.kedge.engine.kernel.PartSearch;
import dev.kedge.engine.kernel.Parts;
import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Stores Q4_K and Q5_K: w ≈ s·q − m per part of 32, q from 0 to 15 or 31, s and m multiples of two
 * numbers that the 8 parts of a block share.
 *
 * <p>First every part is fitted for itself. Then, with the shared numbers fixed, each part tries
 * the neighbours of its own rounded s and m. What counts is the sum of squared errors, so with the
 * same bits the error lies a little below that of searches that stop after the first stage.
 *
 * <p>Floats, one operation at a time, in one order per part: the same bytes everywhere.
 */
final class MinimumParts {
  private static final int SIZE = 32;
  private static final int BLOCK_PARTS = 8;

  private final TensorType type;
  private final int top;
  private final PartSearch search = PartSearch.BEST;
  private final Parts parts = new Parts(SIZE);
  /* Of each block: what its parts share. */
  private final short[] d = new short[LANES / BLOCK_PARTS];
  private final short[] e = new short[LANES / BLOCK_PARTS];
  private final byte[] bytes;

  MinimumParts(TensorType type) {
    this.type = type;
    this.top = type == TensorType.Q4_K ? 15 : 31;
    this.bytes = new byte[type.blockBytes()];
  }

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
    search.fitWithMinimum(parts, top);
    for (int b = 0; b < blocks; b++) {
      if (!share(b)) return b;
    }
    search.refine(parts, top);
    search.levels(parts, 0, top);
    parts.pack(0);
    for (int b = 0; b < blocks; b++) write(b, target, at + (long) b * type.blockBytes());
    return -1;
  }

  /* The numbers that a block's parts share, and each part's multiples of them. */
  private boolean share(int block) {
    float largestScale = 0;
    float largestMinimum = 0;
    int first = block * BLOCK_PARTS;
    for (int p = first; p < first + BLOCK_PARTS; p++) {
      largestScale = Math.max(largestScale, parts.scale[p]);
      largestMinimum = Math.max(largestMinimum, parts.minimum[p]);
    }
    d[block] = Float.floatToFloat16(largestScale / PartSearch.MOST);
    e[block] = Float.floatToFloat16(largestMinimum / PartSearch.MOST);
    for (int p = first; p < first + BLOCK_PARTS; p++) {
      parts.scaleUnit[p] = Float.float16ToFloat(d[block]);
      parts.minimumUnit[p] = Float.float16ToFloat(e[block]);
      parts.scales[p] = multiple(parts.scale[p], largestScale);
      parts.minima[p] = multiple(parts.minimum[p], largestMinimum);
    }
    return (d[block] & 0x7C00) != 0x7C00 && (e[block] & 0x7C00) != 0x7C00;
  }

  private static int multiple(float value, float largest) {
    int most = PartSearch.MOST;
    return largest > 0 ? Math.clamp((int) (most * value / largest + 0.5f), 0, most) : 0;
  }

  private void write(int block, MemorySegment target, long at) {
    int first = block * BLOCK_PARTS;
    put(0, d[block]);
    put(1, d[block] >> 8);
    put(2, e[block]);
    put(3, e[block] >> 8);
    for (int j = 0; j < 4; j++) {
      int s = (int) parts.scales[first + 4 + j];
      int m = (int) parts.minima[first + 4 + j];
      put(4 + j, (int) parts.scales[first + j] | (s >> 4) << 6);
      put(8 + j, (int) parts.minima[first + j] | (m >> 4) << 6);
      put(12 + j, (s & 15) | (m & 15) << 4);
    }
    boolean five = type == TensorType.Q5_K;
    for (int i = 0; i < SIZE; i += 4) {
      int row = i / 4 * LANES + first;
      int fifth = 0;
      for (int group = 0; group < 4; group++) {
        int low = parts.packed[row + 2 * group];
        int high = parts.packed[row + 2 * group + 1];
        FourBytes.put(bytes, (five ? 48 : 16) + 32 * group + i, FourBytes.nibbles(low, high));
        int two = low >> 4 & FourBytes.ONE_BIT;
        two |= (high >> 4 & FourBytes.ONE_BIT) << 1;
        fifth |= two << (2 * group);
      }
      if (five) FourBytes.put(bytes, 16 + i, fifth);
    }
    MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, at, bytes.length);
  }

  private void put(int at, int value) {
    bytes[at] = (byte) value;
  }
}
