package dev.kedge.cost;

import dev.kedge.report.Html;
import java.util.ArrayList;
import java.util.List;

/** A cost comparison as terminal table and HTML. */
public record CostReport(CostComparison comparison) {
  /** For a terminal. */
  public String table() {
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows()) out.append("%-36s %s%n".formatted(row.get(0), row.get(1)));
    out.append("%n%s%n%nInputs%n".formatted(sentence()));
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
        Html.table(List.of("per month", "amount"), rows()),
        Html.element("p", sentence()),
        Html.element(
            "details",
            Html.element("summary", "Every input with its source"),
            Html.table(List.of("input", "value", "source"), inputs)));
  }

  private List<List<String>> rows() {
    String unit = " " + comparison.currency();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("commercial API", comparison.api().text(unit)));
    rows.add(List.of("own, in all", comparison.own().text(unit)));
    rows.add(
        List.of(
            "  machines (" + comparison.servers().text("") + ")",
            comparison.hardwareInAll().text(unit)));
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

  private static String value(Input input) {
    return new Range(input.value(), input.low(), input.high())
        .text(input.unit().isEmpty() ? "" : " " + input.unit());
  }

  private static String abridged(String name) {
    return name.length() <= 34 ? name : name.substring(0, 33) + "…";
  }
}
