package dev.kedge.route.train;

import dev.kedge.base.KedgeException;
import dev.kedge.route.tier.Aim;
import dev.kedge.route.tier.Calibration;
import dev.kedge.route.tier.Classifier;
import dev.kedge.route.tier.FeatureRow;
import dev.kedge.route.tier.RouteModel;
import dev.kedge.route.tier.TrainingSummary;
import java.util.Arrays;
import java.util.List;

/** Makes a classifier from scored examples and measures what it is worth. */
public final class Training {
  private static final int FEWEST_EXAMPLES = 100;
  private static final int FEWEST_UNITS = 10;

  /** Less than this share of the large model's price is next to nothing. */
  private static final double LEAST_SAVING = 0.05;

  private final ScoredData data;
  private final TrainingPlan plan;
  private final List<Scored> examples;
  private final List<FeatureRow> rows;
  private final boolean[] labels;

  /** Finds the features of all examples. */
  public Training(ScoredData data, TrainingPlan plan) {
    this.data = data;
    this.plan = plan;
    this.examples = data.examples();
    if (examples.size() < FEWEST_EXAMPLES) {
      throw KedgeException.invalid(
          examples.size()
              + " examples are too few to learn from; "
              + FEWEST_EXAMPLES
              + " at least");
    }
    this.rows = examples.parallelStream().map(example -> FeatureRow.of(example.prompt())).toList();
    this.labels = new boolean[examples.size()];
    for (int i = 0; i < labels.length; i++) labels[i] = examples.get(i).goodEnough();
  }

  /**
   * What came of it.
   *
   * @param model for the route file
   * @param measured on examples that the models had not seen
   * @param chosen the point of the threshold
   * @param quality of the classifier itself
   * @param verdict whether routing pays
   * @param split how the examples were dealt
   */
  public record Outcome(
      RouteModel model,
      CostQuality measured,
      CostQuality.Point chosen,
      ClassifierQuality quality,
      Verdict verdict,
      Split split) {
    /** The share of the large model's cost that is saved at the threshold. */
    public double saving() {
      double tokens = chosen.bounds().largeTokens();
      return model
          .prices()
          .filter(prices -> prices.large() > 0)
          .map(prices -> 1 - prices.mean(tokens) / prices.large())
          .orElse(1 - chosen.bounds().largeShare());
    }
  }

  /**
   * Learns and measures.
   *
   * @throws KedgeException if there are too few groups to hold some back
   */
  public Outcome run() {
    int[] units = plan.split().units(examples);
    int unitCount = Arrays.stream(units).max().orElse(-1) + 1;
    if (unitCount < FEWEST_UNITS) {
      throw KedgeException.invalid(
          "only "
              + unitCount
              + (plan.split() == Split.GROUP ? " groups" : " different texts")
              + "; at least "
              + FEWEST_UNITS
              + " are needed to hold some back"
              + (plan.split() == Split.GROUP ? " (--split random holds back single texts)" : ""));
    }
    int[] folds = Split.folds(units, plan.seed());
    CrossValidation.Result result = CrossValidation.run(rows, labels, folds, plan.seed());
    Calibration calibration = result.calibration();
    double[] probabilities = Arrays.stream(result.scores()).map(calibration::probability).toArray();
    CostQuality measured = CostQuality.of(examples, probabilities, units, plan.seed());
    double threshold = plan.aim().threshold(measured.curve(), plan.prices());
    CostQuality.Point chosen = measured.at(threshold);
    ClassifierQuality quality = ClassifierQuality.of(result.probabilities(), labels);
    Verdict verdict = verdict(measured, chosen);
    Classifier classifier = CrossValidation.train(rows, labels, result, plan.seed());
    RouteModel model =
        new RouteModel(
            data.small(),
            data.large(),
            classifier,
            measured.curve(),
            threshold,
            plan.aim().text(),
            plan.prices(),
            summary(result, measured, quality, verdict, unitCount));
    return new Outcome(model, measured, chosen, quality, verdict, plan.split());
  }

  private Verdict verdict(CostQuality measured, CostQuality.Point chosen) {
    boolean asksForQuality =
        plan.aim() instanceof Aim.RelativeFloor || plan.aim() instanceof Aim.AbsoluteFloor;
    if (measured.gap().high() <= 0 || (asksForQuality && chosen.bounds().threshold() == 0)) {
      return Verdict.SMALL_IS_ENOUGH;
    }
    if (measured.meanGain().low() <= 0) return Verdict.NO_BETTER_THAN_CHANCE;
    if (chosen.bounds().threshold() == 1) return Verdict.ONLY_LARGE;
    if (plan.prices().isPresent()) {
      double mean = plan.prices().get().mean(chosen.bounds().largeTokens());
      if (mean > (1 - LEAST_SAVING) * plan.prices().get().large()) return Verdict.PRICES_TOO_CLOSE;
    }
    return Verdict.PAYS;
  }

  private TrainingSummary summary(
      CrossValidation.Result result,
      CostQuality measured,
      ClassifierQuality quality,
      Verdict verdict,
      int unitCount) {
    return new TrainingSummary(
        data.names(),
        data.sha256(),
        examples.size(),
        plan.split() == Split.GROUP ? unitCount : 0,
        plan.seed(),
        result.cost(),
        measured.small().value(),
        measured.large().value(),
        quality.auc(),
        quality.calibrationError(),
        measured.recovered().value(),
        measured.recovered().low(),
        measured.recovered().high(),
        verdict.name().toLowerCase(java.util.Locale.ROOT));
  }
}
