package dev.kedge.http;

import dev.kedge.base.KedgeException;
import dev.kedge.config.ServerSection.Tls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** A certificate chain, the server's own first, and the key that belongs to it. */
record ServerCertificate(List<X509Certificate> chain, PrivateKey key) {
  private static final long LARGEST_BYTES = 1 << 20;
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  /**
   * Reads both files.
   *
   * @throws KedgeException naming the file and the remedy if one cannot be used
   */
  static ServerCertificate read(Tls files) {
    List<X509Certificate> chain = chain(files.certificate());
    PrivateKey key = key(files.key());
    if (!belongs(chain.getFirst().getPublicKey(), key)) {
      throw broken(
          files.key(), "is not the key of the first certificate in " + files.certificate());
    }
    return new ServerCertificate(chain, key);
  }

  private static List<X509Certificate> chain(Path file) {
    try {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes(file)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!chain.isEmpty()) return chain;
    } catch (GeneralSecurityException _) {
      /* Told below. */
    }
    throw broken(file, "holds no X.509 certificate in PEM form");
  }

  private static PrivateKey key(Path file) {
    String text = new String(bytes(file), StandardCharsets.ISO_8859_1);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin >= 0 && end > begin) {
      try {
        String body = text.substring(begin + BEGIN.length(), end);
        return key(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
      } catch (GeneralSecurityException | IllegalArgumentException _) {
        /* Told below. */
      }
    }
    throw broken(
        file,
        "holds no RSA, EC or Ed25519 key in PKCS #8 form without a password;"
            + " 'openssl pkcs8 -topk8 -nocrypt' makes one");
  }

  private static PrivateKey key(PKCS8EncodedKeySpec encoded) throws GeneralSecurityException {
    for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (InvalidKeySpecException _) {
        /* Another kind of key. */
      }
    }
    throw new InvalidKeySpecException("no known kind of key");
  }

  private static boolean belongs(PublicKey open, PrivateKey key) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "Ed25519";
        };
    try {
      byte[] text = {1, 2, 3};
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(open);
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > LARGEST_BYTES) throw broken(file, "is larger than 1 MiB");
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw broken(file, "cannot be read: " + e);
    }
  }

  private static KedgeException broken(Path file, String why) {
    return KedgeException.invalid("server.tls: " + file + " " + why);
  }
}
