package dev.kedge.engine.weights;

import java.util.Optional;

/**
 * How the elements of a tensor are stored. Ids, block sizes and byte counts are those of the GGUF
 * specification.
 */
public enum TensorType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  /** 32 weights: an F16 scale d, then 16 bytes of nibbles; w = d · (nibble − 8). */
  Q4_0(2, 32, 18),
  /** 32 weights: an F16 scale d, an F16 minimum m, then nibbles; w = d · nibble + m. */
  Q4_1(3, 32, 20),
  /** 32 weights: an F16 scale d, 32 fifth bits, then nibbles; w = d · (q − 16). */
  Q5_0(6, 32, 22),
  /** 32 weights: an F16 scale d, an F16 minimum m, 32 fifth bits, then nibbles; w = d · q + m. */
  Q5_1(7, 32, 24),
  /** 32 weights: an F16 scale d, then 32 signed bytes; w = d · q. */
  Q8_0(8, 32, 34),
  /**
   * 256 weights in 8 parts of 32: F16 scales d and e, 8 pairs of 6 bits (s, m) in 12 bytes, then
   * nibbles; w = d · s · nibble − e · m.
   */
  Q4_K(12, 256, 144),
  /** As {@link #Q4_K} with 32 bytes of fifth bits before the nibbles. */
  Q5_K(13, 256, 176),
  /**
   * 256 weights in 16 parts of 16: 128 bytes of nibbles, 64 of two upper bits, 16 signed bytes s,
   * an F16 scale d; w = d · s · (q − 32).
   */
  Q6_K(14, 256, 210),
  BF16(30, 1, 2);

  private final int id;
  private final int blockSize;
  private final int blockBytes;

  TensorType(int id, int blockSize, int blockBytes) {
    this.id = id;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
  }

  /** The type's number in a GGUF file. */
  public int id() {
    return id;
  }

  /** Elements per block; a row's length must be a multiple of it. */
  public int blockSize() {
    return blockSize;
  }

  /** Bytes per block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Whether elements are small integers with scales, not floats. */
  public boolean quantized() {
    return blockSize > 1;
  }

  /** Bytes of {@code elements} consecutive elements, which must fill whole blocks. */
  public long bytes(long elements) {
    return Math.multiplyExact(elements / blockSize, (long) blockBytes);
  }

  /** The type with this GGUF number, if it is one that Kedge reads. */
  public static Optional<TensorType> ofId(int id) {
    for (TensorType type : values()) {
      if (type.id == id) return Optional.of(type);
    }
    return Optional.empty();
  }
}
