package dev.kedge.engine.weights;

import dev.kedge.engine.weights.MetadataValue.Decimal;
import dev.kedge.engine.weights.MetadataValue.Flag;
import dev.kedge.engine.weights.MetadataValue.Sequence;
import dev.kedge.engine.weights.MetadataValue.Text;
import dev.kedge.engine.weights.MetadataValue.Whole;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the header of a GGUF file: magic, version, key-values, tensor directory. The file is
 * hostile until it is read to the end: each count is compared with the bytes that are left before
 * anything is allocated for it, and time and memory grow with the header's own bytes only.
 *
 * <p>Format: the GGUF specification in the ggml project's documentation.
 */
final class GgufParser {
  static final int MAGIC = 0x46554747; // "GGUF" as a little-endian integer
  static final String ALIGNMENT_KEY = "general.alignment";
  static final int DEFAULT_ALIGNMENT = 32;

  private static final int MAX_KEYS = 1 << 16;
  private static final int MAX_TENSORS = 1 << 18;
  private static final int MAX_KEY_BYTES = 0xFFFF;
  private static final int MAX_NAME_BYTES = 1024;
  private static final int MAX_STRING_BYTES = 1 << 24;
  private static final int MAX_ARRAY_ELEMENTS = 1 << 26;
  /* Strings and arrays within arrays cost much more heap than file, so their sums are limited. */
  private static final int MAX_STRINGS = 1 << 22;
  private static final int MAX_INNER_ARRAYS = 1 << 16;
  private static final int MAX_NESTING = 4;
  private static final int MAX_DIMENSIONS = 4;
  private static final int MIN_KEY_VALUE_BYTES = 8 + 1 + 4 + 1;
  private static final int MIN_TENSOR_BYTES = 8 + 1 + 4 + 8 + 4 + 8;

  /** What a header says. */
  record Header(int version, Metadata metadata, List<TensorInfo> tensors) {}

  /* A directory entry whose offset still counts from the start of the data. */
  private record Entry(String name, TensorType type, long[] shape, long offset, long at) {}

  private final ByteCursor cursor;
  private final long fileBytes;
  private int strings;
  private int innerArrays;

  private GgufParser(MemorySegment file) {
    this.cursor = new ByteCursor(file);
    this.fileBytes = file.byteSize();
  }

  static Header parse(MemorySegment file) {
    try {
      return new GgufParser(file).header();
    } catch (FormatException e) {
      if (e.position() != 0) throw e;
      throw OtherFile.seen(file).map(what -> new FormatException(0, what)).orElse(e);
    }
  }

  private Header header() {
    if (cursor.remaining() < Integer.BYTES || cursor.int32("the magic number") != MAGIC) {
      throw new FormatException(0, "not a GGUF file: it does not start with \"GGUF\"");
    }
    int version = version();
    int tensorCount = cursor.count("the number of tensors", MIN_TENSOR_BYTES, MAX_TENSORS);
    int keyCount = cursor.count("the number of metadata keys", MIN_KEY_VALUE_BYTES, MAX_KEYS);
    Metadata metadata = metadata(keyCount);
    List<Entry> entries = entries(tensorCount);
    long alignment = metadata.integer(ALIGNMENT_KEY, DEFAULT_ALIGNMENT);
    return new Header(version, metadata, placed(entries, alignment));
  }

  private int version() {
    long at = cursor.position();
    int version = cursor.int32("the version");
    if (version == 2 || version == 3) return version;
    String reason =
        (version & 0xFFFF) == 0 && version != 0
            ? "the file is big-endian; only little-endian GGUF is read"
            : "GGUF version " + Integer.toUnsignedString(version) + "; version 2 or 3 was expected";
    throw new FormatException(at, reason);
  }

  private Metadata metadata(int count) {
    Metadata.Builder metadata = Metadata.builder();
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < count; i++) {
      long at = cursor.position();
      String key = cursor.string("metadata key " + i, MAX_KEY_BYTES);
      if (key.isEmpty()) throw new FormatException(at, "metadata key " + i + " is empty");
      if (!keys.add(key)) throw new FormatException(at, "metadata key '" + key + "' occurs twice");
      long valueAt = cursor.position();
      MetadataValue value = value(type(key), key, 0);
      check(key, value, valueAt);
      metadata.put(key, value);
    }
    return metadata.build();
  }

  private ValueType type(String key) {
    long at = cursor.position();
    int id = cursor.int32("the type of '" + key + "'");
    return ValueType.ofId(id)
        .orElseThrow(() ->
            new FormatException(
                at,
                "metadata key '"
                    + key
                    + "' has the unknown value type "
                    + Integer.toUnsignedString(id)
                    + "; 0 to 12 was expected"));
  }

  private MetadataValue value(ValueType type, String key, int depth) {
    String what = "the value of '" + key + "'";
    return switch (type) {
      case UINT8 -> new Whole(type, cursor.uint8(what));
      case INT8 -> new Whole(type, (byte) cursor.uint8(what));
      case UINT16 -> new Whole(type, cursor.uint16(what));
      case INT16 -> new Whole(type, (short) cursor.uint16(what));
      case UINT32 -> new Whole(type, cursor.uint32(what));
      case INT32 -> new Whole(type, cursor.int32(what));
      case UINT64, INT64 -> new Whole(type, cursor.int64(what));
      case FLOAT32 -> new Decimal(type, Float.intBitsToFloat(cursor.int32(what)));
      case FLOAT64 -> new Decimal(type, Double.longBitsToDouble(cursor.int64(what)));
      case BOOL -> flag(what);
      case STRING -> new Text(cursor.string(what, MAX_STRING_BYTES));
      case ARRAY -> array(key, depth);
    };
  }

  private Flag flag(String what) {
    long at = cursor.position();
    int value = cursor.uint8(what);
    if (value > 1) throw new FormatException(at, what + " is " + value + "; 0 or 1 was expected");
    return new Flag(value == 1);
  }

  private Sequence array(String key, int depth) {
    if (depth == MAX_NESTING) {
      throw new FormatException(
          cursor.position(), "arrays in '" + key + "' nest deeper than " + MAX_NESTING);
    }
    ValueType element = type(key);
    String what = "the number of elements of '" + key + "'";
    long at = cursor.position();
    int count = cursor.count(what, element.minimumBytes(), MAX_ARRAY_ELEMENTS);
    return switch (element) {
      case STRING -> {
        strings = admit(strings, count, MAX_STRINGS, at);
        List<String> texts = new ArrayList<>(count);
        String elements = "an element of '" + key + "'";
        for (int i = 0; i < count; i++) texts.add(cursor.string(elements, MAX_STRING_BYTES));
        yield new MetadataValue.Texts(texts);
      }
      case ARRAY -> {
        innerArrays = admit(innerArrays, count, MAX_INNER_ARRAYS, at);
        List<Sequence> arrays = new ArrayList<>(count);
        for (int i = 0; i < count; i++) arrays.add(array(key, depth + 1));
        yield new MetadataValue.Sequences(arrays);
      }
      case BOOL, UINT8, INT8, UINT16, INT16, UINT32, INT32, FLOAT32, UINT64, INT64, FLOAT64 ->
          new PackedValues(element, cursor.take(count * element.minimumBytes(), what));
    };
  }

  private static int admit(int before, int count, int most, long at) {
    if (count > most - before) {
      throw new FormatException(
          at, "the metadata's arrays hold more than " + most + " strings or arrays in all");
    }
    return before + count;
  }

  /* The keys whose values would make any loader divide by zero or step out of the file. */
  private static void check(String key, MetadataValue value, long at) {
    if (key.equals(ALIGNMENT_KEY) && !isAlignment(value)) {
      throw new FormatException(
          at,
          "metadata key '"
              + ALIGNMENT_KEY
              + "' is "
              + value.type()
              + " "
              + value
              + "; a uint32 power of two of at least 8 was expected");
    }
    if (key.endsWith(".block_count") && value instanceof Whole whole && whole.value() == 0) {
      throw new FormatException(at, "metadata key '" + key + "' is 0; at least 1 was expected");
    }
  }

  private static boolean isAlignment(MetadataValue value) {
    return value instanceof Whole whole
        && whole.type() == ValueType.UINT32
        && whole.value() >= 8
        && Long.bitCount(whole.value()) == 1;
  }

  private List<Entry> entries(int count) {
    List<Entry> entries = new ArrayList<>(count);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < count; i++) {
      long at = cursor.position();
      String name = cursor.string("the name of tensor " + i, MAX_NAME_BYTES);
      if (name.isEmpty()) throw new FormatException(at, "the name of tensor " + i + " is empty");
      if (!names.add(name)) throw new FormatException(at, "tensor '" + name + "' occurs twice");
      long[] shape = shape(name);
      TensorType type = tensorType(name);
      long offsetAt = cursor.position();
      long offset = cursor.int64("the offset of tensor '" + name + "'");
      entries.add(new Entry(name, type, shape, offset, offsetAt));
    }
    return entries;
  }

  private long[] shape(String name) {
    long at = cursor.position();
    int dimensions = cursor.int32("the number of dimensions of tensor '" + name + "'");
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw new FormatException(
          at,
          "tensor '"
              + name
              + "' has "
              + Integer.toUnsignedString(dimensions)
              + " dimensions; 1 to "
              + MAX_DIMENSIONS
              + " was expected");
    }
    long[] shape = new long[dimensions];
    long elements = 1;
    for (int i = 0; i < dimensions; i++) {
      at = cursor.position();
      shape[i] = cursor.int64("a dimension of tensor '" + name + "'");
      if (shape[i] < 1 || Math.multiplyHigh(elements, shape[i]) != 0 || elements * shape[i] < 0) {
        throw new FormatException(
            at,
            "tensor '"
                + name
                + "' has a dimension of "
                + Long.toUnsignedString(shape[i])
                + "; at least 1 and less than 2^63 elements in all were expected");
      }
      elements *= shape[i];
    }
    return shape;
  }

  private TensorType tensorType(String name) {
    long at = cursor.position();
    int id = cursor.int32("the type of tensor '" + name + "'");
    return TensorType.ofId(id)
        .orElseThrow(() ->
            new FormatException(
                at,
                "tensor '"
                    + name
                    + "' has type "
                    + GgmlTypeNames.describe(id)
                    + ", which Kedge does not run; it runs "
                    + Arrays.toString(TensorType.values())));
  }

  /* Turns offsets into places in the file: aligned, within it, no two in one place. */
  private List<TensorInfo> placed(List<Entry> entries, long alignment) {
    long dataStart = (cursor.position() + alignment - 1) / alignment * alignment;
    List<TensorInfo> tensors = new ArrayList<>(entries.size());
    for (Entry entry : entries) tensors.add(place(entry, dataStart, alignment));
    TensorInfo[] byOffset = tensors.toArray(TensorInfo[]::new);
    Arrays.sort(byOffset, Comparator.comparingLong(TensorInfo::offset));
    for (int i = 1; i < byOffset.length; i++) {
      TensorInfo before = byOffset[i - 1];
      if (byOffset[i].offset() < before.offset() + before.bytes()) {
        throw new FormatException(
            byOffset[i].offset(),
            "the data of tensors '" + before.name() + "' and '" + byOffset[i].name() + "' overlap");
      }
    }
    return List.copyOf(tensors);
  }

  private TensorInfo place(Entry entry, long dataStart, long alignment) {
    String tensor = "tensor '" + entry.name() + "'";
    TensorType type = entry.type();
    if (entry.shape()[0] % type.blockSize() != 0) {
      throw new FormatException(
          entry.at(),
          tensor
              + " has rows of "
              + entry.shape()[0]
              + " elements; a multiple of "
              + type.blockSize()
              + " was expected for "
              + type);
    }
    if (entry.offset() < 0 || entry.offset() % alignment != 0) {
      throw new FormatException(
          entry.at(),
          tensor
              + " has offset "
              + Long.toUnsignedString(entry.offset())
              + "; a multiple of "
              + alignment
              + " was expected");
    }
    long blocks = 1;
    for (long dimension : entry.shape()) blocks *= dimension; // shape() checked the product
    blocks /= type.blockSize();
    long available = Math.max(0, fileBytes - dataStart);
    if (entry.offset() > available || blocks > (available - entry.offset()) / type.blockBytes()) {
      throw new FormatException(
          entry.at(),
          tensor
              + " lies beyond the end of the file: "
              + blocks
              + " blocks of "
              + type.blockBytes()
              + " bytes from offset "
              + entry.offset()
              + " in "
              + available
              + " bytes of data; where a download was cut off, get it again");
    }
    long bytes = blocks * type.blockBytes();
    return new TensorInfo(entry.name(), type, entry.shape(), dataStart + entry.offset(), bytes);
  }
}
