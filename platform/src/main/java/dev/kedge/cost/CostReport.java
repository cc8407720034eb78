package dev.kedge.cost;

import dev.kedge.report.Html;
import java.util.ArrayList;
import java.util.List;

/** A cost comparison as terminal table and HTML. */
public record CostReport(CostComparison comparison) {
  /** For a terminal. */
  public String table() {
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows()) out.append("%-34s %s%n".formatted(row.get(0), row.get(1)));
    out.append("%n%s%n%nInputs%n".formatted(sentence()));
    for (Input input : comparison.inputs()) {
      out.append(
          "  %-34s %s  [%s]%n".formatted(abridged(input.name()), value(input), input.source()));
    }
    return out.toString();
  }

  /** What the figures say, in one sentence. */
  public String sentence() {
    String at =
        comparison
            .breakEven()
            .map(range -> " Both cost the same at about " + range.text("") + " requests per month.")
            .orElse(" At no volume is the own machine cheaper per request.");
    return switch (comparison.ownIsCheaper()) {
          case 1 -> "The own machine is cheaper over the whole plausible range.";
          case -1 -> "The commercial API is cheaper over the whole plausible range.";
          default -> "The ranges overlap: at this volume neither way is clearly cheaper.";
        }
        + at;
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
        List.of("  machines (" + comparison.servers() + ")", comparison.machines().text(unit)));
    rows.add(List.of("  people", comparison.people().text(unit)));
    rows.add(List.of("API, per million tokens", comparison.apiPerMillion().text(unit)));
    rows.add(List.of("own, per million tokens", comparison.ownPerMillion().text(unit)));
    comparison
        .breakEven()
        .ifPresent(range -> rows.add(List.of("break-even, requests per month", range.text(""))));
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
