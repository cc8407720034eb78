package dev.kedge.evidence;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;

/**
 * An Ed25519 public key.
 *
 * @param key of the algorithm Ed25519
 */
public record VerificationKey(PublicKey key) {
  private static final int LARGEST_BYTES = 64 << 10;

  /**
   * Reads a PEM file as OpenSSL writes it.
   *
   * @throws KedgeException if it holds no Ed25519 public key
   */
  public static VerificationKey read(Path file) throws IOException {
    if (Files.size(file) > LARGEST_BYTES) throw wrong(file.toString());
    return parse(Files.readString(file), file.toString());
  }

  /** The same from a text; {@code name} stands in messages. */
  static VerificationKey parse(String pem, String name) {
    try {
      byte[] der = Pem.block(pem, "PUBLIC KEY");
      return new VerificationKey(
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw wrong(name);
    }
  }

  private static KedgeException wrong(String name) {
    return new KedgeException(
        new Failure.Untrusted(
            name + " holds no Ed25519 public key in PEM; kedge gate key exports one", "key_file"));
  }

  /** SHA-256 of the key in DER (SubjectPublicKeyInfo), in hexadecimal. */
  public String id() {
    return Sha256.of(key.getEncoded());
  }

  /** For a file. */
  public String pem() {
    return Pem.write("PUBLIC KEY", key.getEncoded());
  }

  boolean verifies(byte[] content, byte[] signature) {
    try {
      Signature check = Signature.getInstance("Ed25519");
      check.initVerify(key);
      check.update(content);
      return check.verify(signature);
    } catch (GeneralSecurityException e) {
      // Thrown for signatures of a wrong length or form: they are not of this key.
      return false;
    }
  }
}
