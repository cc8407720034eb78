package dev.kedge.engine.weights;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Collects the little-endian bytes of a GGUF header. */
final class ByteSink {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  void int32(int value) {
    little(value, 4);
  }

  void int64(long value) {
    little(value, 8);
  }

  void string(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    int64(bytes.length);
    out.writeBytes(bytes);
  }

  void value(MetadataValue value) {
    switch (value) {
      case MetadataValue.Whole whole -> little(whole.value(), whole.type().minimumBytes());
      case MetadataValue.Decimal decimal -> decimal(decimal);
      case MetadataValue.Flag flag -> out.write(flag.value() ? 1 : 0);
      case MetadataValue.Text text -> string(text.value());
      case MetadataValue.Sequence sequence -> sequence(sequence);
    }
  }

  void pad(int alignment) {
    while (out.size() % alignment != 0) out.write(0);
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  private void decimal(MetadataValue.Decimal decimal) {
    if (decimal.type() == ValueType.FLOAT32) {
      int32(Float.floatToRawIntBits((float) decimal.value()));
    } else {
      int64(Double.doubleToRawLongBits(decimal.value()));
    }
  }

  private void sequence(MetadataValue.Sequence sequence) {
    int32(sequence.elementType().id());
    int64(sequence.size());
    switch (sequence) {
      case PackedValues packed -> out.writeBytes(packed.bytes());
      case MetadataValue.Texts texts -> texts.values().forEach(this::string);
      case MetadataValue.Sequences nested -> nested.values().forEach(this::sequence);
    }
  }

  private void little(long value, int bytes) {
    for (int i = 0; i < bytes; i++) out.write((int) (value >>> (8 * i)));
  }
}
