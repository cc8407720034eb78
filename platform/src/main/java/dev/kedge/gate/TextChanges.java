package dev.kedge.gate;

import dev.kedge.config.GateSection;
import dev.kedge.report.Html;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What changed in the words of the answers. The gate asks for it and adds the findings to its own;
 * how it is found is another package's matter.
 */
public interface TextChanges {
  /**
   * Compares the answers.
   *
   * @param rules of the task, with its protected phrases
   * @param current its first run's answers are those in use; further runs show its own noise
   * @param candidate of the same cases in the same order
   */
  Report of(GateSection rules, RunSet current, RunSet candidate);

  /**
   * What was found.
   *
   * @param findings of kind {@link Finding.Kind#DRIFT}; one that fails fails the gate
   * @param section for the report, below the rules
   * @param data the same for machines
   */
  record Report(List<Finding> findings, Html section, Optional<JsonNode> data) {
    public Report {
      findings = List.copyOf(findings);
    }
  }

  /** Looks at nothing. */
  static TextChanges none() {
    return (_, _, _) -> new Report(List.of(), Html.EMPTY, Optional.empty());
  }
}
