package dev.kedge.evidence;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A DSSE envelope (Dead Simple Signing Envelope v1): bytes, what they are, and who signed both.
 *
 * @param payloadType what the payload is
 * @param payload the signed bytes
 * @param signatures at least one
 */
public record Envelope(String payloadType, byte[] payload, List<Signed> signatures) {
  /** Of in-toto statements. */
  public static final String IN_TOTO = "application/vnd.in-toto+json";

  private static final int LARGEST_CHARACTERS = 64 << 20;

  /**
   * One signature.
   *
   * @param keyId which key, a hint for the reader
   * @param signature 64 bytes of Ed25519
   */
  public record Signed(String keyId, byte[] signature) {}

  public Envelope {
    signatures = List.copyOf(signatures);
  }

  /** Signs a payload. */
  public static Envelope sign(String payloadType, byte[] payload, InstallationKey key) {
    byte[] signature = key.sign(preAuthentication(payloadType, payload));
    return new Envelope(payloadType, payload, List.of(new Signed(key.id(), signature)));
  }

  /** The bytes that are signed: the type and the payload, each with its length. */
  static byte[] preAuthentication(String payloadType, byte[] payload) {
    byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 64);
    out.writeBytes(("DSSEv1 " + type.length + " ").getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(type);
    out.writeBytes((" " + payload.length + " ").getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(payload);
    return out.toByteArray();
  }

  /** Whether one of the signatures is of this key and over this content. */
  public boolean signedBy(VerificationKey key) {
    byte[] signed = preAuthentication(payloadType, payload);
    return signatures.stream().anyMatch(one -> key.verifies(signed, one.signature()));
  }

  /** As JSON text. */
  public String json() {
    ObjectNode node = CanonicalJson.STRICT.createObjectNode();
    Base64.Encoder base64 = Base64.getEncoder();
    node.put("payloadType", payloadType);
    node.put("payload", base64.encodeToString(payload));
    var list = node.putArray("signatures");
    for (Signed one : signatures) {
      list.addObject().put("keyid", one.keyId()).put("sig", base64.encodeToString(one.signature()));
    }
    return CanonicalJson.STRICT.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
  }

  /**
   * Reads JSON text.
   *
   * @param name of the text in messages
   * @throws KedgeException if it is no envelope
   */
  public static Envelope parse(String text, String name) {
    if (text.length() > LARGEST_CHARACTERS) throw broken(name, "it is larger than 64 MiB");
    JsonNode node;
    try {
      node = CanonicalJson.STRICT.readTree(text);
    } catch (JacksonException e) {
      throw broken(name, "it is not JSON: " + e.getOriginalMessage());
    }
    known(node, Set.of("payloadType", "payload", "signatures"), name);
    String type = text(node, "payloadType", name);
    byte[] payload = base64(node, "payload", name);
    List<Signed> signatures = new ArrayList<>();
    for (JsonNode one : node.path("signatures").values()) {
      known(one, Set.of("keyid", "sig"), name);
      signatures.add(new Signed(one.path("keyid").asString(""), base64(one, "sig", name)));
    }
    if (signatures.isEmpty()) throw broken(name, "it has no signature");
    return new Envelope(type, payload, signatures);
  }

  /* What is not covered by the signature must not look as if it were. */
  private static void known(JsonNode node, Set<String> keys, String name) {
    if (!node.isObject()) throw broken(name, "an object is missing");
    Set<String> others = new TreeSet<>(node.propertyNames());
    others.removeAll(keys);
    if (!others.isEmpty()) throw broken(name, "it has unknown fields: " + others);
  }

  private static String text(JsonNode node, String field, String name) {
    JsonNode value = node.path(field);
    if (!value.isString()) throw broken(name, "the field '" + field + "' is missing");
    return value.asString();
  }

  private static byte[] base64(JsonNode node, String field, String name) {
    try {
      String text = text(node, field, name);
      byte[] bytes = Base64.getDecoder().decode(text);
      if (Base64.getEncoder().encodeToString(bytes).equals(text)) return bytes;
    } catch (IllegalArgumentException e) {
      throw broken(name, "the field '" + field + "' is not base64");
    }
    throw broken(name, "the field '" + field + "' is not canonical base64");
  }

  private static KedgeException broken(String name, String reason) {
    return new KedgeException(
        new Failure.Untrusted(name + " is no evidence bundle: " + reason, "bundle_malformed"));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Envelope that && json().equals(that.json());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(payload);
  }
}
