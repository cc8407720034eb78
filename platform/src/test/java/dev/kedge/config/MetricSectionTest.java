package dev.kedge.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The metrics of a task file. */
class MetricSectionTest {
  private static TaskFile task(String metrics) {
    String head =
        """
        name: t
        model: {file: m.gguf, sha256: "%s"}
        holdout: h.jsonl
        """
            .formatted("0".repeat(64));
    return ConfigFile.parse(head + metrics, "task.yaml", TaskFile.class);
  }

  @Test
  void aMetricIsAWordOrATypeWithWhatItNeeds() {
    TaskFile task =
        task(
            """
            metrics:
              - exact
              - Length
              - {type: json, unordered: [items], tolerance: {items.price: 0.01}, dates: {due: 1d}}
              - type: regex
                name: no-apology
                pattern: "(?i)sorry"
                mode: absent
              - {type: cost, input_price: 0.5, output_price: 2}
            """);
    assertThat(task.metrics())
        .extracting(MetricSection::type)
        .containsExactly(
            MetricSection.Type.EXACT,
            MetricSection.Type.LENGTH,
            MetricSection.Type.JSON,
            MetricSection.Type.REGEX,
            MetricSection.Type.COST);
    assertThat(task.metrics())
        .extracting(MetricSection::name)
        .containsExactly("exact", "length", "json", "no-apology", "cost");
    MetricSection json = task.metrics().get(2);
    assertThat(json.tolerance()).containsEntry("items.price", 0.01);
    assertThat(json.dates()).containsEntry("due", Duration.ofDays(1));
  }

  @Test
  void aTaskWithoutMetricsIsStillATask() {
    assertThat(task("").metrics()).isEmpty();
  }

  @Test
  void whatIsMissingOrMisspeltIsNamed() {
    assertThatThrownBy(() -> task("metrics:\n  - exakt\n"))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("task.yaml:")
        .hasMessageContaining("did you mean 'exact'?");
    assertThatThrownBy(() -> task("metrics:\n  - {type: regex}\n"))
        .hasMessageContaining("the key 'pattern' is missing");
    assertThatThrownBy(() -> task("metrics:\n  - {type: judge, model: m, rubric: r}\n"))
        .hasMessageContaining("the key 'human' is missing");
    assertThatThrownBy(() -> task("metrics:\n  - {type: json, unorderd: [a]}\n"))
        .hasMessageContaining("did you mean 'unordered'?");
  }
}
