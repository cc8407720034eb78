package dev.kedge.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An identity provider on loopback that publishes what keys it is told to, and signs tokens. */
final class TestingProvider implements AutoCloseable {
  final RSAKey rsa;
  final ECKey ec;
  final OctetKeyPair ed25519;
  final AtomicInteger asked = new AtomicInteger();
  volatile int status = 200;
  volatile String document = "{\"keys\":[]}";
  private final KeyPair edwards;
  private final HttpServer server;

  TestingProvider() throws IOException, JOSEException, GeneralSecurityException {
    rsa = new RSAKeyGenerator(2048).keyID("rsa-1").generate();
    ec = new ECKeyGenerator(Curve.P_256).keyID("ec-1").generate();
    edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] encoded = edwards.getPublic().getEncoded();
    byte[] x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    ed25519 = new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x)).keyID("ed-1").build();
    publish(rsa.toPublicJWK().toJSONString(), ec.toPublicJWK().toJSONString(), ed25519.toString());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/jwks",
        exchange -> {
          asked.incrementAndGet();
          byte[] body = document.getBytes(StandardCharsets.UTF_8);
          if (status >= 300) exchange.getResponseHeaders().set("Location", jwks());
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  String jwks() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/jwks";
  }

  void publish(String... keys) {
    document = "{\"keys\":[" + String.join(",", keys) + "]}";
  }

  String byRsa(JWTClaimsSet claims) throws JOSEException {
    return sign(header(JWSAlgorithm.RS256, "rsa-1"), claims, new RSASSASigner(rsa));
  }

  String byEc(JWTClaimsSet claims) throws JOSEException {
    return sign(header(JWSAlgorithm.ES256, "ec-1"), claims, new ECDSASigner(ec));
  }

  String byEd25519(JWTClaimsSet claims) throws GeneralSecurityException {
    JWSHeader header = header(JWSAlgorithm.EdDSA, "ed-1");
    String signed = header.toBase64URL() + "." + claims.toPayload().toBase64URL();
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(edwards.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + Base64URL.encode(signature.sign());
  }

  static JWSHeader header(JWSAlgorithm algorithm, String kid) {
    return new JWSHeader.Builder(algorithm).keyID(kid).build();
  }

  static String sign(JWSHeader header, JWTClaimsSet claims, JWSSigner signer) throws JOSEException {
    SignedJWT token = new SignedJWT(header, claims);
    token.sign(signer);
    return token.serialize();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
