package dev.kedge.gate;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.FieldCount;
import dev.kedge.eval.run.RunCase;
import dev.kedge.eval.score.ClassPair;
import dev.kedge.eval.score.Measure;
import dev.kedge.eval.stats.Contrast;
import dev.kedge.eval.stats.Figure;
import dev.kedge.eval.stats.PairedSample;
import dev.kedge.eval.stats.VerdictText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Turns a measure of two sets of runs into a contrast. Where a case was asked several times, its
 * scores are averaged before they are compared: chance within a case then no longer counts as a
 * difference between models.
 *
 * @param current the first model
 * @param candidate the second
 * @param seed of resampling
 */
record Pairing(RunSet current, RunSet candidate, long seed) {
  /** A contrast and how to speak of it. */
  record Compared(Contrast contrast, VerdictText text) {}

  /**
   * A measure over the cases that fit.
   *
   * @throws KedgeException if the runs have no such measure or no such case
   */
  Compared measure(String name, double margin, Predicate<RunCase> fits, String cases) {
    Measure measure = declared(name);
    List<Integer> chosen =
        IntStream.range(0, current.cases().size())
            .filter(i -> fits.test(current.cases().get(i)) && says(measure, i))
            .boxed()
            .toList();
    if (chosen.isEmpty()) {
      throw KedgeException.invalid(
          "gate: no case "
              + cases
              + " with the measure '"
              + name
              + "'; "
              + known(current.cases())
              + ": tag the examples, or take the rule out of the task file");
    }
    return switch (measure.kind()) {
      case SHARE -> new Compared(shares(measure, margin, chosen), VerdictText.POINTS);
      case MEAN -> new Compared(means(measure, margin, chosen), VerdictText.SCORE);
      case COUNTS -> {
        PairedSample sample =
            sample(chosen, one -> counted(one.counts().getOrDefault(name, Map.of())));
        yield new Compared(figure(sample, Figure.F1, margin, true), VerdictText.SCORE);
      }
      case CLASSES -> {
        PairedSample sample = sample(chosen, classes(name, chosen));
        yield new Compared(figure(sample, Figure.MACRO_F1, margin, true), VerdictText.SCORE);
      }
    };
  }

  /**
   * A positive quantity of which less is better, as a ratio; over cases answered in every run.
   *
   * @param counts whether the case at this place counts
   */
  Compared frugality(ToDoubleFunction<RunCase> quantity, double margin, IntPredicate counts) {
    return frugality(quantity, quantity, margin, counts);
  }

  /** The same of a quantity that is not computed alike for both, such as a price. */
  Compared frugality(
      ToDoubleFunction<RunCase> ofCurrent,
      ToDoubleFunction<RunCase> ofCandidate,
      double margin,
      IntPredicate counts) {
    List<Integer> chosen =
        IntStream.range(0, current.cases().size())
            .filter(i -> counts.test(i) && all(i).stream().allMatch(one -> one.reply().answered()))
            .boxed()
            .toList();
    if (chosen.isEmpty()) throw KedgeException.invalid("gate: no case was answered in every run");
    PairedSample sample =
        PairedSample.of(
            chosen.stream().map(i -> mean(current, i, one(ofCurrent))).toList(),
            chosen.stream().map(i -> mean(candidate, i, one(ofCandidate))).toList(),
            clusters(chosen));
    return new Compared(
        figure(sample, Figure.FRUGALITY, Math.log1p(margin), false), VerdictText.RATIO);
  }

  private static Vector one(ToDoubleFunction<RunCase> quantity) {
    return one -> new double[] {quantity.applyAsDouble(one), 1};
  }

  private Measure declared(String name) {
    return current
        .measure(name)
        .filter(_ -> candidate.measure(name).isPresent())
        .orElseThrow(() ->
            KedgeException.invalid(
                "gate: the runs have no measure '"
                    + name
                    + "'; they have: "
                    + String.join(
                        ", ", current.manifest().measures().stream().map(Measure::name).toList())));
  }

  private List<RunCase> all(int index) {
    List<RunCase> all = new ArrayList<>();
    current.attempts().forEach(run -> all.add(run.get(index)));
    candidate.attempts().forEach(run -> all.add(run.get(index)));
    return all;
  }

  private boolean says(Measure measure, int index) {
    return all(index).stream()
        .allMatch(one ->
            switch (measure.kind()) {
              case SHARE, MEAN -> one.metrics().containsKey(measure.name());
              case COUNTS -> one.counts().containsKey(measure.name());
              case CLASSES -> one.classes().containsKey(measure.name());
            });
  }

  private Contrast shares(Measure measure, double margin, List<Integer> chosen) {
    boolean lower = measure.better() == Measure.Better.LOWER;
    boolean once = current.attempts().size() == 1 && candidate.attempts().size() == 1;
    if (!once) return means(measure, margin, chosen);
    return Contrast.ofShares(
        chosen.stream().map(i -> good(current, measure, i) != lower).toList(),
        chosen.stream().map(i -> good(candidate, measure, i) != lower).toList(),
        clusters(chosen),
        margin,
        seed);
  }

  private static String known(List<RunCase> cases) {
    Set<String> tags = new TreeSet<>();
    cases.forEach(one -> tags.addAll(one.tags()));
    if (tags.isEmpty()) return "this data has no tags (calls that were captured have none)";
    return "its tags are " + String.join(", ", tags.stream().limit(20).toList());
  }

  private static boolean good(RunSet runs, Measure measure, int index) {
    return runs.cases().get(index).metrics().getOrDefault(measure.name(), 0.0) >= 0.5;
  }

  private Contrast means(Measure measure, double margin, List<Integer> chosen) {
    double sign = measure.better() == Measure.Better.LOWER ? -1 : 1;
    PairedSample sample =
        sample(
            chosen,
            one -> new double[] {sign * one.metrics().getOrDefault(measure.name(), 0.0), 1});
    return figure(sample, Figure.MEAN, margin, measure.kind() == Measure.Kind.SHARE);
  }

  private Contrast figure(PairedSample sample, Figure figure, double margin, boolean bounded) {
    return Contrast.ofFigure(sample, figure, margin, bounded, seed);
  }

  private static double[] counted(Map<String, FieldCount> fields) {
    double[] sums = new double[3];
    for (FieldCount count : fields.values()) {
      sums[0] += count.right();
      sums[1] += count.answered();
      sums[2] += count.expected();
    }
    return sums;
  }

  private interface Vector {
    double[] of(RunCase one);
  }

  private Vector classes(String name, List<Integer> chosen) {
    TreeSet<String> names = new TreeSet<>();
    for (int i : chosen) {
      for (RunCase one : all(i)) {
        ClassPair pair = pair(one, name);
        names.add(pair.expected());
        names.add(pair.predicted());
      }
    }
    names.remove(ClassPair.NONE);
    Map<String, Integer> places = new TreeMap<>();
    for (String each : names) places.put(each, places.size());
    return one -> {
      double[] sums = new double[3 * places.size()];
      ClassPair pair = pair(one, name);
      Integer expected = places.get(pair.expected());
      Integer predicted = places.get(pair.predicted());
      if (expected != null) sums[3 * expected + 2]++;
      if (predicted != null) sums[3 * predicted + 1]++;
      if (expected != null && pair.right()) sums[3 * expected]++;
      return sums;
    };
  }

  private static ClassPair pair(RunCase one, String name) {
    ClassPair pair = one.classes().get(name);
    return pair == null ? new ClassPair(ClassPair.NONE, ClassPair.NONE) : pair;
  }

  private PairedSample sample(List<Integer> chosen, Vector vector) {
    return PairedSample.of(
        chosen.stream().map(i -> mean(current, i, vector)).toList(),
        chosen.stream().map(i -> mean(candidate, i, vector)).toList(),
        clusters(chosen));
  }

  /** Over the attempts. */
  private static double[] mean(RunSet runs, int index, Vector vector) {
    double[] mean = vector.of(runs.cases().get(index)).clone();
    for (int a = 1; a < runs.attempts().size(); a++) {
      double[] next = vector.of(runs.attempts().get(a).get(index));
      for (int k = 0; k < mean.length; k++) mean[k] += next[k];
    }
    for (int k = 0; k < mean.length; k++) mean[k] /= runs.attempts().size();
    return mean;
  }

  private List<String> clusters(List<Integer> chosen) {
    return chosen.stream().map(i -> current.cases().get(i).cluster()).toList();
  }
}
