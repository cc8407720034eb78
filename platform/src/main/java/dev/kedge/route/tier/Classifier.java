package dev.kedge.route.tier;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Says how probable it is that the small model's answer to a text is good enough. Immutable, for
 * all threads.
 */
public final class Classifier {
  private final float[] weights;

  private final Calibration calibration;

  /**
   * Weights are rounded to half floats, as the file holds them, so that a classifier decides the
   * same before and after it is stored.
   *
   * @param weights {@link FeatureRow#DIMENSIONS} of them
   */
  public Classifier(float[] weights, Calibration calibration) {
    if (weights.length != Features.DIMENSIONS) {
      throw new IllegalArgumentException(weights.length + " weights");
    }
    this.weights = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      this.weights[i] = Float.float16ToFloat(Float.floatToFloat16(weights[i]));
    }
    this.calibration = calibration;
  }

  /** How scores become probabilities. */
  public Calibration calibration() {
    return calibration;
  }

  float[] weights() {
    return weights;
  }

  /** The calibrated probability, 0 to 1. */
  public double probability(String text) {
    return calibration.probability(score(text));
  }

  /** The uncalibrated score: positive where good enough is the likelier. */
  public double score(String text) {
    Features features = new Features(text);
    Sum sum = new Sum(weights);
    features.scan(sum);
    float[] structure = features.structure();
    double score = 0;
    for (int i = 0; i < structure.length; i++) score += weights[Features.SLOTS + i] * structure[i];
    return score
        + sum.words * FeatureScale.of(sum.wordCount)
        + sum.runs * FeatureScale.of(sum.runCount);
  }

  /** Adds up weights without storing anything per feature. */
  private static final class Sum implements FeatureSink {
    private final float[] weights;
    private double words;
    private double runs;
    private int wordCount;
    private int runCount;

    Sum(float[] weights) {
      this.weights = weights;
    }

    @Override
    public void word(int hash, int from, int to) {
      words += weights[hash & Features.SLOT_MASK] * Features.sign(hash);
      wordCount++;
    }

    @Override
    public void run(int hash, int from, int to) {
      runs += weights[hash & Features.SLOT_MASK] * Features.sign(hash);
      runCount++;
    }
  }

  /**
   * What a feature added to the score.
   *
   * @param feature a word, a pair of words, a run of characters, or what {@link Structure} names
   * @param amount on the scale of log-odds after calibration; positive speaks for the small model
   */
  public record Contribution(String feature, double amount) {}

  /**
   * What moved the score most, the largest amount first; all features of one kind and text summed.
   */
  public List<Contribution> contributions(String text, int most) {
    Features features = new Features(text);
    Named named = new Named(features, weights);
    features.scan(named);
    Map<String, Double> amounts = new LinkedHashMap<>();
    double words = FeatureScale.of(named.wordCount);
    double runs = FeatureScale.of(named.runCount);
    named.words.forEach((feature, sum) -> amounts.put("word '" + feature + "'", sum * words));
    named.runs.forEach((feature, sum) -> amounts.put("characters '" + feature + "'", sum * runs));
    float[] structure = features.structure();
    for (int i = 0; i < structure.length; i++) {
      amounts.put(Structure.name(i), (double) weights[Features.SLOTS + i] * structure[i]);
    }
    List<Contribution> all = new ArrayList<>();
    amounts.forEach((feature, amount) -> {
      if (amount != 0) all.add(new Contribution(feature, amount * calibration.slope()));
    });
    all.sort(Comparator.comparingDouble(part -> -Math.abs(part.amount())));
    return List.copyOf(all.subList(0, Math.min(most, all.size())));
  }

  /** Keeps the text of each feature, for people. */
  private static final class Named implements FeatureSink {
    private final Features features;
    private final float[] weights;
    private final Map<String, Double> words = new LinkedHashMap<>();
    private final Map<String, Double> runs = new LinkedHashMap<>();
    private int wordCount;
    private int runCount;

    Named(Features features, float[] weights) {
      this.features = features;
      this.weights = weights;
    }

    @Override
    public void word(int hash, int from, int to) {
      add(words, hash, from, to);
      wordCount++;
    }

    @Override
    public void run(int hash, int from, int to) {
      add(runs, hash, from, to);
      runCount++;
    }

    private void add(Map<String, Double> sums, int hash, int from, int to) {
      double weight = weights[hash & Features.SLOT_MASK] * Features.sign(hash);
      sums.merge(features.piece(from, to), weight, Double::sum);
    }
  }
}
