package dev.kedge.rollout;

import dev.kedge.base.Sha256;
import dev.kedge.config.RolloutMetric;
import dev.kedge.config.RolloutSection;
import dev.kedge.config.RolloutSection.Stage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a rollout is about and by which rule it is decided; complete, so that a decision can be read
 * without the configuration.
 *
 * @param model as callers name it
 * @param candidate the model that wants its place
 * @param currentSha256 digest of the current model's file; empty for a model elsewhere
 * @param candidateSha256 likewise
 * @param alpha probability of any false decision
 * @param minCalls least compared calls per stage
 * @param gate task whose approved gate is needed
 * @param rollback at once where the candidate is worse; otherwise an alert
 * @param promote after the last stage; otherwise somebody has to
 */
public record RolloutSpec(
    String model,
    String candidate,
    String currentSha256,
    String candidateSha256,
    List<Stage> stages,
    List<Rule> rules,
    double alpha,
    int minCalls,
    Optional<String> gate,
    boolean rollback,
    boolean promote) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int ID_DIGITS = 8;

  /**
   * What is compared.
   *
   * @param measure short name
   * @param what its definition
   * @param margin by how much the candidate's share may be higher
   * @param paired whether it needs both answers to one call
   */
  public record Rule(String measure, String what, double margin, boolean paired) {}

  public RolloutSpec {
    stages = List.copyOf(stages);
    rules = List.copyOf(rules);
  }

  /** The rule of a configuration. */
  public static RolloutSpec of(
      String model, RolloutSection section, String currentSha256, String candidateSha256) {
    return new RolloutSpec(
        model,
        section.candidate(),
        currentSha256,
        candidateSha256,
        section.stages(),
        section.metrics().stream().map(metric -> rule(section, metric)).toList(),
        section.level(),
        section.minCalls(),
        section.gate(),
        section.rollback() == RolloutSection.Rollback.AUTO,
        section.after() == RolloutSection.After.PROMOTE);
  }

  private static Rule rule(RolloutSection section, RolloutMetric metric) {
    return new Rule(
        metric.name(),
        Measures.definition(metric),
        section.margin(metric),
        metric.measure().paired());
  }

  /** The rules that a stage tests. */
  List<Rule> rules(Stage stage) {
    return rules.stream().filter(rule -> stage.shadow() || !rule.paired()).toList();
  }

  /** The probability of a false decision that one measure of one stage may have. */
  double level(Stage stage) {
    return alpha / (stages.size() * (double) rules(stage).size());
  }

  /** The stage that a rollout is in. */
  public Stage stage(Progress progress) {
    return stages.get(Math.clamp(progress.stage(), 0, stages.size() - 1));
  }

  /** The share of the calls that the candidate answers. */
  public double share(Progress progress) {
    return switch (progress.phase()) {
      case PROMOTED -> 1;
      case ROLLED_BACK -> 0;
      case RUNNING, WAITING -> stage(progress).shadow() ? 0 : stage(progress).share();
    };
  }

  /** The share of the calls of which the candidate gets a copy. */
  public double copied(Progress progress) {
    boolean shadow = progress.phase() == Phase.RUNNING && stage(progress).shadow();
    return shadow ? stage(progress).share() : 0;
  }

  /** As JSON. */
  String json() {
    return JSON.writeValueAsString(this);
  }

  static RolloutSpec parse(String json) {
    return JSON.readValue(json, RolloutSpec.class);
  }

  /** Names the rollout: another rule, candidate or model file is another rollout. */
  public String id() {
    String digest = Sha256.of(json().getBytes(StandardCharsets.UTF_8));
    return model + "-" + digest.substring(0, ID_DIGITS);
  }
}
