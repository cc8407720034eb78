package dev.kedge.gate;

import dev.kedge.base.KedgeException;
import dev.kedge.config.GateSection;
import dev.kedge.eval.Rate;
import dev.kedge.eval.score.Measure;
import dev.kedge.eval.stats.Interval;
import dev.kedge.eval.stats.OrderStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Rules that need no comparison of figures: bounds that the candidate must keep by itself, and
 * phrases that must not change.
 *
 * <p>A bound is kept if the measured value keeps it, broken if the whole 95 % interval lies beyond
 * it, and undecided between. Kept does not mean proven; where the interval reaches beyond the
 * bound, the sentence says so.
 *
 * @param rules of the task
 * @param current the current model's runs
 * @param candidate the candidate's; its first run counts
 */
record AloneRules(GateSection rules, RunSet current, RunSet candidate) {
  List<Finding> shares() {
    return rules.shares().stream().map(this::share).toList();
  }

  private Finding share(GateSection.ShareRule rule) {
    boolean known =
        candidate.measure(rule.measure()).filter(m -> m.kind() == Measure.Kind.SHARE).isPresent();
    if (!known) {
      throw KedgeException.invalid("gate: the runs have no share named '" + rule.measure() + "'");
    }
    List<Double> values =
        candidate.cases().stream()
            .flatMap(one -> Optional.ofNullable(one.metrics().get(rule.measure())).stream())
            .toList();
    Rate rate = new Rate(values.stream().filter(v -> v >= 0.5).count(), values.size());
    Interval interval = rate.interval();
    Outcome outcome = bound(rate.value() >= rule.atLeast(), interval.high() < rule.atLeast());
    String wanted =
        String.format(Locale.ROOT, "at least %.1f %% wanted, ", 100 * rule.atLeast()) + rate;
    Finding.Numbers numbers =
        alone("points", "wilson", rate.n(), rate.value(), interval, rule.atLeast());
    return finding(
        rule.measure() + " of the candidate",
        Finding.Kind.SHARE,
        outcome,
        wanted,
        interval.low() >= rule.atLeast(),
        numbers);
  }

  List<Finding> latency() {
    Optional<Double> most = rules.limits().latencyP90Ms();
    if (most.isEmpty()) return List.of();
    double[] times =
        candidate.cases().stream()
            .filter(one -> one.reply().answered())
            .mapToDouble(one -> one.reply().totalMs())
            .sorted()
            .toArray();
    if (times.length == 0) throw KedgeException.invalid("gate: no case was answered");
    double p90 = OrderStatistics.quantile(times, 0.9);
    Interval interval = OrderStatistics.interval(times, 0.9);
    double bound = most.get();
    Outcome outcome = bound(p90 <= bound, interval.low() > bound);
    String wanted =
        String.format(
            Locale.ROOT,
            "at most %.0f ms for 90 %% wanted, %.0f ms [%.0f, %.0f], n = %d",
            bound,
            p90,
            interval.low(),
            interval.high(),
            times.length);
    Finding.Numbers numbers = alone("ms", "order_statistics", times.length, p90, interval, bound);
    return List.of(
        finding(
            "90 % of answers within",
            Finding.Kind.LATENCY, outcome, wanted, interval.high() <= bound, numbers));
  }

  private static Outcome bound(boolean kept, boolean broken) {
    return kept ? Outcome.PASS : broken ? Outcome.FAIL : Outcome.UNDECIDED;
  }

  private static Finding finding(
      String rule,
      Finding.Kind kind,
      Outcome outcome,
      String seen,
      boolean beyondDoubt,
      Finding.Numbers numbers) {
    String verdict =
        switch (outcome) {
          case PASS -> beyondDoubt ? "kept" : "kept in this test, not beyond doubt";
          case FAIL -> "broken";
          case UNDECIDED -> "undecided";
        };
    return new Finding(rule, kind, outcome, verdict, verdict + ": " + seen, Optional.of(numbers));
  }

  private static Finding.Numbers alone(
      String unit, String method, long n, double value, Interval interval, double bound) {
    return new Finding.Numbers(
        unit,
        method,
        n,
        n,
        OptionalDouble.empty(),
        value,
        interval.low(),
        interval.high(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        bound,
        OptionalDouble.empty(),
        OptionalLong.empty());
  }

  List<Finding> phrases() {
    return rules.protectedPhrases().stream()
        .map(phrase -> new ProtectedPhrase(phrase).finding(current, candidate))
        .toList();
  }
}
