package dev.kedge.engine.token;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The alphabet in which byte-level vocabularies spell bytes: printable Latin-1 characters stand for
 * themselves, the other 68 bytes take the characters from U+0100 on in order, so that a space is
 * written {@code Ġ} (Radford et al., "Language Models are Unsupervised Multitask Learners", 2019).
 */
final class ByteAlphabet {
  private static final int FIRST_SUBSTITUTE = 0x100;
  private static final char[] CHARACTERS = characters();
  private static final int[] BYTES = bytes();

  private ByteAlphabet() {}

  /** The spelling of these bytes. */
  static String spell(byte[] bytes) {
    char[] spelling = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) spelling[i] = CHARACTERS[bytes[i] & 0xFF];
    return new String(spelling);
  }

  /** The character that stands for a byte from 0 to 255. */
  static char character(int value) {
    return CHARACTERS[value];
  }

  /** Whether every character of a spelling stands for a byte. */
  static boolean spells(String spelling) {
    return spelling.chars().allMatch(c -> byteOf((char) c) >= 0);
  }

  /** The bytes of a spelling; a character outside of the alphabet stands for its own UTF-8. */
  static byte[] parse(String spelling) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(spelling.length());
    spelling
        .codePoints()
        .forEach(point -> {
          int value = point < BYTES.length ? BYTES[point] : -1;
          if (value >= 0) bytes.write(value);
          else bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
        });
    return bytes.toByteArray();
  }

  private static int byteOf(char c) {
    return c < BYTES.length ? BYTES[c] : -1;
  }

  private static boolean printable(int value) {
    return (value >= '!' && value <= '~')
        || (value >= 0xA1 && value <= 0xAC)
        || (value >= 0xAE && value <= 0xFF);
  }

  private static char[] characters() {
    char[] characters = new char[256];
    int substitute = FIRST_SUBSTITUTE;
    for (int value = 0; value < 256; value++) {
      characters[value] = (char) (printable(value) ? value : substitute++);
    }
    return characters;
  }

  private static int[] bytes() {
    int[] bytes = new int[FIRST_SUBSTITUTE + 68];
    Arrays.fill(bytes, -1);
    for (int value = 0; value < 256; value++) bytes[CHARACTERS[value]] = value;
    return bytes;
  }
}
