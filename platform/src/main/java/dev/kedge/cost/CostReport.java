package dev.kedge.cost;

import dev.kedge.report.Chart;
import dev.kedge.report.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleFunction;

/** A cost comparison as terminal table and HTML. */
public record CostReport(CostComparison comparison) {
  /** For a terminal. */
  public String table() {
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows()) out.append("%-36s %s%n".formatted(row.get(0), row.get(1)));
    out.append("%n%s%n%s%n%nInputs%n".formatted(sentence(), tokens()));
    for (Input input : comparison.inputs()) {
      out.append(
          "  %-34s %s  [%s]%n".formatted(abridged(input.name()), value(input), input.source()));
    }
    return out.toString();
  }

  /** What the figures say, in one or two sentences. */
  public String sentence() {
    return switch (comparison.standing()) {
          case CHEAPER -> "One's own machine is cheaper over the whole plausible range.";
          case PROBABLY_CHEAPER ->
              "One's own machine is cheaper by the best estimates, but the ranges overlap.";
          case UNCLEAR ->
              "One's own machine is not cheaper by the best estimates, but the ranges overlap.";
          case DEARER -> "The commercial API is cheaper over the whole plausible range.";
        }
        + comparison
            .breakEven()
            .map(range -> " Both cost the same at " + range.text("") + " requests per month.")
            .orElse(" By the best estimates the API is cheaper at any volume.");
  }

  /** The content of a page. */
  public Html body() {
    List<List<String>> inputs = new ArrayList<>();
    for (Input input : comparison.inputs())
      inputs.add(List.of(input.name(), value(input), input.source()));
    return Html.all(
        Html.element("p", sentence()),
        perMonth(),
        overVolume(),
        Html.table(List.of("", "amount (plausible range)"), rows()),
        Html.element("p.small.soft", tokens()),
        Html.element("h3", "Every input with its source"),
        Html.table(List.of("input", "value (range)", "source"), inputs));
  }

  /** Why the two prices per million tokens cannot be compared. */
  private String tokens() {
    return "For one request the API bills "
        + Range.amount(comparison.apiTokens().value())
        + " tokens and one's own model reads and writes "
        + Range.amount(comparison.ownTokens().value())
        + ": compare the two ways by request or by month, not by token.";
  }

  private Html perMonth() {
    String unit = " " + comparison.currency();
    Range api = comparison.api();
    Range own = comparison.own();
    return Chart.amounts(
        "Cost per month",
        List.of("hardware or API", "people", "electricity"),
        List.of(
            new Chart.AmountBar(
                "commercial API", List.of(api.value()), api.low(), api.high(), api.text(unit)),
            new Chart.AmountBar(
                "own machine",
                List.of(
                    comparison.hardwareInAll().value(),
                    comparison.people().value(),
                    comparison.powerInAll().value()),
                own.low(),
                own.high(),
                own.text(unit))));
  }

  /** Both ways by volume, shaded by their ranges. */
  private Html overVolume() {
    Optional<Range> even = comparison.breakEven();
    double furthest = Math.max(comparison.volume(), even.map(Range::value).orElse(0.0));
    double end = Chart.axisEnd(1.3 * furthest);
    List<Chart.Marker> markers = new ArrayList<>();
    markers.add(new Chart.Marker("planned volume", comparison.volume()));
    even.ifPresent(range -> markers.add(new Chart.Marker("break-even", range.value())));
    return Chart.curves(
        "Cost per month by volume",
        "requests per month",
        comparison.currency() + " per month",
        List.of(
            curve("commercial API", comparison::apiAt, end),
            curve("own machine, with people", comparison::ownAt, end)),
        markers);
  }

  private static Chart.Curve curve(String label, DoubleFunction<Range> cost, double furthest) {
    List<Chart.Point> points = new ArrayList<>();
    List<Chart.Point> outline = new ArrayList<>();
    int last = 120;
    for (int i = 0; i <= last; i++) {
      double requests = furthest * i / last;
      points.add(new Chart.Point(requests, cost.apply(requests).value()));
      outline.add(new Chart.Point(requests, cost.apply(requests).low()));
    }
    for (int i = last; i >= 0; i--) {
      double requests = furthest * i / last;
      outline.add(new Chart.Point(requests, cost.apply(requests).high()));
    }
    return new Chart.Curve(label, points, outline);
  }

  private List<List<String>> rows() {
    String unit = " " + comparison.currency();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("commercial API", comparison.api().text(unit)));
    rows.add(List.of("own, in all", comparison.own().text(unit)));
    rows.add(List.of("  machines (" + machines() + ")", comparison.hardwareInAll().text(unit)));
    rows.add(List.of("  electricity", comparison.powerInAll().text(unit)));
    rows.add(List.of("  people", comparison.people().text(unit)));
    rows.add(List.of("API, per 1,000 requests", comparison.apiPerThousand().text(unit)));
    rows.add(List.of("own, per 1,000 requests", comparison.ownPerThousand().text(unit)));
    rows.add(List.of("API, per million tokens billed", comparison.apiPerMillion().text(unit)));
    rows.add(List.of("own, per million tokens of its own", comparison.ownPerMillion().text(unit)));
    rows.add(
        List.of(
            "break-even, requests per month",
            comparison.breakEven().map(range -> range.text("")).orElse("none")));
    return rows;
  }

  private String machines() {
    Range servers = comparison.servers();
    String count = String.valueOf((long) servers.value());
    if (servers.low() == servers.high()) return count;
    return count + "; " + (long) servers.low() + " to " + (long) servers.high();
  }

  private static String value(Input input) {
    if (input.low() == input.high() && input.value() == Math.rint(input.value())) {
      return String.format(Locale.ROOT, "%,.0f", input.value())
          + (input.unit().isEmpty() ? "" : " " + input.unit());
    }
    return new Range(input.value(), input.low(), input.high())
        .text(input.unit().isEmpty() ? "" : " " + input.unit());
  }

  private static String abridged(String name) {
    return name.length() <= 34 ? name : name.substring(0, 33) + "…";
  }
}
