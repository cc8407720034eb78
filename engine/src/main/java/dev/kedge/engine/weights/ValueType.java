package dev.kedge.engine.weights;

import java.util.Locale;
import java.util.Optional;

/** The types of GGUF metadata values; the ordinal is the type's number in a file. */
public enum ValueType {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  STRING(8),
  ARRAY(12),
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private static final ValueType[] BY_ID = values();

  private final int minimumBytes;

  ValueType(int minimumBytes) {
    this.minimumBytes = minimumBytes;
  }

  /** The type with this number, if there is one. */
  public static Optional<ValueType> ofId(int id) {
    return id >= 0 && id < BY_ID.length ? Optional.of(BY_ID[id]) : Optional.empty();
  }

  /** The type's number in a GGUF file. */
  public int id() {
    return ordinal();
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
