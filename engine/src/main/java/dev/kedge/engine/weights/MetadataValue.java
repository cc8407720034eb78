package dev.kedge.engine.weights;

import java.util.List;

/** One value of a GGUF file's metadata. Immutable. */
public sealed interface MetadataValue {
  /** The type under which the value stands in a file. */
  ValueType type();

  /**
   * A whole number.
   *
   * @param value its 64 bits; a uint64 above {@link Long#MAX_VALUE} shows as a negative number
   */
  record Whole(ValueType type, long value) implements MetadataValue {
    public Whole {
      if (!type.isInteger()) throw new IllegalArgumentException(type + " is not an integer type");
    }

    @Override
    public String toString() {
      return type == ValueType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
    }
  }

  /** A floating-point number. */
  record Decimal(ValueType type, double value) implements MetadataValue {
    public Decimal {
      if (!type.isDecimal()) throw new IllegalArgumentException(type + " is not a float type");
    }

    @Override
    public String toString() {
      return type == ValueType.FLOAT32 ? Float.toString((float) value) : Double.toString(value);
    }
  }

  /** A truth value. */
  record Flag(boolean value) implements MetadataValue {
    @Override
    public ValueType type() {
      return ValueType.BOOL;
    }

    @Override
    public String toString() {
      return Boolean.toString(value);
    }
  }

  /** A string. */
  record Text(String value) implements MetadataValue {
    @Override
    public ValueType type() {
      return ValueType.STRING;
    }

    @Override
    public String toString() {
      return value;
    }
  }

  /** A sequence of values of one type. */
  sealed interface Sequence extends MetadataValue permits Texts, Sequences, PackedValues {
    @Override
    default ValueType type() {
      return ValueType.ARRAY;
    }

    /** The type of every element. */
    ValueType elementType();

    /** How many elements. */
    int size();

    /** One element. */
    MetadataValue element(int index);
  }

  /** An array of strings. */
  record Texts(List<String> values) implements Sequence {
    public Texts {
      values = List.copyOf(values);
    }

    @Override
    public ValueType elementType() {
      return ValueType.STRING;
    }

    @Override
    public int size() {
      return values.size();
    }

    @Override
    public MetadataValue element(int index) {
      return new Text(values.get(index));
    }
  }

  /** An array of arrays. */
  record Sequences(List<Sequence> values) implements Sequence {
    public Sequences {
      values = List.copyOf(values);
    }

    @Override
    public ValueType elementType() {
      return ValueType.ARRAY;
    }

    @Override
    public int size() {
      return values.size();
    }

    @Override
    public MetadataValue element(int index) {
      return values.get(index);
    }
  }
}
