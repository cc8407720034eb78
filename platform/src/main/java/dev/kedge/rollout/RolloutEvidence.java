package dev.kedge.rollout;

import dev.kedge.base.Sha256;
import dev.kedge.evidence.CanonicalJson;
import dev.kedge.evidence.Envelope;
import dev.kedge.evidence.InstallationKey;
import dev.kedge.evidence.Statement;
import dev.kedge.evidence.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A decision as an in-toto statement in a DSSE envelope. Each names the digest of the one before,
 * so that a chain without a gap shows the whole rollout.
 */
public final class RolloutEvidence {
  /** Names the form of the predicate. */
  static final String PREDICATE = "https://kedge.dev/rollout-decision/v1";

  private static final JsonMapper JSON = new JsonMapper();

  private RolloutEvidence() {}

  /** Signs a decision; the event's own evidence is not looked at. */
  static String sign(
      RolloutSpec spec, RolloutEvent event, Optional<String> previous, InstallationKey key) {
    ObjectNode predicate = JSON.createObjectNode();
    predicate.put("rollout", event.rollout());
    predicate.put("sequence", event.seq());
    predicate.put("kind", event.kind().name());
    predicate.put("reason", event.reason());
    predicate.put("person", event.person());
    predicate.put("via", event.via());
    predicate.put("atMs", event.atMs());
    predicate.set("before", JSON.valueToTree(event.before()));
    predicate.set("after", JSON.valueToTree(event.after()));
    predicate.set("rule", JSON.readTree(spec.json()));
    predicate.set("figures", JSON.valueToTree(event.figures()));
    predicate.put("previousSha256", previous.map(RolloutEvidence::digest).orElse(""));
    predicate.put("keyId", key.id());
    Statement statement = new Statement(List.of(subject(spec)), PREDICATE, predicate);
    return Envelope.sign(Envelope.IN_TOTO, statement.bytes(), key).json();
  }

  /* A model behind an address has no file whose digest could be named. */
  private static Statement.Subject subject(RolloutSpec spec) {
    String name = spec.candidate();
    return spec.candidateSha256().isEmpty()
        ? new Statement.Subject(
            name, Map.of("kedgeModelName", Sha256.of(name.getBytes(StandardCharsets.UTF_8))))
        : new Statement.Subject(name, Map.of("sha256", spec.candidateSha256()));
  }

  private static String digest(String evidence) {
    return Sha256.of(evidence.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * What is wrong with the decisions of a rollout; nothing where every one is signed by the key,
   * says what the store says, follows from its figures, and names the one before.
   */
  public static List<String> check(RolloutRecord record, VerificationKey key) {
    List<String> wrong = new ArrayList<>();
    String previous = "";
    long seq = 0;
    for (RolloutEvent event : record.events()) {
      seq++;
      String which = "decision " + event.seq() + " (" + event.kind().word() + ")";
      if (event.seq() != seq) wrong.add(which + ": the one before is missing");
      Envelope envelope = Envelope.parse(event.evidence(), which);
      if (!envelope.signedBy(key)) {
        wrong.add(which + ": not signed by the key " + key.id());
      }
      JsonNode said = Statement.parse(envelope.payload()).predicate();
      if (!previous.equals(said.path("previousSha256").asString("-"))) {
        wrong.add(which + ": does not follow the one before");
      }
      if (!same(record, event, said)) wrong.add(which + ": the store says something else");
      if (!follows(record.spec(), event)) wrong.add(which + ": does not follow from its figures");
      previous = digest(event.evidence());
    }
    Progress last =
        record.events().isEmpty() ? Progress.BEGINNING : record.events().getLast().after();
    if (!last.equals(record.progress())) wrong.add("it stands where no decision led");
    return wrong;
  }

  private static boolean same(RolloutRecord record, RolloutEvent event, JsonNode said) {
    return said.path("rollout").asString("").equals(event.rollout())
        && said.path("sequence").asLong() == event.seq()
        && said.path("kind").asString("").equals(event.kind().name())
        && said.path("reason").asString("").equals(event.reason())
        && said.path("person").asString("").equals(event.person())
        && said.path("atMs").asLong() == event.atMs()
        && equal(said.path("after"), JSON.valueToTree(event.after()))
        && equal(said.path("figures"), JSON.valueToTree(event.figures()))
        && equal(said.path("rule"), JSON.readTree(record.spec().json()));
  }

  private static boolean equal(JsonNode one, JsonNode other) {
    return CanonicalJson.sha256(one).equals(CanonicalJson.sha256(other));
  }

  /* A person may decide against the figures, the rule may not. */
  private static boolean follows(RolloutSpec spec, RolloutEvent event) {
    if (!event.person().equals(RolloutEvent.RULE)) return true;
    boolean worse = event.figures().stream().anyMatch(one -> one.low() > one.margin());
    boolean notWorse = event.figures().stream().allMatch(one -> one.high() < one.margin());
    return switch (event.kind()) {
      case BEGAN -> event.after().equals(Progress.BEGINNING);
      case ROLLED_BACK -> worse && spec.rollback();
      case ALERT -> worse && !spec.rollback();
      case STEP, PASSED, PROMOTED -> notWorse && !event.figures().isEmpty();
      case HELD, RESUMED, RESTARTED -> false;
    };
  }
}
