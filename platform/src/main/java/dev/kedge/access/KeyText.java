package dev.kedge.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * How a key is written: {@code kdg_}, ten characters that name it and may be shown, an underscore,
 * and the secret: 52 random characters of five bits. Letters and digits only, so that a double
 * click selects all of it; no {@code 0}, {@code 1}, {@code 8} or {@code 9}, which people confuse.
 *
 * <p>Only the SHA-256 of the whole text is stored. A slow hash would protect passwords, which can
 * be guessed from a list; of 2<sup>260</sup> random secrets no hash is slow enough to matter, and
 * none too fast.
 */
final class KeyText {
  static final String START = "kdg_";
  private static final String DIGITS = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int NAME = 10;
  private static final int SECRET = 52;
  private static final int ID_LENGTH = START.length() + NAME;
  private static final int LENGTH = ID_LENGTH + 1 + SECRET;

  private KeyText() {}

  /** A new name: {@code kdg_} and ten characters. */
  static String newId(SecureRandom random) {
    return START + characters(random, NAME);
  }

  /** A new key of this name. */
  static String newKey(String id, SecureRandom random) {
    return id + "_" + characters(random, SECRET);
  }

  /** The name in a credential, if that is written as keys are. */
  static Optional<String> idOf(String credential) {
    boolean sound =
        credential.length() == LENGTH
            && credential.startsWith(START)
            && credential.charAt(ID_LENGTH) == '_';
    return sound ? Optional.of(credential.substring(0, ID_LENGTH)) : Optional.empty();
  }

  /** What is stored of a key, 32 bytes. */
  static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String characters(SecureRandom random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    StringBuilder text = new StringBuilder(count);
    for (byte b : bytes) text.append(DIGITS.charAt(b & 31));
    return text.toString();
  }
}
