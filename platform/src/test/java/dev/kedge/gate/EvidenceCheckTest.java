package dev.kedge.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.evidence.Envelope;
import dev.kedge.evidence.InstallationKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Every field of a bundle is changed in turn; no change goes unseen. */
class EvidenceCheckTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String REPORT = "1".repeat(64);

  @TempDir private Path data;
  private InstallationKey key;
  private byte[] payload;
  private Envelope envelope;

  @BeforeEach
  void makeBundle() throws IOException {
    key = InstallationKey.open(data);
    GateResult result = TestingGates.result("g1", Outcome.PASS, true, "task owner");
    List<SignOff> signOffs = List.of(signOff("Ann", 1), signOff("Bob", 2));
    GateRecord record = new GateRecord(result, "Ann", REPORT, signOffs, Optional.empty());
    payload = GateEvidence.statement(record, key.id()).bytes();
    envelope = Envelope.sign(Envelope.IN_TOTO, payload, key);
  }

  private static SignOff signOff(String person, long minutes) {
    return new SignOff(
        person,
        "task owner",
        SignOff.Decision.APPROVE,
        "read it",
        SignOff.CONSOLE,
        TestingGates.JUDGED_MS + 60_000 * minutes);
  }

  private EvidenceCheck check(Envelope bundle) {
    return EvidenceCheck.of(bundle, key.verification(), Optional.of(REPORT));
  }

  private static List<String> failed(EvidenceCheck check) {
    return check.checks().stream()
        .filter(one -> !one.good())
        .map(one -> one.name() + ": " + one.message())
        .toList();
  }

  /** A place in the statement: the node that holds it, and its key or position. */
  private record Leaf(JsonNode holder, String key, int index, String path) {
    JsonNode value() {
      return holder.isObject() ? holder.path(key) : holder.path(index);
    }

    void set(JsonNode value) {
      if (holder instanceof ObjectNode object) object.set(key, value);
      else ((ArrayNode) holder).set(index, value);
    }
  }

  private static List<Leaf> leaves(JsonNode node, String path) {
    List<Leaf> leaves = new ArrayList<>();
    node.forEachEntry((key, value) -> add(leaves, new Leaf(node, key, 0, path + "/" + key)));
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) add(leaves, new Leaf(node, "", i, path + "/" + i));
    }
    return leaves;
  }

  private static void add(List<Leaf> leaves, Leaf leaf) {
    if (leaf.value().isContainer() && !leaf.value().isEmpty()) {
      leaves.addAll(leaves(leaf.value(), leaf.path()));
    } else {
      leaves.add(leaf);
    }
  }

  private static JsonNode other(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> JSON.getNodeFactory().stringNode(value.asString() + "x");
      case NUMBER -> JSON.getNodeFactory().numberNode(value.asDouble() + 1);
      case BOOLEAN -> JSON.getNodeFactory().booleanNode(!value.asBoolean());
      case NULL, ARRAY, OBJECT, MISSING, BINARY, POJO -> JSON.getNodeFactory().stringNode("x");
    };
  }

  @Test
  void anUntouchedBundleHolds() {
    assertThat(failed(check(envelope))).isEmpty();
    assertThat(failed(check(Envelope.parse(envelope.json(), "bundle")))).isEmpty();
  }

  @Test
  void aChangeOfAnyFieldIsSeenAndItsPartIsNamed() {
    int count = leaves(JSON.readTree(payload), "").size();
    assertThat(count).isGreaterThan(70);
    for (int i = 0; i < count; i++) {
      JsonNode statement = JSON.readTree(payload);
      Leaf leaf = leaves(statement, "").get(i);
      leaf.set(other(leaf.value()));
      byte[] changed = JSON.writeValueAsString(statement).getBytes(StandardCharsets.UTF_8);
      Envelope bundle = new Envelope(envelope.payloadType(), changed, envelope.signatures());
      List<String> failed = failed(check(bundle));
      assertThat(failed).as(leaf.path()).anyMatch(one -> one.startsWith("signature: "));
      String[] steps = leaf.path().split("/", -1);
      if (steps[1].equals("predicate") && !steps[2].equals("parts")) {
        assertThat(failed).as(leaf.path()).contains("parts: changed: " + steps[2]);
      }
    }
  }

  @Test
  void aChangeOfTheEnvelopeIsSeen() {
    Envelope.Signed signed = envelope.signatures().getFirst();
    assertThat(failed(check(new Envelope("text/plain", payload, envelope.signatures()))))
        .anyMatch(one -> one.startsWith("signature"))
        .anyMatch(one -> one.startsWith("type"));
    for (int i = 0; i < signed.signature().length; i++) {
      byte[] bytes = signed.signature().clone();
      bytes[i] ^= 1;
      Envelope bundle =
          new Envelope(
              Envelope.IN_TOTO, payload, List.of(new Envelope.Signed(signed.keyId(), bytes)));
      assertThat(failed(check(bundle))).anyMatch(one -> one.startsWith("signature"));
    }
    Envelope.Signed renamed = new Envelope.Signed("0".repeat(64), signed.signature());
    assertThat(failed(check(new Envelope(Envelope.IN_TOTO, payload, List.of(renamed)))))
        .anyMatch(one -> one.startsWith("key"));
  }

  @Test
  void anotherInstallationsSignatureIsNotOurs(@TempDir Path elsewhere) throws IOException {
    Envelope forged = Envelope.sign(Envelope.IN_TOTO, payload, InstallationKey.open(elsewhere));
    assertThat(failed(check(forged)))
        .anyMatch(one -> one.startsWith("key"))
        .anyMatch(one -> one.startsWith("signature"));
  }

  @Test
  void anotherReportIsNotTheOneThatWasSignedFor() {
    assertThat(failed(EvidenceCheck.of(envelope, key.verification(), Optional.of("2".repeat(64)))))
        .containsExactly("report: the report at hand is not the one that was signed for");
  }

  /** Even a bundle that the key did sign must make sense. */
  @Test
  void signaturesThatDoNotSufficeAreNamed() {
    JsonNode statement = JSON.readTree(payload);
    ObjectNode predicate = (ObjectNode) statement.path("predicate");
    ((ArrayNode) predicate.path("signatures")).remove(1);
    predicate.set("parts", GateEvidence.parts(predicate));
    Envelope bundle =
        Envelope.sign(Envelope.IN_TOTO, dev.kedge.evidence.CanonicalJson.bytes(statement), key);
    assertThat(failed(check(bundle)))
        .containsExactly("people: the signatures do not lead to the standing that is recorded");
  }

  @Test
  void whatIsNoBundleIsRefusedInOneSentence() {
    for (String text : List.of("", "[]", "{", "{\"payload\":\"\"}", "null", "{\"a\":1,\"a\":2}")) {
      assertThatThrownBy(() -> Envelope.parse(text, "file.json"))
          .isInstanceOf(KedgeException.class)
          .hasMessageContaining("file.json is no evidence bundle");
    }
    String unsigned = envelope.json().replaceFirst("\\{", "{\"note\":\"trust me\",");
    assertThatThrownBy(() -> Envelope.parse(unsigned, "file.json"))
        .hasMessageContaining("unknown fields: [note]");
    Envelope noise = Envelope.sign(Envelope.IN_TOTO, new byte[] {1, 2}, key);
    assertThat(failed(check(noise)))
        .anyMatch(one -> one.startsWith("form: the payload is not JSON"));
  }
}
