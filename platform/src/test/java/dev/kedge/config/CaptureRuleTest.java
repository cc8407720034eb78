package dev.kedge.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The section {@code capture}. */
class CaptureRuleTest {
  private static CaptureRule read(String yaml) {
    return ConfigFile.parse(yaml, "kedge.yaml", CaptureRule.class);
  }

  @Test
  void aRuleIsReadAsItIsWritten() {
    CaptureRule rule =
        read("{task: order-desk, models: [auto], sample: 0.1, max_bytes: 2GiB, keep: 7d}");
    assertThat(rule)
        .isEqualTo(new CaptureRule("order-desk", List.of("auto"), 0.1, "2GiB", Duration.ofDays(7)));
    assertThat(rule.mostBytes()).isEqualTo(2L << 30);
  }

  @Test
  void whatIsMissingHasADefault() {
    CaptureRule rule = read("{task: order-desk}");
    assertThat(rule)
        .isEqualTo(new CaptureRule("order-desk", List.of(), 1.0, "1GiB", Duration.ofDays(30)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{models: [auto]}|'task' is missing",
        "{task: ..}|dot",
        "{task: a/b}|letters",
        "{task: a, sample: 1.5}|sample must be from",
        "{task: a, max_bytes: 10KiB}|1MiB or more",
        "{task: a, max_bytes: much}|no size",
        "{task: a, keep: 0s}|keep must be above 0",
        "{task: a, keeps: 1d}|did you mean 'keep'",
      })
  void whatDoesNotFitIsNamed(String yaml, String expected) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("kedge.yaml:1")
        .hasMessageContaining(expected);
  }
}
