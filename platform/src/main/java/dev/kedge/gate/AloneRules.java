package dev.kedge.gate;

import dev.kedge.base.KedgeException;
import dev.kedge.config.GateSection;
import dev.kedge.eval.Rate;
import dev.kedge.eval.run.RunCase;
import dev.kedge.eval.score.Measure;
import dev.kedge.eval.stats.Bootstrap;
import dev.kedge.eval.stats.Figure;
import dev.kedge.eval.stats.Interval;
import dev.kedge.eval.stats.OrderStatistics;
import dev.kedge.eval.stats.PairedSample;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;

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
 * @param prices of both, where a limit needs them
 * @param warmUp what limits of time leave out
 */
record AloneRules(
    GateSection rules, RunSet current, RunSet candidate, ModelPrices prices, WarmUp warmUp) {
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
        IntStream.range(0, candidate.cases().size())
            .filter(warmUp::warm)
            .mapToObj(candidate.cases()::get)
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

  List<Finding> cost() {
    Optional<Double> most = rules.limits().dollarsPerThousandCalls();
    if (most.isEmpty()) return List.of();
    GateSection.Price price = prices.candidate().orElseThrow().price();
    List<RunCase> answered =
        candidate.cases().stream().filter(one -> one.reply().answered()).toList();
    if (answered.isEmpty()) throw KedgeException.invalid("gate: no case was answered");
    List<double[]> dollars =
        answered.stream()
            .map(one ->
                new double[] {
                  1000 * price.of(one.reply().promptTokens(), one.reply().completionTokens()), 1
                })
            .toList();
    PairedSample sample =
        PairedSample.of(dollars, dollars, answered.stream().map(RunCase::cluster).toList());
    double mean = dollars.stream().mapToDouble(one -> one[0]).average().orElse(0);
    Interval interval =
        Bootstrap.ofSecond(sample, Figure.MEAN, Bootstrap.RESAMPLES, rules.seed()).interval();
    double bound = most.get();
    String wanted =
        String.format(
            Locale.ROOT,
            "at most %.4g dollars for 1,000 calls wanted, %.4g [%.4g, %.4g], n = %d",
            bound,
            mean,
            interval.low(),
            interval.high(),
            answered.size());
    Finding.Numbers numbers = alone("dollars", "bca", answered.size(), mean, interval, bound);
    return List.of(
        finding(
            "cost of 1,000 calls",
            Finding.Kind.COST,
            bound(mean <= bound, interval.low() > bound),
            wanted,
            interval.high() <= bound,
            numbers));
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
