package dev.kedge.gate;

import dev.kedge.evidence.CanonicalJson;
import dev.kedge.evidence.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The content of an evidence bundle. Its parts carry digests of their own, so that a reader of a
 * bundle that was changed is told which part was.
 */
final class GateEvidence {
  /** Names the form of the predicate. */
  static final String PREDICATE = "https://kedge.dev/upgrade-gate/v1";

  static final JsonMapper JSON = new JsonMapper();

  private GateEvidence() {}

  static Statement statement(GateRecord record, String keyId) {
    GateResult result = record.result();
    ObjectNode predicate = JSON.createObjectNode();
    ObjectNode decision = predicate.putObject("decision");
    decision.put("gate", result.id());
    decision.put("task", result.task());
    decision.put("standing", record.standing().word());
    decision.put("outcome", result.outcome().name());
    decision.put("requestedBy", record.requestedBy());
    decision.put("judgedMs", result.atMs());
    decision.put("kedge", result.version());
    decision.put("keyId", keyId);
    predicate.set("signOff", JSON.valueToTree(result.signOff()));
    predicate.set("signatures", JSON.valueToTree(record.signOffs()));
    predicate.set("models", models(result));
    predicate.set("dataset", JSON.valueToTree(result.dataset()));
    ObjectNode settings = predicate.putObject("settings");
    settings.set("asked", JSON.valueToTree(new TreeMap<>(result.settings())));
    settings.put("askedSha256", result.settingsSha256());
    settings.put("rules", result.rules());
    settings.put("rulesSha256", result.rulesSha256());
    predicate.set("noise", JSON.valueToTree(result.noise()));
    predicate.set("statistics", JSON.valueToTree(result.findings()));
    predicate.set("notes", JSON.valueToTree(result.notes()));
    predicate.putObject("report").put("sha256", record.reportSha256());
    predicate.set("parts", parts(predicate));
    return new Statement(List.of(subject(result.candidate())), PREDICATE, predicate);
  }

  private static ObjectNode models(GateResult result) {
    ObjectNode models = JSON.createObjectNode();
    models.set("current", JSON.valueToTree(result.current()));
    models.set("candidate", JSON.valueToTree(result.candidate()));
    return models;
  }

  /** What is decided on; a model behind an address has no file whose digest could be named. */
  static Statement.Subject subject(GateResult.Side side) {
    String algorithm = side.kind().equals("file") ? "sha256" : "kedgeServerIdentity";
    return new Statement.Subject(side.label(), Map.of(algorithm, side.digest()));
  }

  /** The digest of every part but this one. */
  static ObjectNode parts(JsonNode predicate) {
    ObjectNode parts = JSON.createObjectNode();
    predicate.forEachEntry((name, part) -> {
      if (!name.equals("parts")) parts.put(name, CanonicalJson.sha256(part));
    });
    return parts;
  }
}
