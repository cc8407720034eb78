package dev.kedge.rollout;

import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.evidence.Envelope;
import dev.kedge.evidence.InstallationKey;
import dev.kedge.evidence.Statement;
import dev.kedge.evidence.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
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

  /** What a statement says. */
  private record Said(RolloutSpec spec, RolloutEvent event, String previousSha256) {}

  /**
   * What is wrong with the decisions of a rollout, checked offline; nothing where every one is
   * signed by the key, follows from its figures by its rule, and names the one before.
   *
   * @param evidence of all decisions, in order
   * @param keys of the installations that may have signed: each gateway has its own
   */
  public static List<String> check(List<String> evidence, List<VerificationKey> keys) {
    List<String> wrong = new ArrayList<>();
    read(evidence, keys, wrong);
    return wrong;
  }

  /** The same, and whether the store says what was signed. */
  public static List<String> check(RolloutRecord record, List<VerificationKey> keys) {
    List<String> wrong = new ArrayList<>();
    List<Said> said =
        read(record.events().stream().map(RolloutEvent::evidence).toList(), keys, wrong);
    for (int i = 0; i < said.size(); i++) {
      RolloutEvent event = record.events().get(i);
      boolean same =
          said.get(i).event().equals(event.signed(""))
              && said.get(i).spec().json().equals(record.spec().json());
      if (!same) wrong.add(which(event) + ": the store says something else");
    }
    Progress last =
        record.events().isEmpty() ? Progress.BEGINNING : record.events().getLast().after();
    if (!last.equals(record.progress())) wrong.add("it stands where no decision led");
    return wrong;
  }

  private static List<Said> read(
      List<String> evidence, List<VerificationKey> keys, List<String> wrong) {
    List<Said> all = new ArrayList<>();
    String previous = "";
    Progress before = Progress.BEGINNING;
    for (String text : evidence) {
      Said said;
      try {
        Envelope envelope = Envelope.parse(text, "decision " + (all.size() + 1));
        if (keys.stream().noneMatch(envelope::signedBy)) {
          wrong.add("decision " + (all.size() + 1) + ": not signed by a key that was given");
        }
        said = said(Statement.parse(envelope.payload()));
      } catch (KedgeException | IllegalArgumentException | JacksonException e) {
        wrong.add("decision " + (all.size() + 1) + " cannot be read: " + e.getMessage());
        return all;
      }
      RolloutEvent event = said.event();
      boolean next = event.seq() == all.size() + 1L && said.previousSha256().equals(previous);
      if (!next) wrong.add(which(event) + ": does not follow the one before");
      if (!event.before().equals(before)) wrong.add(which(event) + ": begins somewhere else");
      if (!follows(said.spec(), event)) wrong.add(which(event) + ": not what its figures say");
      previous = digest(text);
      before = event.after();
      all.add(said);
    }
    return all;
  }

  private static String which(RolloutEvent event) {
    return "decision " + event.seq() + " (" + event.kind().word() + ")";
  }

  private static Said said(Statement statement) {
    JsonNode predicate = statement.predicate();
    if (!statement.predicateType().equals(PREDICATE)) {
      throw new IllegalArgumentException("it is evidence of " + statement.predicateType());
    }
    RolloutSpec spec = RolloutSpec.parse(predicate.path("rule").toString());
    if (!statement.subjects().equals(List.of(subject(spec)))) {
      throw new IllegalArgumentException("the subject is not the candidate");
    }
    RolloutEvent event =
        new RolloutEvent(
            predicate.path("rollout").asString(""),
            predicate.path("sequence").asLong(),
            predicate.path("atMs").asLong(),
            Decision.Kind.valueOf(predicate.path("kind").asString("")),
            predicate.path("person").asString(""),
            predicate.path("via").asString(""),
            predicate.path("reason").asString(""),
            JSON.treeToValue(predicate.path("before"), Progress.class),
            JSON.treeToValue(predicate.path("after"), Progress.class),
            List.of(JSON.treeToValue(predicate.path("figures"), Figure[].class)),
            "");
    return new Said(spec, event, predicate.path("previousSha256").asString(""));
  }

  /* A person may decide against the figures, the rule may not. */
  private static boolean follows(RolloutSpec spec, RolloutEvent event) {
    if (!event.person().equals(RolloutEvent.RULE)) return true;
    boolean worse = event.figures().stream().anyMatch(one -> one.low() > one.margin());
    boolean notWorse =
        !event.figures().isEmpty()
            && event.figures().stream().allMatch(one -> one.high() < one.margin());
    return switch (event.kind()) {
      case BEGAN -> event.after().equals(Progress.BEGINNING);
      case ROLLED_BACK -> worse && spec.rollback();
      case ALERT -> worse && !spec.rollback();
      case STEP, PASSED, PROMOTED -> notWorse;
      case HELD, RESUMED, RESTARTED -> false;
    };
  }
}
