package dev.kedge.eval.mask;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A file with the values behind placeholders: {@code KMAP1}, a nonce of 12 bytes, and the map as
 * JSON under AES-256-GCM. What it belongs to is authenticated with it, so that the vault of one
 * dataset cannot be laid beside another.
 */
public final class Vault {
  private static final byte[] MAGIC = "KMAP1".getBytes(StandardCharsets.US_ASCII);
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final long LARGEST_BYTES = 256 << 20;

  private Vault() {}

  /**
   * Writes a vault, which appears whole or not at all, for its owner only.
   *
   * @param belongsTo name and digest of the dataset
   */
  public static void write(
      Path file, String belongsTo, Map<String, String> values, MaskingKey key, SecureRandom random)
      throws IOException {
    ObjectNode map = JsonText.STRICT.createObjectNode();
    new TreeMap<>(values).forEach(map::put);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed =
        crypt(
            Cipher.ENCRYPT_MODE,
            key,
            nonce,
            belongsTo,
            JsonText.STRICT.writeValueAsBytes(map),
            file);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(MAGIC);
    bytes.writeBytes(nonce);
    bytes.writeBytes(sealed);
    Path target = file.toAbsolutePath();
    Path home = target.getParent();
    if (home != null) OwnerOnly.folder(home);
    OwnerOnly.replace(target, bytes.toByteArray());
  }

  /**
   * The values by placeholder.
   *
   * @throws KedgeException if the file was altered, belongs to something else, or was written with
   *     another key
   */
  public static Map<String, String> read(Path file, String belongsTo, MaskingKey key)
      throws IOException {
    if (Files.size(file) > LARGEST_BYTES) throw broken(file, "larger than 256 MiB");
    byte[] bytes = Files.readAllBytes(file);
    int head = MAGIC.length + NONCE_BYTES;
    if (bytes.length < head || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length))) {
      throw broken(file, "not a vault");
    }
    byte[] nonce = Arrays.copyOfRange(bytes, MAGIC.length, head);
    byte[] sealed = Arrays.copyOfRange(bytes, head, bytes.length);
    JsonNode map =
        JsonText.STRICT.readTree(crypt(Cipher.DECRYPT_MODE, key, nonce, belongsTo, sealed, file));
    Map<String, String> values = new TreeMap<>();
    map.forEachEntry((placeholder, value) -> values.put(placeholder, value.asString()));
    return values;
  }

  private static byte[] crypt(
      int mode, MaskingKey key, byte[] nonce, String belongsTo, byte[] data, Path file) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key.vaultKey(), new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(belongsTo.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw broken(
          file, "altered, of another dataset, or written with another installation's masking key");
    }
  }

  private static KedgeException broken(Path file, String what) {
    return new KedgeException(new Failure.Untrusted(file + ": " + what, "vault_broken"));
  }
}
