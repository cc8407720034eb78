package dev.kedge.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * A provider's public key, ready to verify. Immutable.
 *
 * @param kid empty where it has none
 * @param algorithms that this key may verify
 */
record SigningKey(String kid, PublicKey key, Set<JWSAlgorithm> algorithms) {
  private static final int LEAST_RSA_BITS = 2048;
  private static final int MOST_RSA_BITS = 8192;
  private static final Set<JWSAlgorithm> ED25519 = Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

  /** What stands before the 32 bytes of an Ed25519 key in its X.509 form (RFC 8410). */
  private static final byte[] ED25519_START = HexFormat.of().parseHex("302a300506032b6570032100");

  /** A key of a JWK set; empty if it is none that can verify signatures. */
  static Optional<SigningKey> of(JWK jwk) {
    if (jwk.getKeyUse() != null && !jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
      return Optional.empty();
    }
    String kid = jwk.getKeyID() == null ? "" : jwk.getKeyID();
    try {
      Optional<SigningKey> key =
          switch (jwk) {
            case RSAKey rsa -> ofRsa(kid, rsa);
            case ECKey ec -> ofEc(kid, ec);
            case OctetKeyPair pair -> ofPair(kid, pair);
            default -> Optional.empty();
          };
      return key.filter(made ->
              jwk.getAlgorithm() == null
                  || made.algorithms.contains(JWSAlgorithm.parse(jwk.getAlgorithm().getName())))
          .map(made -> made.narrowed(jwk));
    } catch (JOSEException | GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  /** A key that names its algorithm verifies no other. */
  private SigningKey narrowed(JWK jwk) {
    if (jwk.getAlgorithm() == null || algorithms.equals(ED25519)) return this;
    return new SigningKey(kid, key, Set.of(JWSAlgorithm.parse(jwk.getAlgorithm().getName())));
  }

  private static Optional<SigningKey> ofRsa(String kid, RSAKey rsa) throws JOSEException {
    if (rsa.size() < LEAST_RSA_BITS || rsa.size() > MOST_RSA_BITS) return Optional.empty();
    return Optional.of(
        new SigningKey(kid, rsa.toRSAPublicKey(), Set.copyOf(JWSAlgorithm.Family.RSA)));
  }

  private static Optional<SigningKey> ofEc(String kid, ECKey ec) throws JOSEException {
    JWSAlgorithm algorithm =
        Curve.P_256.equals(ec.getCurve())
            ? JWSAlgorithm.ES256
            : Curve.P_384.equals(ec.getCurve()) ? JWSAlgorithm.ES384 : JWSAlgorithm.ES512;
    boolean known = Set.of(Curve.P_256, Curve.P_384, Curve.P_521).contains(ec.getCurve());
    return known
        ? Optional.of(new SigningKey(kid, ec.toECPublicKey(), Set.of(algorithm)))
        : Optional.empty();
  }

  private static Optional<SigningKey> ofPair(String kid, OctetKeyPair pair)
      throws GeneralSecurityException {
    byte[] x = pair.getDecodedX();
    if (!Curve.Ed25519.equals(pair.getCurve()) || x.length != 32) return Optional.empty();
    byte[] encoded = new byte[ED25519_START.length + x.length];
    System.arraycopy(ED25519_START, 0, encoded, 0, ED25519_START.length);
    System.arraycopy(x, 0, encoded, ED25519_START.length, x.length);
    PublicKey key =
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    return Optional.of(new SigningKey(kid, key, ED25519));
  }

  /** Whether the signature is this key's, of these bytes. */
  boolean verifies(JWSHeader header, byte[] signed, Base64URL signature) {
    if (!algorithms.contains(header.getAlgorithm())) return false;
    try {
      return switch (key) {
        case RSAPublicKey rsa -> new RSASSAVerifier(rsa).verify(header, signed, signature);
        case ECPublicKey ec -> new ECDSAVerifier(ec).verify(header, signed, signature);
        default -> verifiesEd25519(signed, signature.decode());
      };
    } catch (JOSEException | GeneralSecurityException e) {
      return false;
    }
  }

  /** By the JDK: the library would need another one for it. */
  private boolean verifiesEd25519(byte[] signed, byte[] signature) throws GeneralSecurityException {
    Signature check = Signature.getInstance("Ed25519");
    check.initVerify(key);
    check.update(signed);
    return check.verify(signature);
  }
}
