package dev.kedge.gate;

import dev.kedge.config.GateSection;
import dev.kedge.eval.run.RunCase;
import dev.kedge.eval.stats.Contrast;
import dev.kedge.eval.stats.Holm;
import dev.kedge.eval.stats.Verdict;
import dev.kedge.eval.stats.VerdictText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Judges a candidate by a task's rules. For one thread.
 *
 * <p>Where both are the same model file, and the same answers were seen, comparisons are not left
 * to chance: nothing can differ.
 */
final class GateJudge {
  private final GateSection rules;
  private final RunSet current;
  private final RunSet candidate;
  private final boolean identical;
  private final ModelPrices prices;
  private final WarmUp warmUp;
  private final Pairing pairing;

  /**
   * @param identical whether the candidate is the current model, bit by bit, and answers exactly
   * @param prices of both, where a limit needs them
   * @param warmUp what limits of time leave out
   */
  GateJudge(
      GateSection rules,
      RunSet current,
      RunSet candidate,
      boolean identical,
      ModelPrices prices,
      WarmUp warmUp) {
    current.mustMatch(candidate);
    this.rules = rules;
    this.current = current;
    this.candidate = candidate;
    this.identical = identical;
    this.prices = prices;
    this.warmUp = warmUp;
    this.pairing = new Pairing(current, candidate, rules.seed());
  }

  /** A rule that compares the two models, before the others are known. */
  private record Asked(
      String rule, Finding.Kind kind, Pairing.Compared compared, boolean mustBeShown) {}

  /** Rule by rule, in the order of the task file. */
  List<Finding> findings() {
    List<Asked> asked = new ArrayList<>();
    for (GateSection.MetricRule rule : rules.metrics()) {
      asked.add(
          new Asked(
              rule.measure(),
              Finding.Kind.METRIC,
              pairing.measure(rule.measure(), rule.margin(), _ -> true, "at all"),
              true));
    }
    for (GateSection.SliceRule rule : rules.slices()) asked.add(slice(rule));
    rules
        .limits()
        .slowerBy()
        .ifPresent(most ->
            asked.add(
                new Asked(
                    "time per answer",
                    Finding.Kind.LATENCY,
                    // A clock may read 0 for an answer from a cache.
                    pairing.frugality(
                        one -> Math.max(1e-3, one.reply().totalMs()), most, warmUp::warm),
                    true)));
    rules
        .limits()
        .tokensMoreBy()
        .ifPresent(most ->
            asked.add(
                new Asked(
                    "tokens per call",
                    Finding.Kind.TOKENS,
                    pairing.frugality(this::tokens, most, _ -> true),
                    true)));
    rules.limits().costMoreBy().ifPresent(most -> asked.add(cost(most)));
    List<Double> adjusted =
        Holm.adjusted(asked.stream().map(a -> a.compared().contrast().pDifferent()).toList());
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) findings.add(finding(asked.get(i), adjusted.get(i)));
    AloneRules alone = new AloneRules(rules, current, candidate, prices, warmUp);
    findings.addAll(alone.shares());
    findings.addAll(alone.latency());
    findings.addAll(alone.cost());
    findings.addAll(alone.phrases());
    return findings;
  }

  private Asked slice(GateSection.SliceRule rule) {
    Predicate<RunCase> tagged = one -> one.tags().contains(rule.tag());
    return new Asked(
        rule.measure() + " of tag " + rule.tag(),
        Finding.Kind.SLICE,
        pairing.measure(
            rule.measure(), rule.margin().orElse(0.0), tagged, "has the tag '" + rule.tag() + "'"),
        rule.margin().isPresent());
  }

  private Asked cost(double most) {
    GateSection.Price before = prices.current().orElseThrow().price();
    GateSection.Price after = prices.candidate().orElseThrow().price();
    return new Asked(
        "cost per call",
        Finding.Kind.COST,
        pairing.frugality(one -> dollars(one, before), one -> dollars(one, after), most, _ -> true),
        true);
  }

  /** A call without a counted token costs a trifle and not nothing, so that ratios exist. */
  private static double dollars(RunCase one, GateSection.Price price) {
    return Math.max(1e-12, price.of(one.reply().promptTokens(), one.reply().completionTokens()));
  }

  private double tokens(RunCase one) {
    return Math.max(1, one.reply().promptTokens() + one.reply().completionTokens());
  }

  private Finding finding(Asked asked, double adjusted) {
    Contrast contrast = asked.compared().contrast();
    VerdictText text = asked.compared().text();
    // The same model may have another price.
    boolean answers = asked.kind() != Finding.Kind.LATENCY && asked.kind() != Finding.Kind.COST;
    if (identical && answers) return same(asked, contrast, text, adjusted);
    Verdict verdict = contrast.verdict(adjusted);
    Outcome outcome =
        switch (verdict) {
          case Verdict.Better _, Verdict.NotWorse _ -> Outcome.PASS;
          case Verdict.Worse _ -> Outcome.FAIL;
          case Verdict.Undecided _ -> asked.mustBeShown() ? Outcome.UNDECIDED : Outcome.PASS;
        };
    boolean unshown = verdict instanceof Verdict.Undecided && !asked.mustBeShown();
    String label = unshown ? "no regression shown" : text.label(verdict);
    String sentence = label + " (" + figures(contrast, text) + "; " + text.doubt(contrast) + ")";
    return new Finding(
        asked.rule(),
        asked.kind(),
        outcome,
        label,
        sentence,
        Optional.of(numbers(contrast, text, adjusted, verdict)));
  }

  private Finding same(Asked asked, Contrast contrast, VerdictText text, double adjusted) {
    return new Finding(
        asked.rule(),
        asked.kind(),
        Outcome.PASS,
        "identical",
        "identical: the same model file gives the same answers ("
            + figures(contrast, text)
            + ", "
            + contrast.examples()
            + " cases)",
        Optional.of(numbers(contrast, text, adjusted, new Verdict.NotWorse(contrast.margin()))));
  }

  private static String figures(Contrast contrast, VerdictText text) {
    String pattern =
        switch (text) {
          case POINTS -> "%.1f %% → %.1f %%";
          case SCORE -> "%.3f → %.3f";
          case RATIO -> "mean %.1f → %.1f";
        };
    return String.format(
        Locale.ROOT, pattern, shown(contrast.first(), text), shown(contrast.second(), text));
  }

  private static double shown(double figure, VerdictText text) {
    return switch (text) {
      case POINTS -> 100 * figure;
      case SCORE -> figure;
      case RATIO -> Math.exp(-figure);
    };
  }

  private static Finding.Numbers numbers(
      Contrast contrast, VerdictText text, double adjusted, Verdict verdict) {
    OptionalLong more =
        verdict instanceof Verdict.Undecided undecided
            ? undecided.moreExamples()
            : OptionalLong.empty();
    return new Finding.Numbers(
        text.name().toLowerCase(Locale.ROOT),
        contrast.method().name().toLowerCase(Locale.ROOT),
        contrast.examples(),
        contrast.clusters(),
        OptionalDouble.of(contrast.first()),
        contrast.second(),
        contrast.interval().low(),
        contrast.interval().high(),
        OptionalDouble.of(contrast.pDifferent()),
        OptionalDouble.of(adjusted),
        contrast.margin(),
        OptionalDouble.of(contrast.detectable()),
        more);
  }
}
