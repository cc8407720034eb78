package dev.kedge.engine.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An array of numbers or truth values, kept as the little-endian bytes of the file, so that it
 * takes no more memory than it takes there.
 */
public final class PackedValues implements MetadataValue.Sequence {
  private final ValueType elementType;
  private final byte[] array;
  private final ByteBuffer bytes;

  /**
   * @param elementType a type of fixed size
   * @param bytes whole elements, little-endian; ownership passes to this object
   */
  PackedValues(ValueType elementType, byte[] bytes) {
    if (!isPackable(elementType) || bytes.length % elementType.minimumBytes() != 0) {
      throw new IllegalArgumentException(bytes.length + " bytes of " + elementType);
    }
    this.elementType = elementType;
    this.array = bytes;
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static boolean isPackable(ValueType type) {
    return type != ValueType.STRING && type != ValueType.ARRAY;
  }

  static PackedValues floats(float[] values) {
    byte[] bytes = new byte[Math.multiplyExact(values.length, Float.BYTES)];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return new PackedValues(ValueType.FLOAT32, bytes);
  }

  static PackedValues integers(int[] values) {
    byte[] bytes = new byte[Math.multiplyExact(values.length, Integer.BYTES)];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(values);
    return new PackedValues(ValueType.INT32, bytes);
  }

  @Override
  public ValueType elementType() {
    return elementType;
  }

  @Override
  public int size() {
    return bytes.capacity() / elementType.minimumBytes();
  }

  @Override
  public MetadataValue element(int index) {
    if (elementType == ValueType.BOOL) return new MetadataValue.Flag(integer(index) != 0);
    return elementType.isInteger()
        ? new MetadataValue.Whole(elementType, integer(index))
        : new MetadataValue.Decimal(elementType, decimal(index));
  }

  /** Element {@code index} as 64 bits; for arrays of integers and truth values. */
  public long integer(int index) {
    int at = index * elementType.minimumBytes();
    return switch (elementType) {
      case UINT8, BOOL -> Byte.toUnsignedLong(bytes.get(at));
      case INT8 -> bytes.get(at);
      case UINT16 -> Short.toUnsignedLong(bytes.getShort(at));
      case INT16 -> bytes.getShort(at);
      case UINT32 -> Integer.toUnsignedLong(bytes.getInt(at));
      case INT32 -> bytes.getInt(at);
      case UINT64, INT64 -> bytes.getLong(at);
      case FLOAT32, FLOAT64, STRING, ARRAY -> throw notA("integer");
    };
  }

  /** Element {@code index} of an array of floating-point numbers. */
  public double decimal(int index) {
    int at = index * elementType.minimumBytes();
    return switch (elementType) {
      case FLOAT32 -> bytes.getFloat(at);
      case FLOAT64 -> bytes.getDouble(at);
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64, BOOL, STRING, ARRAY ->
          throw notA("float");
    };
  }

  byte[] bytes() {
    return array;
  }

  private IllegalStateException notA(String wanted) {
    return new IllegalStateException("an array of " + elementType + " has no " + wanted);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PackedValues packed
        && packed.elementType == elementType
        && Arrays.equals(packed.bytes(), bytes());
  }

  @Override
  public int hashCode() {
    return 31 * elementType.hashCode() + Arrays.hashCode(bytes());
  }

  @Override
  public String toString() {
    return size() + " × " + elementType;
  }
}
