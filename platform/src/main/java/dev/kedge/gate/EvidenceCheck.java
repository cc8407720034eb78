package dev.kedge.gate;

import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.evidence.Envelope;
import dev.kedge.evidence.Statement;
import dev.kedge.evidence.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Checks an evidence bundle offline: with the bundle, a public key from elsewhere, and the report
 * where it is at hand. Every check is made even where an earlier one failed, so that the answer
 * names all that is wrong.
 *
 * @param checks in order
 */
public record EvidenceCheck(List<Check> checks) {
  /**
   * One check.
   *
   * @param name such as {@code signature}
   * @param good whether it holds
   * @param message what was found
   */
  public record Check(String name, boolean good, String message) {}

  public EvidenceCheck {
    checks = List.copyOf(checks);
  }

  /** Whether every check holds. */
  public boolean good() {
    return checks.stream().allMatch(Check::good);
  }

  /**
   * Checks a bundle.
   *
   * @param report SHA-256 of the report at hand; empty where there is none
   */
  public static EvidenceCheck of(Envelope envelope, VerificationKey key, Optional<String> report) {
    List<Check> checks = new ArrayList<>();
    boolean keyIds = envelope.signatures().stream().anyMatch(one -> one.keyId().equals(key.id()));
    checks.add(
        check(
            "key",
            keyIds,
            "signed with the key " + key.id(),
            "not signed with the key " + key.id()));
    checks.add(
        check(
            "signature",
            envelope.signedBy(key) && envelope.signatures().size() == 1,
            "the signature is of this key over this content",
            "the content was changed after it was signed, or another key signed it"));
    checks.add(
        check(
            "type",
            envelope.payloadType().equals(Envelope.IN_TOTO),
            "an in-toto statement",
            "the payload is said to be " + envelope.payloadType()));
    content(envelope, key, report, checks);
    return new EvidenceCheck(checks);
  }

  private static void content(
      Envelope envelope, VerificationKey key, Optional<String> report, List<Check> checks) {
    Statement statement;
    try {
      statement = Statement.parse(envelope.payload());
      boolean canonical = Arrays.equals(statement.bytes(), envelope.payload());
      checks.add(check("form", canonical, "canonical bytes", "the bytes are not canonical"));
    } catch (IllegalArgumentException e) {
      checks.add(new Check("form", false, String.valueOf(e.getMessage())));
      return;
    }
    boolean ours = statement.predicateType().equals(GateEvidence.PREDICATE);
    checks.add(
        check("kind", ours, "a gate's evidence", "it is evidence of " + statement.predicateType()));
    JsonNode predicate = statement.predicate();
    parts(predicate, checks);
    try {
      meaning(statement, predicate, key, checks);
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      checks.add(new Check("meaning", false, "a part is missing or malformed"));
    }
    String recorded = predicate.path("report").path("sha256").asString("");
    report.ifPresent(found ->
        checks.add(
            check(
                "report",
                found.equals(recorded),
                "the report is the one that was signed for",
                "the report at hand is not the one that was signed for")));
  }

  /* Names the part that was changed; only the signature proves that nothing was. */
  private static void parts(JsonNode predicate, List<Check> checks) {
    TreeSet<String> changed = new TreeSet<>();
    JsonNode recorded = predicate.path("parts");
    try {
      JsonNode computed = GateEvidence.parts(predicate);
      TreeSet<String> names = new TreeSet<>(computed.propertyNames());
      names.addAll(recorded.propertyNames());
      for (String name : names) {
        if (!computed.path(name).equals(recorded.path(name))) changed.add(name);
      }
    } catch (IllegalArgumentException e) {
      changed.add(String.valueOf(e.getMessage()));
    }
    checks.add(
        check(
            "parts",
            changed.isEmpty() && !recorded.isEmpty(),
            "every part has its recorded digest",
            "changed: " + (changed.isEmpty() ? "all" : String.join(", ", changed))));
  }

  private static void meaning(
      Statement statement, JsonNode predicate, VerificationKey key, List<Check> checks) {
    JsonNode decision = predicate.path("decision");
    checks.add(
        check(
            "installation",
            decision.path("keyId").asString("").equals(key.id()),
            "made by the installation of this key",
            "made by the installation of another key"));
    GateResult.Side candidate =
        GateEvidence.JSON.treeToValue(
            predicate.path("models").path("candidate"), GateResult.Side.class);
    checks.add(
        check(
            "subject",
            statement.subjects().equals(List.of(GateEvidence.subject(candidate))),
            "about " + candidate.label(),
            "the subject is not the candidate that was judged"));
    String rules = predicate.path("settings").path("rules").asString("");
    checks.add(
        check(
            "rules",
            Sha256.of(rules.getBytes(StandardCharsets.UTF_8))
                .equals(predicate.path("settings").path("rulesSha256").asString("")),
            "the rules have their recorded digest",
            "the rules were changed"));
    checks.add(outcome(predicate));
    checks.add(signOffs(predicate));
  }

  private static Check outcome(JsonNode predicate) {
    Outcome of = Outcome.PASS;
    for (JsonNode finding : predicate.path("statistics").values()) {
      of = of.and(Outcome.valueOf(finding.path("outcome").asString("")));
    }
    String recorded = predicate.path("decision").path("outcome").asString("");
    return check(
        "outcome",
        of.name().equals(recorded),
        "the outcome " + recorded + " follows from the findings",
        "the outcome " + recorded + " does not follow from the findings");
  }

  /* The people's signatures are judged again by the rule that stood. */
  private static Check signOffs(JsonNode predicate) {
    SignOffRule rule = GateEvidence.JSON.treeToValue(predicate.path("signOff"), SignOffRule.class);
    JsonNode decision = predicate.path("decision");
    Outcome outcome = Outcome.valueOf(decision.path("outcome").asString(""));
    List<SignOff> before = new ArrayList<>();
    try {
      long last = decision.path("judgedMs").asLong();
      for (JsonNode node : predicate.path("signatures").values()) {
        SignOff next = GateEvidence.JSON.treeToValue(node, SignOff.class);
        if (next.atMs() < last) return new Check("people", false, "a signature is too early");
        rule.check(outcome, decision.path("requestedBy").asString(""), before, next);
        before.add(next);
        last = next.atMs();
      }
    } catch (KedgeException e) {
      return new Check("people", false, e.failure().message());
    }
    Standing standing = rule.standing(before);
    boolean follows =
        !standing.open() && standing.word().equals(decision.path("standing").asString(""));
    return check(
        "people",
        follows,
        standing.word()
            + " by "
            + before.size()
            + (before.size() == 1 ? " person" : " people")
            + known(before),
        "the signatures do not lead to the standing that is recorded");
  }

  /* A name on a command line is a claim of the account's user, and the reader must know it. */
  private static String known(List<SignOff> signOffs) {
    List<String> claimed =
        signOffs.stream()
            .filter(one -> !one.via().equals(SignOff.CONSOLE))
            .map(one -> one.person() + " (" + one.via() + ")")
            .toList();
    return claimed.isEmpty()
        ? ", signed in to the console"
        : "; names as given, not signed in: " + String.join(", ", claimed);
  }

  private static Check check(String name, boolean good, String yes, String no) {
    return new Check(name, good, good ? yes : no);
  }
}
