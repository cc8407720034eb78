package dev.kedge.base;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 digests in lower-case hexadecimal. One per digest, for one thread. */
public final class Sha256 {
  private final MessageDigest digest;

  /** Starts with nothing digested. */
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The digest of these bytes. */
  public static String of(byte[] bytes) {
    return new Sha256().add(bytes, bytes.length).hex();
  }

  /** Digests the first {@code length} bytes. */
  public Sha256 add(byte[] bytes, int length) {
    digest.update(bytes, 0, length);
    return this;
  }

  /** The digest of everything added; starts anew. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
