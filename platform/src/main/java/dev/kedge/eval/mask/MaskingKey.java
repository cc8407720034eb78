package dev.kedge.eval.mask;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.PartPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The installation's secret for masking: 32 random bytes in {@code keys/masking.key} of the data
 * folder, of which a key for each purpose is derived (HMAC-SHA-256 of the purpose's name). Who
 * loses it cannot unmask any more. Immutable.
 */
public final class MaskingKey {
  private static final String MAC = "HmacSHA256";
  private static final int BYTES = 32;

  private final byte[] secret;

  private MaskingKey(byte[] secret) {
    this.secret = secret;
  }

  /**
   * The key of an installation, made at first use.
   *
   * @throws KedgeException if others than its owner may read the file, or it holds no key
   */
  public static MaskingKey open(Path dataFolder, SecureRandom random) throws IOException {
    Path home = dataFolder.resolve("keys");
    Path file = home.resolve("masking.key");
    if (!Files.exists(file)) make(home, file, random);
    if (OwnerOnly.posix()) {
      Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(file);
      if (!OwnerOnly.FILE.containsAll(allowed)) {
        throw new KedgeException(
            new Failure.Untrusted(
                file + ": others than its owner may read it; chmod 600 it", "key_exposed"));
      }
    }
    try {
      byte[] secret = HexFormat.of().parseHex(Files.readString(file).strip());
      if (secret.length == BYTES) return new MaskingKey(secret);
    } catch (IllegalArgumentException e) {
      // told below, with the same remedy
    }
    throw new KedgeException(
        new Failure.Untrusted(
            file + ": expected 64 hexadecimal digits; put the saved key back", "key_malformed"));
  }

  /** Whole or not at all, and the first of two processes wins. */
  private static void make(Path home, Path file, SecureRandom random) throws IOException {
    OwnerOnly.folder(home);
    byte[] secret = new byte[BYTES];
    random.nextBytes(secret);
    Path part = PartPath.beside(file);
    Files.deleteIfExists(part);
    try {
      OwnerOnly.write(
          part, (HexFormat.of().formatHex(secret) + "\n").getBytes(StandardCharsets.UTF_8));
      Files.createLink(file, part);
    } catch (FileAlreadyExistsException e) {
      // another process was first; its key counts
    } finally {
      Files.deleteIfExists(part);
    }
  }

  SecretKey vaultKey() {
    return new SecretKeySpec(digest("vault", new byte[0]), "AES");
  }

  /** A keyed digest, 32 bytes. */
  byte[] digest(String purpose, byte[] data) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(secret, MAC));
      mac.update(purpose.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
    }
  }
}
