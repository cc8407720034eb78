package dev.kedge.load;

import dev.kedge.load.LoadResult.Percentiles;
import dev.kedge.report.Chart;
import dev.kedge.report.Html;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A load test's result as terminal table, JSON and HTML. */
public record LoadReport(LoadResult result) {
  /** For a terminal. */
  public String table() {
    StringBuilder out = new StringBuilder();
    out.append(
        "sent %d, answered %d, errors %s, in %.1f s%n"
            .formatted(
                result.sent(),
                result.answered(),
                result.errors(),
                result.elapsed().toMillis() / 1e3));
    out.append(
        "goodput %.2f requests/s (%.1f %% within first token %d ms, between tokens %d ms, total %d ms)%n"
            .formatted(
                result.goodput(),
                100 * result.goodShare(),
                result.plan().goal().firstToken().toMillis(),
                result.plan().goal().betweenTokens().toMillis(),
                result.plan().goal().total().toMillis()));
    out.append(
        "throughput %.2f answers/s, %.1f tokens/s%n"
            .formatted(result.answersPerSecond(), result.tokensPerSecond()));
    out.append("%-22s %9s %9s %9s %9s%n".formatted("milliseconds", "p50", "p90", "p99", "max"));
    rows()
        .forEach((name, p) ->
            out.append(
                "%-22s %9.1f %9.1f %9.1f %9.1f%n"
                    .formatted(name, p.p50(), p.p90(), p.p99(), p.max())));
    return out.toString();
  }

  /** For machines; times in milliseconds. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("ratePlanned", result.plan().rate());
    map.put("arrivals", result.plan().arrivals().name().toLowerCase(Locale.ROOT));
    map.put("seed", result.plan().seed());
    map.put("sent", result.sent());
    map.put("answered", result.answered());
    map.put("errors", result.errors());
    map.put("good", result.good());
    map.put("firstTokenInTime", result.firstTokenInTime());
    map.put("totalInTime", result.totalInTime());
    map.put("goodput", result.goodput());
    map.put("answersPerSecond", result.answersPerSecond());
    map.put("tokensPerSecond", result.tokensPerSecond());
    map.put("promptTokens", result.promptTokens());
    map.put("completionTokens", result.completionTokens());
    map.put("seconds", result.elapsed().toMillis() / 1e3);
    map.put("firstToken", result.firstToken());
    map.put("betweenTokens", result.betweenTokens());
    map.put("total", result.total());
    map.put("sendingLate", result.sendingLate());
    return map;
  }

  /** A page of its own. */
  public String html() {
    return Html.page("Load test", Html.element("h1", "Load test"), body());
  }

  /** The content of a page. */
  public Html body() {
    List<List<String>> table = new ArrayList<>();
    rows()
        .forEach((name, p) ->
            table.add(
                List.of(
                    name,
                    ms(p.p50()),
                    ms(p.p90()),
                    ms(p.p99()),
                    ms(p.max()),
                    String.valueOf(p.n()))));
    return Html.all(
        Html.element(
            "p",
            "%d requests sent (%s arrivals, %.2f per second), %d answered, %d failed%s. %.1f %% of all requests kept every limit; %.1f tokens per second."
                .formatted(
                    result.sent(),
                    result.plan().arrivals().name().toLowerCase(Locale.ROOT),
                    result.plan().rate(),
                    result.answered(),
                    result.sent() - result.answered(),
                    result.errors().isEmpty() ? "" : " " + result.errors(),
                    100 * result.goodShare(),
                    result.tokensPerSecond())),
        latencies(),
        Html.table(
            List.of("counted from the intended sending", "p50", "p90", "p99", "max", "n"), table));
  }

  private Map<String, Percentiles> rows() {
    Map<String, Percentiles> rows = new LinkedHashMap<>();
    rows.put("time to first token", result.firstToken());
    rows.put("between tokens", result.betweenTokens());
    rows.put("end to end", result.total());
    rows.put("sending late (client)", result.sendingLate());
    return rows;
  }

  /** First token, then the rest of the answer, by percentile. */
  private Html latencies() {
    Percentiles first = result.firstToken();
    Percentiles all = result.total();
    return Chart.amounts(
        "Latency by percentile in milliseconds",
        List.of(),
        List.of(
            bar("first token, p50", first.p50()),
            bar("first token, p90", first.p90()),
            bar("first token, p99", first.p99()),
            bar("whole answer, p50", all.p50()),
            bar("whole answer, p90", all.p90()),
            bar("whole answer, p99", all.p99()),
            bar("whole answer, slowest", all.max())));
  }

  private static Chart.AmountBar bar(String label, double milliseconds) {
    return new Chart.AmountBar(
        label, List.of(milliseconds), milliseconds, milliseconds, ms(milliseconds));
  }

  private static String ms(double value) {
    return (value < 10 ? "%.1f ms" : "%.0f ms").formatted(value);
  }
}
