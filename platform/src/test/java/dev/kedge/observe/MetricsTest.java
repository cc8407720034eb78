package dev.kedge.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.base.Money;
import dev.kedge.call.TokenCounts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final Metrics metrics = new Metrics();

  private String page() {
    return new String(metrics.page(null).body(), StandardCharsets.UTF_8);
  }

  @Test
  void aCallShowsItsTokensMoneyAndLatency() {
    CallMetrics call = metrics.of("small", "engine", "sales");
    call.firstToken(30_000_000);
    call.betweenTokens(2_000_000);
    call.endToEnd(100_000_000);
    metrics.ended(
        "small", "engine", "sales", "answered", TokenCounts.of(10, 4, 5), new Money(1_500_000_000));
    assertThat(page())
        .contains(
            "kedge_tokens_total{model=\"small\",tenant=\"sales\",type=\"output\",upstream=\"engine\"}"
                + " 5.0")
        .contains(
            "kedge_cost_dollars_total{model=\"small\",tenant=\"sales\",upstream=\"engine\"} 1.5")
        .contains(
            "kedge_time_to_first_token_seconds_bucket{model=\"small\",tenant=\"sales\",upstream=\"engine\",le=\"0.04\"}"
                + " 1")
        .contains(
            "kedge_time_to_first_token_seconds_bucket{model=\"small\",tenant=\"sales\",upstream=\"engine\",le=\"0.02\"}"
                + " 0");
  }

  @Test
  void gaugesAreReadWhenThePageIs() {
    double[] value = {1};
    metrics.gauge(
        "kedge_test",
        "for this test",
        List.of("upstream"),
        () -> List.of(new Metrics.Sample(value[0], List.of("a"))));
    assertThat(page()).contains("kedge_test{upstream=\"a\"} 1.0");
    value[0] = 2;
    assertThat(page()).contains("kedge_test{upstream=\"a\"} 2.0");
  }

  @Test
  void openMetricsIsSpokenToThoseWhoAskForIt() {
    metrics.refused("budget_exceeded", "sales");
    Metrics.Page page = metrics.page("application/openmetrics-text; version=1.0.0");
    assertThat(page.contentType()).startsWith("application/openmetrics-text");
    assertThat(new String(page.body(), StandardCharsets.UTF_8)).endsWith("# EOF\n");
  }
}
