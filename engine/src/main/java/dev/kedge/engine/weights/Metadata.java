package dev.kedge.engine.weights;

import dev.kedge.engine.weights.MetadataValue.Decimal;
import dev.kedge.engine.weights.MetadataValue.Flag;
import dev.kedge.engine.weights.MetadataValue.Text;
import dev.kedge.engine.weights.MetadataValue.Texts;
import dev.kedge.engine.weights.MetadataValue.Whole;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The key-values of a GGUF file, in the file's order. Immutable. The typed accessors throw a {@link
 * FormatException} that names the key where it is missing or has another type; those with a
 * fallback throw only for another type.
 */
public final class Metadata {
  private final Map<String, MetadataValue> values;

  private Metadata(Map<String, MetadataValue> values) {
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** An empty builder. */
  public static Builder builder() {
    return new Builder();
  }

  /** All keys, in order. */
  public Set<String> keys() {
    return values.keySet();
  }

  /** The value of {@code key}, whatever its type. */
  public Optional<MetadataValue> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** Whether {@code key} has a value. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** A string. */
  public String string(String key) {
    return text(key, require(key, "a string"));
  }

  /** A string, or {@code fallback} where the key is missing. */
  public String string(String key, String fallback) {
    MetadataValue value = values.get(key);
    return value == null ? fallback : text(key, value);
  }

  /** A value of any integer type. */
  public long integer(String key) {
    return whole(key, require(key, "an integer"));
  }

  /** A value of any integer type, or {@code fallback} where the key is missing. */
  public long integer(String key, long fallback) {
    MetadataValue value = values.get(key);
    return value == null ? fallback : whole(key, value);
  }

  /** A value of any floating-point type. */
  public double decimal(String key) {
    return number(key, require(key, "a float"));
  }

  /** A value of any floating-point type, or {@code fallback} where the key is missing. */
  public double decimal(String key, double fallback) {
    MetadataValue value = values.get(key);
    return value == null ? fallback : number(key, value);
  }

  /** A truth value, or {@code fallback} where the key is missing. */
  public boolean flag(String key, boolean fallback) {
    MetadataValue value = values.get(key);
    if (value == null) return fallback;
    if (value instanceof Flag flag) return flag.value();
    throw wrongType(key, value, "a bool");
  }

  /** An array of strings. */
  public List<String> strings(String key) {
    MetadataValue value = require(key, "an array of strings");
    if (value instanceof Texts texts) return texts.values();
    throw wrongType(key, value, "an array of strings");
  }

  /** An array of any floating-point type, as a new array. */
  public float[] floats(String key) {
    String expected = "an array of floats";
    MetadataValue value = require(key, expected);
    if (!(value instanceof PackedValues packed) || !packed.elementType().isDecimal()) {
      throw wrongType(key, value, expected);
    }
    float[] floats = new float[packed.size()];
    for (int i = 0; i < floats.length; i++) floats[i] = (float) packed.decimal(i);
    return floats;
  }

  /** An array of any integer type whose elements all fit an int, as a new array. */
  public int[] integers(String key) {
    String expected = "an array of integers";
    MetadataValue value = require(key, expected);
    if (!(value instanceof PackedValues packed) || !packed.elementType().isInteger()) {
      throw wrongType(key, value, expected);
    }
    int[] integers = new int[packed.size()];
    for (int i = 0; i < integers.length; i++) {
      long element = packed.integer(i);
      if (element != (int) element) {
        throw new FormatException(
            -1, "metadata key '" + key + "', element " + i + " does not fit 32 bits: " + element);
      }
      integers[i] = (int) element;
    }
    return integers;
  }

  private MetadataValue require(String key, String expected) {
    MetadataValue value = values.get(key);
    if (value == null) {
      throw new FormatException(
          -1, "metadata key '" + key + "' is missing; " + expected + " was expected");
    }
    return value;
  }

  private static String text(String key, MetadataValue value) {
    if (value instanceof Text text) return text.value();
    throw wrongType(key, value, "a string");
  }

  private static long whole(String key, MetadataValue value) {
    if (!(value instanceof Whole whole)) throw wrongType(key, value, "an integer");
    if (whole.type() == ValueType.UINT64 && whole.value() < 0) {
      throw new FormatException(
          -1, "metadata key '" + key + "' is " + whole + "; at most 2^63-1 was expected");
    }
    return whole.value();
  }

  private static double number(String key, MetadataValue value) {
    if (value instanceof Decimal decimal) return decimal.value();
    throw wrongType(key, value, "a float");
  }

  private static FormatException wrongType(String key, MetadataValue value, String expected) {
    String found =
        value instanceof MetadataValue.Sequence sequence
            ? "an array of " + sequence.elementType()
            : "of type " + value.type();
    return new FormatException(
        -1, "metadata key '" + key + "' is " + found + "; " + expected + " was expected");
  }

  @Override
  public String toString() {
    return values.toString();
  }

  /** Collects key-values; a key set twice keeps its first place and its last value. */
  public static final class Builder {
    private final Map<String, MetadataValue> values = new LinkedHashMap<>();

    private Builder() {}

    /** Takes over everything in {@code other}. */
    public Builder copyFrom(Metadata other) {
      values.putAll(other.values);
      return this;
    }

    /** Any value. */
    public Builder put(String key, MetadataValue value) {
      if (key.isEmpty()) throw new IllegalArgumentException("an empty metadata key");
      values.put(key, value);
      return this;
    }

    /** Drops a key. */
    public Builder remove(String key) {
      values.remove(key);
      return this;
    }

    public Builder string(String key, String value) {
      return put(key, new Text(value));
    }

    /** {@code value} from 0 to 2^32-1. */
    public Builder uint32(String key, long value) {
      if (value != (value & 0xFFFF_FFFFL)) {
        throw new IllegalArgumentException(key + " does not fit uint32: " + value);
      }
      return put(key, new Whole(ValueType.UINT32, value));
    }

    public Builder int32(String key, int value) {
      return put(key, new Whole(ValueType.INT32, value));
    }

    /** {@code value}'s bits, unsigned. */
    public Builder uint64(String key, long value) {
      return put(key, new Whole(ValueType.UINT64, value));
    }

    public Builder float32(String key, float value) {
      return put(key, new Decimal(ValueType.FLOAT32, value));
    }

    public Builder float64(String key, double value) {
      return put(key, new Decimal(ValueType.FLOAT64, value));
    }

    public Builder flag(String key, boolean value) {
      return put(key, new Flag(value));
    }

    public Builder strings(String key, List<String> values) {
      return put(key, new Texts(values));
    }

    public Builder floats(String key, float[] values) {
      return put(key, PackedValues.floats(values));
    }

    public Builder int32s(String key, int[] values) {
      return put(key, PackedValues.integers(values));
    }

    public Metadata build() {
      return new Metadata(values);
    }
  }
}
