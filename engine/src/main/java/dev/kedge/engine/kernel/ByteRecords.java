package dev.kedge.engine.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.kedge.engine.machine.MachineCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The 8-bit activations as machine code takes them: per token and block of 32 one line of the
 * cache, {@code [32 bytes][scale][−scale·Σx][−8Σx][−32Σ of 16][−32Σ of the other 16]}, the bytes of
 * 8 columns in the order in which weights come apart. What stands behind that means nothing to
 * products.
 *
 * <p>Not thread-safe; different threads may write different tokens.
 */
final class ByteRecords {
  static final int BYTES = 64;
  static final int SCALE = 32;
  static final int MINUS = 36;
  static final int NIBBLES = 40;
  static final int SIXES = 44;
  private static final int LEAST = 52;
  private static final int MOST = 56;

  /** In which eight columns stand. */
  enum Order {
    NIBBLES("02461357"),
    SIXES("01342567"),
    BYTES("01234567");

    private final String columns;

    Order(String columns) {
      this.columns = columns;
    }

    /** Which of eight columns stands in this place. */
    int column(int place) {
      return columns.charAt(place) - '0';
    }
  }

  private static final int BLOCK = Activations.BLOCK;

  private static final @Nullable MachineCode ROUND =
      VnniProducts.ON ? MachineCode.of(RoundingCode.assemble()).orElse(null) : null;

  private final MemorySegment all;
  private final Order order;
  private final MemorySegment constants;

  ByteRecords(int blocks, Order order) {
    this.order = order;
    constants = RoundingCode.constants(order);
    all = Arena.ofAuto().allocate((long) blocks * BYTES, BYTES);
  }

  /** What products read of a block's record. */
  byte[] fields(int block) {
    return all.asSlice((long) block * BYTES, LEAST).toArray(JAVA_BYTE);
  }

  /** Fails unless there is room for so many blocks: machine code reads without checks. */
  void require(int blocks) {
    if (blocks > all.byteSize() / BYTES) {
      throw new IllegalArgumentException(
          blocks + " blocks, where there is room for " + all.byteSize() / BYTES);
    }
  }

  /** Where the record of a block begins; this object must stay reachable meanwhile. */
  long address(int block) {
    return all.address() + (long) block * BYTES;
  }

  /**
   * Rounds values to records, at once, as {@link Quantization} and {@link #derive} do.
   *
   * @param values from {@code from} on
   * @param block of the first record
   * @return false if some scale is no normal number, or there is no code for it: then it has to be
   *     done by those two
   */
  boolean round(float[] values, int from, int block, int blocks) {
    if (ROUND == null || blocks == 0) return false;
    MemorySegment some = MemorySegment.ofArray(values).asSlice(4L * from, 4L * BLOCK * blocks);
    require(block + blocks);
    ROUND.call(some, address(block), blocks, constants.address());
    long last = (block + blocks - 1L) * BYTES;
    return all.get(JAVA_FLOAT, last + LEAST) >= Float.MIN_NORMAL
        && all.get(JAVA_FLOAT, last + MOST) <= Float.MAX_VALUE;
  }

  /** Writes those of blocks {@code from} to {@code to} − 1 from what was quantized. */
  void derive(Activations x, int from, int to) {
    for (int b = from; b < to; b++) {
      long record = (long) b * BYTES;
      for (int k = 0; k < BLOCK; k++) {
        int column = k / 8 * 8 + order.column(k % 8);
        all.set(JAVA_BYTE, record + k, (byte) x.quants[b * BLOCK + column]);
      }
      int half = 0;
      for (int k = 0; k < BLOCK / 2; k++) half += x.quants[b * BLOCK + k];
      all.set(JAVA_FLOAT, record + SCALE, x.scales[b]);
      all.set(JAVA_FLOAT, record + MINUS, x.minus[b]);
      all.set(JAVA_INT, record + NIBBLES, -8 * x.sums[b]);
      all.set(JAVA_INT, record + SIXES, -32 * half);
      all.set(JAVA_INT, record + SIXES + 4, -32 * (x.sums[b] - half));
    }
  }
}
