package dev.kedge.drift;

import dev.kedge.eval.stats.Contrast;
import dev.kedge.eval.stats.FalseDiscovery;
import dev.kedge.eval.stats.Figure;
import dev.kedge.eval.stats.McNemar;
import dev.kedge.eval.stats.Normal;
import dev.kedge.eval.stats.PairedSample;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Tests how long answers are and how much of them changed. Differences of means are tested by
 * exchanging versions in whole units and measured by the BCa bootstrap; for more than {@value
 * #MOST_RESAMPLED} units, where both take long and agree with it, by the normal distribution.
 */
final class Lengths {
  /** Of the false discovery rate of 5 %, the part that lengths have. */
  static final double LEVEL = 0.01;

  private static final int MOST_RESAMPLED = 2_000;
  private static final long SEED = 1;
  private static final List<String> UNITS = List.of("characters", "words", "tokens");

  private final DriftInput input;
  private final Survey survey;
  private final List<int[]> units;

  Lengths(DriftInput input, Survey survey, List<int[]> units) {
    this.input = input;
    this.survey = survey;
    this.units = units;
  }

  /** What was found. */
  record Result(List<DriftReport.LengthLine> lines, DriftReport.Amount amount) {}

  private record Tested(double before, double after, double low, double high, double p) {}

  Result find() {
    int kinds = survey.tokensKnown() ? 3 : 2;
    List<Tested> tested = new ArrayList<>();
    for (int kind = 0; kind < kinds; kind++) {
      tested.add(test(survey.lengths(kind, false), survey.lengths(kind, true)));
    }
    List<Double> ps = new ArrayList<>(tested.stream().map(Tested::p).toList());
    double[] shares = survey.shares();
    double[] own = survey.own();
    if (input.measured()) ps.add(more(shares, own));
    List<Double> adjusted = FalseDiscovery.adjusted(ps);
    List<DriftReport.LengthLine> lines = new ArrayList<>();
    for (int i = 0; i < kinds; i++) {
      Tested one = tested.get(i);
      double level = adjusted.get(i);
      lines.add(
          new DriftReport.LengthLine(
              UNITS.get(i),
              one.before(),
              one.after(),
              one.low(),
              one.high(),
              one.p(),
              level,
              level <= LEVEL));
    }
    boolean measured = input.measured();
    DriftReport.Amount amount =
        new DriftReport.Amount(
            mean(shares),
            measured ? OptionalDouble.of(mean(own)) : OptionalDouble.empty(),
            measured ? OptionalDouble.of(ps.getLast()) : OptionalDouble.empty(),
            measured && adjusted.getLast() <= LEVEL && mean(shares) > mean(own));
    return new Result(lines, amount);
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) sum += value;
    return sum / values.length;
  }

  /** Whether more changed than changes by itself: a sign test over units. */
  private double more(double[] shares, double[] own) {
    long more = 0;
    long less = 0;
    for (int[] unit : units) {
      double net = 0;
      for (int place : unit) net += shares[place] - own[place];
      if (net > 1e-9) more++;
      if (net < -1e-9) less++;
    }
    return McNemar.exact(less, more);
  }

  private Tested test(double[] before, double[] after) {
    if (units.size() > MOST_RESAMPLED) return normal(before, after);
    List<double[]> first = new ArrayList<>();
    List<double[]> second = new ArrayList<>();
    List<String> clusters = new ArrayList<>();
    for (int i = 0; i < before.length; i++) {
      first.add(new double[] {before[i], 1});
      second.add(new double[] {after[i], 1});
      clusters.add(input.cases().get(i).cluster());
    }
    PairedSample sample = PairedSample.of(first, second, clusters);
    Contrast contrast = Contrast.ofFigure(sample, Figure.MEAN, 0, false, SEED);
    return new Tested(
        contrast.first(),
        contrast.second(),
        contrast.interval().low(),
        contrast.interval().high(),
        contrast.pDifferent());
  }

  private Tested normal(double[] before, double[] after) {
    double difference = mean(after) - mean(before);
    double squares = 0;
    for (int[] unit : units) {
      double off = 0;
      for (int place : unit) off += after[place] - before[place] - difference;
      squares += off * off;
    }
    double error = Math.sqrt(squares) / before.length;
    double p =
        error == 0 ? difference == 0 ? 1 : 0 : 2 * Normal.below(-Math.abs(difference) / error);
    double half = Normal.Z_TWO_SIDED * error;
    return new Tested(mean(before), mean(after), difference - half, difference + half, p);
  }
}
