package dev.kedge.engine.weights;

import java.util.Locale;
import java.util.Optional;

/** The types of GGUF metadata values, with their numbers in a file. */
public enum ValueType {
  UINT8(0, 1),
  INT8(1, 1),
  UINT16(2, 2),
  INT16(3, 2),
  UINT32(4, 4),
  INT32(5, 4),
  FLOAT32(6, 4),
  BOOL(7, 1),
  STRING(8, 8),
  ARRAY(9, 12),
  UINT64(10, 8),
  INT64(11, 8),
  FLOAT64(12, 8);

  private final int id;
  private final int minimumBytes;

  ValueType(int id, int minimumBytes) {
    this.id = id;
    this.minimumBytes = minimumBytes;
  }

  /** The type with this number, if there is one. */
  public static Optional<ValueType> ofId(int id) {
    for (ValueType type : values()) {
      if (type.id == id) return Optional.of(type);
    }
    return Optional.empty();
  }

  /** The type's number in a GGUF file. */
  public int id() {
    return id;
  }

  /** Bytes of a value of fixed size; for strings and arrays the least that one can take. */
  public int minimumBytes() {
    return minimumBytes;
  }

  /** Whether values are whole numbers. */
  public boolean isInteger() {
    return switch (this) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
      case FLOAT32, FLOAT64, BOOL, STRING, ARRAY -> false;
    };
  }

  /** Whether values are floating-point numbers. */
  public boolean isDecimal() {
    return this == FLOAT32 || this == FLOAT64;
  }

  /** The name that the GGUF specification uses, e.g. {@code uint32}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
