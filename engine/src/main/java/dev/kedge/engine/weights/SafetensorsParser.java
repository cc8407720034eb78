package dev.kedge.engine.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of a safetensors file: an 8-byte little-endian length, then a JSON object that
 * gives for each tensor its dtype, shape and place in the data that follows. The header is read in
 * place, so memory grows with what it says and never with what it claims. The data must be filled
 * by the tensors without gap, overlap or rest, so that no byte of a file goes unaccounted for.
 *
 * <p>Format: the description in the README of the safetensors project.
 */
final class SafetensorsParser {
  /* The limit of the format's reference reader. */
  private static final int MAX_HEADER_BYTES = 100_000_000;
  private static final int MAX_TENSORS = 1 << 18;
  private static final int MAX_METADATA_KEYS = 1 << 16;
  private static final int MAX_METADATA_BYTES = 1 << 24;
  private static final int MAX_DTYPE_BYTES = 64;
  private static final int MAX_DIMENSIONS = 64;
  private static final String METADATA = "__metadata__";

  /** What a header says. */
  record Header(Map<String, String> metadata, List<SafetensorsTensor> tensors) {}

  /* What was read of one tensor so far; its keys come in any order. */
  private static final class Entry {
    @Nullable SafetensorsType type;
    long @Nullable [] shape;
    long @Nullable [] offsets;
    long shapeAt;
    long offsetsAt;
  }

  private final JsonCursor json;
  private final long dataStart;
  private final long dataBytes;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<SafetensorsTensor> tensors = new ArrayList<>();

  private SafetensorsParser(MemorySegment file, int headerBytes) {
    this.dataStart = Long.BYTES + (long) headerBytes;
    this.dataBytes = file.byteSize() - dataStart;
    this.json = new JsonCursor(file, Long.BYTES, dataStart);
  }

  static Header parse(MemorySegment file) {
    if (file.byteSize() <= Long.BYTES || file.get(ValueLayout.JAVA_BYTE, Long.BYTES) != '{') {
      OtherFile.seen(file)
          .ifPresent(what -> {
            throw new FormatException(0, what + "; not a safetensors file");
          });
    }
    int headerBytes = new ByteCursor(file).count("the length of the header", 1, MAX_HEADER_BYTES);
    if (headerBytes == 0) throw new FormatException(0, "the length of the header is 0");
    if (file.get(ValueLayout.JAVA_BYTE, Long.BYTES) != '{') {
      throw new FormatException(Long.BYTES, "the header does not start with '{'");
    }
    return new SafetensorsParser(file, headerBytes).header();
  }

  private Header header() {
    json.object("the header", MAX_TENSORS + 1, this::member);
    json.end("the header");
    checkPlaces();
    return new Header(Collections.unmodifiableMap(metadata), List.copyOf(tensors));
  }

  private void member(String key, long at) {
    if (key.equals(METADATA)) metadata();
    else tensors.add(tensor(key, at));
  }

  private void metadata() {
    // Not in the format's description, but some writers put null where they have no metadata.
    if (json.takeNull(METADATA)) return;
    json.object(
        METADATA,
        MAX_METADATA_KEYS,
        (key, at) ->
            metadata.put(
                key, json.string("the value of metadata key '" + key + "'", MAX_METADATA_BYTES)));
  }

  private SafetensorsTensor tensor(String name, long at) {
    String what = "tensor '" + name + "'";
    Entry entry = new Entry();
    json.object(what, 3, (key, keyAt) -> field(entry, what, key, keyAt));
    SafetensorsType type = entry.type;
    long[] shape = entry.shape;
    long[] offsets = entry.offsets;
    if (type == null || shape == null || offsets == null) {
      String missing = type == null ? "dtype" : shape == null ? "shape" : "data_offsets";
      throw new FormatException(at, what + " has no '" + missing + "'");
    }
    long bytes = size(what, type, shape, entry.shapeAt);
    if (bytes != offsets[1] - offsets[0]) {
      throw new FormatException(
          entry.offsetsAt,
          what
              + " has data_offsets for "
              + (offsets[1] - offsets[0])
              + " bytes; its shape "
              + Arrays.toString(shape)
              + " of "
              + type
              + " takes "
              + bytes);
    }
    return new SafetensorsTensor(name, type, shape, dataStart + offsets[0], bytes);
  }

  private void field(Entry entry, String what, String key, long keyAt) {
    switch (key) {
      case "dtype" -> entry.type = type(what);
      case "shape" -> {
        entry.shapeAt = json.position();
        entry.shape = wholeNumbers("the shape of " + what, MAX_DIMENSIONS);
      }
      case "data_offsets" -> {
        entry.offsetsAt = json.position();
        entry.offsets = offsets(what, entry.offsetsAt);
      }
      default ->
          throw new FormatException(
              keyAt,
              what
                  + " has the unknown key '"
                  + key
                  + "'; dtype, shape and data_offsets were expected");
    }
  }

  private SafetensorsType type(String what) {
    long at = json.position();
    String name = json.string("the dtype of " + what, MAX_DTYPE_BYTES);
    return SafetensorsType.ofName(name)
        .orElseThrow(() ->
            new FormatException(
                at,
                what
                    + " has the unknown dtype '"
                    + name
                    + "'; expected was one of "
                    + Arrays.toString(SafetensorsType.values())));
  }

  private long[] wholeNumbers(String what, int most) {
    LongStream.Builder numbers = LongStream.builder();
    json.array(what, most, () -> numbers.add(json.wholeNumber("a number in " + what)));
    return numbers.build().toArray();
  }

  private long[] offsets(String what, long at) {
    long[] offsets = wholeNumbers("data_offsets of " + what, 2);
    if (offsets.length != 2) {
      throw new FormatException(
          at, what + " has " + offsets.length + " data_offsets; begin and end were expected");
    }
    if (offsets[1] < offsets[0]) {
      throw new FormatException(
          at, what + " has data that ends at " + offsets[1] + ", before its begin " + offsets[0]);
    }
    if (offsets[1] > dataBytes) {
      throw new FormatException(
          at,
          what
              + " lies beyond the end of the file: its data ends at "
              + offsets[1]
              + " of "
              + dataBytes
              + " bytes of data; where a download was cut off, get it again");
    }
    return offsets;
  }

  /* The bytes that a shape takes, where even its bits can be counted. */
  private static long size(String what, SafetensorsType type, long[] shape, long at) {
    long bits = type.bits();
    boolean empty = false;
    for (long dimension : shape) {
      // A zero does not excuse a product that overflows without it: it would in another order.
      long factor = Math.max(dimension, 1);
      empty |= dimension == 0;
      if (Math.multiplyHigh(bits, factor) != 0 || bits * factor < 0) {
        throw new FormatException(
            at,
            what
                + " has the shape "
                + Arrays.toString(shape)
                + " of "
                + type
                + "; less than 2^63 bits in all were expected");
      }
      bits *= factor;
    }
    if (empty) return 0;
    if (bits % Byte.SIZE != 0) {
      throw new FormatException(
          at, what + " takes " + bits + " bits; a whole number of bytes was expected");
    }
    return bits / Byte.SIZE;
  }

  /* Sorted by place, each tensor starts where the one before it ends. */
  private void checkPlaces() {
    SafetensorsTensor[] sorted = tensors.toArray(SafetensorsTensor[]::new);
    Arrays.sort(
        sorted,
        Comparator.comparingLong(SafetensorsTensor::offset)
            .thenComparingLong(SafetensorsTensor::bytes));
    long covered = dataStart;
    String before = "the header";
    for (SafetensorsTensor tensor : sorted) {
      String what = "tensor '" + tensor.name() + "'";
      if (tensor.offset() < covered) {
        throw new FormatException(
            tensor.offset(), "the data of " + before + " and " + what + " overlap");
      }
      if (tensor.offset() > covered) {
        throw new FormatException(
            covered,
            "a hole of "
                + (tensor.offset() - covered)
                + " bytes between "
                + before
                + " and "
                + what);
      }
      covered += tensor.bytes();
      before = what;
    }
    long rest = dataStart + dataBytes - covered;
    if (rest > 0) {
      throw new FormatException(
          covered, rest + " bytes after " + before + " belong to no tensor; the end was expected");
    }
  }
}
