package dev.kedge.route.train;

import dev.kedge.report.Chart;
import dev.kedge.report.Html;
import dev.kedge.route.tier.Prices;
import dev.kedge.route.tier.TrainingSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What training found, as text, JSON and a page.
 *
 * @param outcome what the route file is made of
 * @param other the same data dealt to folds the other way, to compare
 */
public record RouteReport(Training.Outcome outcome, Optional<Training.Outcome> other) {
  private static final double[] SHARES_OF_GAP = {0.5, 0.8, 0.9, 0.95};

  /** For a terminal, 100 columns. */
  public String table() {
    StringBuilder out = new StringBuilder();
    TrainingSummary summary = outcome.model().training();
    add(
        out,
        "%,d examples, data sha256 %s"
            .formatted(summary.examples(), summary.dataSha256().substring(0, 12)));
    add(
        out,
        "small  %-40s %s"
            .formatted(name(outcome.model().small()), outcome.measured().small().percent()));
    add(
        out,
        "large  %-40s %s"
            .formatted(name(outcome.model().large()), outcome.measured().large().percent()));
    out.append('\n');
    add(out, "Measured on examples that the classifier had not seen: %s".formatted(split(outcome)));
    rates(out, outcome);
    other.ifPresent(second -> {
      add(out, "\nThe same with " + split(second));
      rates(out, second);
    });
    out.append('\n');
    curve(out);
    out.append('\n');
    needed(out);
    out.append('\n');
    for (String line : conclusion()) add(out, line);
    return out.toString();
  }

  private static void add(StringBuilder out, String line) {
    out.append(line).append('\n');
  }

  private static String name(String model) {
    return model.isEmpty() ? "(not named in the data)" : model;
  }

  private static String split(Training.Outcome outcome) {
    return switch (outcome.split()) {
      case GROUP ->
          outcome.model().training().groups() + " groups held together, so every subject was new";
      case RANDOM -> "single examples held back, so every subject was known";
    };
  }

  private static void rates(StringBuilder out, Training.Outcome outcome) {
    CostQuality measured = outcome.measured();
    ClassifierQuality quality = outcome.quality();
    add(
        out,
        "  recovered of the gap, mean over all shares of large   %s   (random mixing 0.500)"
            .formatted(measured.recovered()));
    add(
        out,
        "  gain over random mixing, mean, points                 %s"
            .formatted(measured.meanGain().points()));
    add(
        out,
        "  AUC %.3f, log loss %.4f (without text %.4f), calibration error %.3f"
            .formatted(
                quality.auc(), quality.logLoss(), quality.baseLoss(), quality.calibrationError()));
  }

  private void curve(StringBuilder out) {
    Optional<Prices> prices = outcome.model().prices();
    add(
        out,
        "to large  threshold  score % [95 %]         random  gain, points [95 %]    at least of"
            + " large"
            + (prices.isPresent() ? "    $/M tokens" : ""));
    for (CostQuality.Point point : tenths()) {
      add(
          out,
          "%5.0f %%    %6.4f    %4.1f [%4.1f, %4.1f]     %4.1f    %-22s %6.1f %%%s%s"
              .formatted(
                  100 * point.bounds().largeShare(),
                  point.bounds().threshold(),
                  100 * point.quality().value(),
                  100 * point.quality().low(),
                  100 * point.quality().high(),
                  100 * point.random(),
                  point.gain().points(),
                  100 * point.bounds().relativeLow(),
                  prices
                      .map(p ->
                          String.format(
                              Locale.ROOT, "%14.3f", p.mean(point.bounds().largeTokens())))
                      .orElse(""),
                  point.equals(outcome.chosen()) ? "  <- chosen" : ""));
    }
  }

  /** About every tenth of the calls, and the chosen point. */
  private List<CostQuality.Point> tenths() {
    List<CostQuality.Point> some = new ArrayList<>();
    double next = 1;
    for (CostQuality.Point point : outcome.measured().points()) {
      boolean due = point.bounds().largeShare() <= next + 0.001;
      if (due || point.equals(outcome.chosen())) some.add(point);
      while (next + 0.001 >= point.bounds().largeShare() && next > 0) next -= 0.1;
    }
    return some;
  }

  private void needed(StringBuilder out) {
    add(out, "Calls to the large model that recover a share of the gap, as measured:");
    for (double share : SHARES_OF_GAP) {
      add(
          out,
          "  %2.0f %% of the gap: %3.0f %% of the calls; random mixing %2.0f %%"
              .formatted(100 * share, 100 * outcome.measured().shareFor(share), 100 * share));
    }
  }

  /** The decision in sentences. */
  public List<String> conclusion() {
    CostQuality.Point chosen = outcome.chosen();
    CostQuality measured = outcome.measured();
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "Asked for: %s. Threshold %.4f: %.0f %% of calls to the large model, score %s; with"
                + " 95 %% confidence at least %.1f %% of the large model's.",
            outcome.model().aim(),
            outcome.model().threshold(),
            100 * chosen.bounds().largeShare(),
            chosen.quality().percent(),
            100 * chosen.bounds().relativeLow()));
    lines.add(saving());
    lines.add(
        switch (outcome.verdict()) {
          case PAYS ->
              "Routing pays: at every share of calls taken together it beats random mixing by "
                  + measured.meanGain().points()
                  + " points.";
          case SMALL_IS_ENOUGH ->
              "Routing does not pay: the small model alone does what was asked for. Use it always.";
          case NO_BETTER_THAN_CHANCE ->
              "Routing does not pay: its gain over random mixing, "
                  + measured.meanGain().points()
                  + " points, includes 0. More examples, or models that differ more, may change"
                  + " that.";
          case ONLY_LARGE ->
              "Routing does not pay: nothing below always-large surely does what was asked for."
                  + " Lower the floor, or bring more examples.";
          case PRICES_TOO_CLOSE ->
              "Routing does not pay: the prices are so close that less than 5 % would be saved.";
        });
    return lines;
  }

  private String saving() {
    double share = outcome.chosen().bounds().largeShare();
    double gap = outcome.measured().gap().value();
    double quality = outcome.chosen().quality().value() - outcome.measured().small().value();
    double random = gap <= 0 ? 0 : Math.clamp(quality / gap, 0, 1);
    String saved =
        outcome
            .model()
            .prices()
            .map(prices ->
                String.format(
                    Locale.ROOT,
                    "$%.3f instead of $%.3f per million tokens, %.0f %% saved",
                    prices.mean(outcome.chosen().bounds().largeTokens()),
                    prices.large(),
                    100 * outcome.saving()))
            .orElse(
                String.format(Locale.ROOT, "%.0f %% of the large calls saved", 100 * (1 - share)));
    return String.format(
        Locale.ROOT,
        "%s. Random mixing would send %.0f %% of calls to the large model for the same score.",
        saved,
        100 * random);
  }

  /** For machines. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = map(outcome);
    map.put("conclusion", conclusion());
    other.ifPresent(second -> map.put("otherSplit", map(second)));
    return map;
  }

  private static Map<String, Object> map(Training.Outcome outcome) {
    Map<String, Object> map = new LinkedHashMap<>();
    CostQuality measured = outcome.measured();
    map.put("small", outcome.model().small());
    map.put("large", outcome.model().large());
    map.put("split", outcome.split().name().toLowerCase(Locale.ROOT));
    map.put("verdict", outcome.verdict().name().toLowerCase(Locale.ROOT));
    map.put("aim", outcome.model().aim());
    map.put("threshold", outcome.model().threshold());
    map.put("chosen", outcome.chosen());
    map.put("saving", outcome.saving());
    map.put("smallQuality", measured.small());
    map.put("largeQuality", measured.large());
    map.put("recovered", measured.recovered());
    map.put("meanGain", measured.meanGain());
    map.put("classifier", outcome.quality());
    Map<String, Object> needed = new LinkedHashMap<>();
    for (double share : SHARES_OF_GAP) needed.put(String.valueOf(share), measured.shareFor(share));
    map.put("largeShareForGap", needed);
    map.put("training", outcome.model().training());
    map.put("curve", measured.points());
    return map;
  }

  /** A page of its own. */
  public String html() {
    boolean pays = outcome.verdict() == Verdict.PAYS;
    List<Html> parts = new ArrayList<>();
    parts.add(Html.element("h1", "Routing between two models"));
    List<String> lines = conclusion();
    parts.add(
        Html.element(
            pays ? "div.verdict.good" : "div.verdict.bad",
            Html.element("strong", lines.getLast()),
            Html.element("p", lines.get(0)),
            Html.element("p", lines.get(1))));
    parts.add(chart());
    parts.add(
        Html.element(
            "p.soft",
            "Measured on examples that the classifier had not seen: "
                + split(outcome)
                + ". The band is the 95 % interval of the score. Random mixing needs no"
                + " classifier."));
    parts.add(Html.element("pre", table()));
    return Html.page("Routing between two models", Html.all(parts));
  }

  private Html chart() {
    double base = outcome.measured().small().value();
    List<Chart.Point> routed = new ArrayList<>();
    List<Chart.Point> random = new ArrayList<>();
    List<Chart.Point> upper = new ArrayList<>();
    List<Chart.Point> lower = new ArrayList<>();
    for (CostQuality.Point point : outcome.measured().points()) {
      double share = 100 * point.bounds().largeShare();
      routed.add(chartPoint(share, point.quality().value() - base));
      random.add(chartPoint(share, point.random() - base));
      upper.add(chartPoint(share, point.quality().high() - base));
      lower.addFirst(chartPoint(share, point.quality().low() - base));
    }
    upper.addAll(lower);
    return Chart.curves(
        "Score above always small against calls to the large model",
        "% of calls to the large model",
        "points above always small",
        List.of(new Chart.Curve("routed", routed, upper), new Chart.Curve("random mixing", random)),
        List.of(new Chart.Marker("chosen", 100 * outcome.chosen().bounds().largeShare())));
  }

  private static Chart.Point chartPoint(double share, double score) {
    return new Chart.Point(share, 100 * Math.max(0, score));
  }
}
