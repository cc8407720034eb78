package dev.kedge.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Mutated files give a file whose tensors fill its data, or a FormatException; nothing else. */
class SafetensorsFuzzTest {
  private static final int CASES = 40_000;
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u",
    "\\ud83d",
    "0",
    "-1",
    "1e9",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "null",
    "F32",
    "F4",
    "\"dtype\":\"I8\",",
    "\"__metadata__\":{},",
    "[[[[[[[[",
    " \n\t\r",
    "\u00e9",
    "\0"
  };

  @Test
  void mutatedFilesGiveAFileOrAFormatException() {
    byte[] valid = RawSafetensors.sample();
    SplittableRandom random = new SplittableRandom(11);
    int read = 0;
    for (int i = 0; i < CASES; i++) {
      byte[] mutated = mutate(valid, random);
      try {
        check(RawSafetensors.read(mutated));
        read++;
      } catch (FormatException e) {
        assertThat(e.position()).as(e.getMessage()).isBetween(0L, (long) mutated.length);
      }
    }
    assertThat(read).as("some mutations are harmless").isBetween(CASES / 100, CASES * 9 / 10);
  }

  private static byte[] mutate(byte[] valid, SplittableRandom random) {
    byte[] bytes = valid.clone();
    int mutations = 1 + random.nextInt(3);
    for (int m = 0; m < mutations && bytes.length > 0; m++) {
      int at = random.nextInt(bytes.length);
      byte[] piece = PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8);
      switch (random.nextInt(7)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = (byte) ('0' + random.nextInt(10));
        case 3 -> bytes = replaced(bytes, at, Math.min(piece.length, bytes.length - at), piece);
        case 4 -> bytes = replaced(bytes, at, 0, piece);
        case 5 -> bytes = replaced(bytes, at, Math.min(random.nextInt(16), bytes.length - at));
        default -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
      }
      // Most changes of length leave the header's length wrong, which ends the reading early.
      if (random.nextInt(4) > 0) repairLength(bytes, valid.length);
    }
    return bytes;
  }

  private static byte[] replaced(byte[] bytes, int at, int length, byte... piece) {
    byte[] out = Arrays.copyOf(bytes, bytes.length - length + piece.length);
    System.arraycopy(piece, 0, out, at, piece.length);
    int rest = bytes.length - at - length;
    System.arraycopy(bytes, at + length, out, at + piece.length, rest);
    return out;
  }

  private static void repairLength(byte[] bytes, int validBytes) {
    if (bytes.length < 64) return;
    int length = bytes.length - 8 - 52;
    if (bytes.length == validBytes) return;
    for (int i = 0; i < 8; i++) bytes[i] = (byte) ((long) length >>> (8 * i));
  }

  private static void check(SafetensorsFile file) {
    long bytes = 0;
    for (SafetensorsTensor tensor : file.tensors()) {
      assertThat(tensor.bytes() * 8).isEqualTo(tensor.elements() * tensor.type().bits());
      assertThat(file.data(tensor).byteSize()).isEqualTo(tensor.bytes());
      assertThat(file.require(tensor.name())).isSameAs(tensor);
      bytes += tensor.bytes();
    }
    assertThat(bytes).isLessThanOrEqualTo(file.fileBytes() - 8 - 2);
  }
}
