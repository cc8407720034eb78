package dev.kedge.eval;

import dev.kedge.eval.stats.Interval;
import dev.kedge.report.Chart;
import dev.kedge.report.Html;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One or two runs as terminal table, JSON and HTML.
 *
 * @param evaluations one, or two over the same dataset
 */
public record EvaluationReport(List<Evaluation> evaluations) {
  public EvaluationReport {
    evaluations = List.copyOf(evaluations);
    if (evaluations.isEmpty()) throw new IllegalArgumentException("no run to report");
  }

  /** The second run against the first, where there are two. */
  public Optional<Comparison> comparison() {
    return evaluations.size() < 2
        ? Optional.empty()
        : Optional.of(Comparison.of(evaluations.get(0), evaluations.get(1)));
  }

  /** For a terminal, 100 columns. */
  public String table() {
    StringBuilder out = new StringBuilder();
    Dataset dataset = evaluations.getFirst().dataset();
    out.append(
        "%s: %d cases, sha256 %s%n"
            .formatted(
                dataset.name(), dataset.examples().size(), dataset.sha256().substring(0, 12)));
    for (Evaluation evaluation : evaluations) {
      Summary s = evaluation.summary();
      out.append("%n%s%n".formatted(evaluation.model()));
      out.append("  exact match     %s%n".formatted(s.exact()));
      if (s.allFields().expected() > 0) {
        out.append("  valid JSON      %s%n".formatted(s.json()));
        out.append("  valid schema    %s%n".formatted(s.schema()));
        FieldCount f = s.allFields();
        out.append(
            "  field precision %s%n  field recall    %s%n  field F1        %.3f%n"
                .formatted(f.precision(), f.recall(), f.f1()));
      }
      out.append(
          "  answer length   %.0f characters, %.1f tokens (p90 %.0f)%n"
              .formatted(
                  s.characters().mean(), s.completionTokens().mean(), s.completionTokens().p90()));
      out.append(
          "  time per answer p50 %.0f ms, p90 %.0f ms; all in %.1f s%n"
              .formatted(
                  s.milliseconds().p50(),
                  s.milliseconds().p90(),
                  evaluation.duration().toMillis() / 1e3));
      if (s.failedCalls() > 0) out.append("  failed calls    %d%n".formatted(s.failedCalls()));
    }
    comparison()
        .ifPresent(c ->
            out.append(System.lineSeparator()).append(sentence(c)).append(System.lineSeparator()));
    return out.toString();
  }

  /** What the comparison allows to say, in one sentence. */
  public String sentence(Comparison comparison) {
    return comparison.sentence(evaluations.get(0).model(), evaluations.get(1).model());
  }

  /** For machines. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    Dataset dataset = evaluations.getFirst().dataset();
    map.put(
        "dataset",
        Map.of("name", dataset.name(), "sha256", dataset.sha256(), "n", dataset.examples().size()));
    map.put("runs", evaluations.stream().map(EvaluationReport::run).toList());
    comparison().ifPresent(c -> map.put("comparison", c.toMap()));
    return map;
  }

  private static Map<String, Object> run(Evaluation evaluation) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("model", evaluation.model());
    map.put("modelSha256", evaluation.modelSha256());
    map.put("seconds", evaluation.duration().toMillis() / 1e3);
    map.putAll(evaluation.summary().toMap());
    map.put(
        "failures",
        evaluation.cases().stream()
            .filter(c -> !c.exact())
            .map(EvaluationReport::failure)
            .toList());
    return map;
  }

  private static Map<String, Object> failure(CaseResult result) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", result.example().id());
    map.put("input", result.example().input());
    map.put("expected", result.example().expected());
    map.put("answer", result.answer().text());
    map.put("problem", result.problem());
    map.put("tags", result.example().tags());
    return map;
  }

  /** A page of its own. */
  public String html() {
    return Html.page(
        "Evaluation of " + evaluations.getFirst().dataset().name(),
        Html.element("h1", "Evaluation"),
        body());
  }

  /** The content of the page, for reports that embed it. */
  public Html body() {
    List<Html> parts = new ArrayList<>();
    Dataset dataset = evaluations.getFirst().dataset();
    parts.add(
        Html.element(
            "p.soft",
            dataset.name()
                + ", "
                + dataset.examples().size()
                + " labelled cases, sha256 "
                + dataset.sha256()
                + ". Intervals are Wilson's at 95 %."));
    parts.add(accuracy(-1));
    comparison().ifPresent(c -> parts.add(Html.element("p", sentence(c))));
    parts.add(slices());
    parts.add(wrongAnswers());
    return Html.all(parts);
  }

  /** Tables by field and by kind of case, collapsed. */
  public Html slices() {
    boolean json = evaluations.getFirst().summary().allFields().expected() > 0;
    return Html.all(json ? fields() : Html.EMPTY, tags());
  }

  /** Every wrong answer of every run, collapsed. */
  public Html wrongAnswers() {
    return Html.all(evaluations.stream().map(CaseListing::wrong).toList());
  }

  /** The first right answers of the last run. */
  public Html rightAnswers(int most) {
    return CaseListing.right(evaluations.getLast(), most);
  }

  /** Chart and table of the main rates; a target below 0 is not drawn. */
  public Html accuracy(double target) {
    List<Chart.ShareBar> bars = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    for (Evaluation evaluation : evaluations) {
      Summary s = evaluation.summary();
      Interval interval = s.exact().interval();
      bars.add(
          new Chart.ShareBar(
              evaluation.model(), s.exact().value(), interval.low(), interval.high()));
      rows.add(
          List.of(
              evaluation.model(),
              s.exact().toString(),
              s.json().toString(),
              s.schema().toString(),
              "%.3f".formatted(s.allFields().f1()),
              "%.0f ms".formatted(s.milliseconds().p90())));
    }
    return Html.all(
        Chart.shares("Share of exactly right answers by model, with 95 % intervals", bars, target),
        Html.table(
            List.of("model", "exact match", "valid JSON", "valid schema", "field F1", "p90 time"),
            rows));
  }

  private Html fields() {
    List<List<String>> rows = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>();
    evaluations.forEach(e -> names.addAll(e.summary().fields().keySet()));
    for (String name : names) {
      for (Evaluation evaluation : evaluations) {
        FieldCount count = evaluation.summary().fields().getOrDefault(name, FieldCount.NONE);
        rows.add(
            List.of(
                name,
                evaluation.model(),
                count.precision().toString(),
                count.recall().toString(),
                "%.3f".formatted(count.f1())));
      }
    }
    return Html.element(
        "details",
        Html.element("summary", "Precision, recall and F1 per field"),
        Html.table(List.of("field", "model", "precision", "recall", "F1"), rows));
  }

  private Html tags() {
    List<List<String>> rows = new ArrayList<>();
    for (Evaluation evaluation : evaluations) {
      evaluation
          .summary()
          .exactByTag()
          .forEach((tag, rate) -> rows.add(List.of(tag, evaluation.model(), rate.toString())));
    }
    if (rows.isEmpty()) return Html.EMPTY;
    rows.sort((a, b) -> a.getFirst().compareTo(b.getFirst()));
    return Html.element(
        "details",
        Html.element("summary", "Exact match by kind of case"),
        Html.table(List.of("kind", "model", "exact match"), rows));
  }
}
