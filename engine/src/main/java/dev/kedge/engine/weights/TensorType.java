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
  /** 32 weights: an F16 scale d, then 32 signed bytes; w = d · q. */
  Q8_0(8, 32, 34),
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
