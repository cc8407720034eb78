package dev.kedge.engine.weights;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Puts together safetensors bytes, right or wrong, for tests of the reader. */
final class RawSafetensors {
  /** Where the header starts. */
  static final int HEADER = 8;

  private RawSafetensors() {}

  /** A file whose header length is right. */
  static byte[] file(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return file(json.length, json, dataBytes);
  }

  /** A file that claims {@code headerBytes}; the data counts up from 0. */
  static byte[] file(long headerBytes, byte[] header, int dataBytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    out.writeBytes(length.putLong(headerBytes).array());
    out.writeBytes(header);
    for (int i = 0; i < dataBytes; i++) out.write(i);
    return out.toByteArray();
  }

  /** One member of the header. */
  static String tensor(String name, String dtype, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%s]}"
        .formatted(name, dtype, shape, offsets);
  }

  static SafetensorsFile read(byte[] bytes) {
    return SafetensorsFile.of(MemorySegment.ofArray(bytes));
  }

  /** A small valid file with everything that the format has. */
  static byte[] sample() {
    return file(
        "{\"__metadata__\":{\"format\":\"pt\",\"a\\u006b\":\"n\u00e4me \ud83d\ude00"
            + " \\ud83d\\ude00\"},"
            + tensor("b", "BF16", "2,3", "32,44")
            + ", "
            + tensor("a", "F32", "2,2,2", "0,32")
            + ","
            + tensor("none", "I64", "4,0", "44,44")
            + ","
            + tensor("scalar", "F64", "", "44,52")
            + "}  ",
        52);
  }
}
