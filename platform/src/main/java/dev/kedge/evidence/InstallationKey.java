package dev.kedge.evidence;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.report.WholeFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Set;

/**
 * The Ed25519 key with which this installation signs. It lies in {@code DATA/keys/installation.pem}
 * with mode 0600 beside {@code installation.pub.pem}, is made at first use and never leaves.
 * Thread-safe.
 */
public final class InstallationKey {
  private static final String NAME = "installation.pem";
  private static final String PUBLIC_NAME = "installation.pub.pem";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final PrivateKey key;
  private final VerificationKey verification;

  private InstallationKey(PrivateKey key, VerificationKey verification) {
    this.key = key;
    this.verification = verification;
  }

  /** Where the public key of an installation lies. */
  public static Path publicFile(Path data) {
    return data.resolve("keys").resolve(PUBLIC_NAME);
  }

  /**
   * The key of a data folder, made if there is none. Two processes that make it at once end with
   * the same one.
   *
   * @throws KedgeException if others may read the key file, or it is broken
   */
  public static InstallationKey open(Path data) throws IOException {
    Path file = data.resolve("keys").resolve(NAME);
    if (!Files.exists(file)) make(file);
    InstallationKey key = read(file);
    Path shared = publicFile(data);
    if (!Files.exists(shared)) {
      WholeFile.write(shared, key.verification.pem());
    }
    return key;
  }

  private static void make(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    KeyPair pair = generate();
    String text =
        Pem.write("PRIVATE KEY", pair.getPrivate().getEncoded())
            + Pem.write("PUBLIC KEY", pair.getPublic().getEncoded());
    // Temporary files of the JDK are readable by their owner only where modes exist.
    Path part = Files.createTempFile(file.getParent(), ".installation", ".part");
    Files.writeString(part, text);
    try {
      // A link appears whole, and fails where another process was first.
      Files.createLink(file, part);
    } catch (FileAlreadyExistsException e) {
      return;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static KeyPair generate() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }

  private static InstallationKey read(Path file) throws IOException {
    if (isPosix(file) && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
      throw refused(file + " may be read by others; chmod 600 it, or make a new key");
    }
    String pem = Files.readString(file);
    try {
      PrivateKey secret =
          KeyFactory.getInstance("Ed25519")
              .generatePrivate(new PKCS8EncodedKeySpec(Pem.block(pem, "PRIVATE KEY")));
      InstallationKey key =
          new InstallationKey(secret, VerificationKey.parse(pem, file.toString()));
      byte[] probe = {1};
      if (key.verification.verifies(probe, key.sign(probe))) return key;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw refused(file + " is no Ed25519 key; restore it, or move it away for a new one");
    }
    throw refused(file + ": its public key does not belong to its private key");
  }

  private static boolean isPosix(Path file) throws IOException {
    return Files.getFileStore(file).supportsFileAttributeView("posix");
  }

  private static KedgeException refused(String message) {
    return new KedgeException(new Failure.Untrusted(message, "key_file"));
  }

  /** The public half. */
  public VerificationKey verification() {
    return verification;
  }

  /** SHA-256 of the public key. */
  public String id() {
    return verification.id();
  }

  byte[] sign(byte[] content) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(key);
      signature.update(content);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key that was checked does not sign", e);
    }
  }
}
