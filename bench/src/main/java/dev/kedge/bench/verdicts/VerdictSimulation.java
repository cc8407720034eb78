package dev.kedge.bench.verdicts;

import dev.kedge.eval.stats.Contrast;
import dev.kedge.eval.stats.DetectableDifference;
import dev.kedge.eval.stats.Draws;
import dev.kedge.eval.stats.Verdict;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Error rates and power of the verdicts, as tables in Markdown.
 *
 * <p>Arguments: trials (10000), cases per trial (250), seed (1), trials where resampling is needed
 * (as many).
 */
public final class VerdictSimulation {
  static final double MARGIN = 0.03;

  private VerdictSimulation() {}

  /** How often each verdict was given, as shares of the trials. */
  record Tally(double better, double notWorse, double worse, double undecided) {
    /** The share of verdicts that are untrue at this true difference. */
    double untrue(double difference, double margin) {
      double wrong = 0;
      // Rounding must not make a claim true that holds just not.
      if (difference <= 1e-9) wrong += better;
      if (difference <= -margin + 1e-9) wrong += notWorse;
      if (difference >= -1e-9) wrong += worse;
      return wrong;
    }
  }

  static Tally run(Models models, int n, double margin, int trials, long seed) {
    int[] counts = new int[4];
    Map<Long, Verdict> known = new HashMap<>();
    for (int trial = 0; trial < trials; trial++) {
      Draws draws = new Draws(seed * 1_000_003 + trial);
      Verdict verdict = models.judge(n, margin, draws, known);
      counts[
          switch (verdict) {
            case Verdict.Better _ -> 0;
            case Verdict.NotWorse _ -> 1;
            case Verdict.Worse _ -> 2;
            case Verdict.Undecided _ -> 3;
          }]++;
    }
    double all = trials;
    return new Tally(counts[0] / all, counts[1] / all, counts[2] / all, counts[3] / all);
  }

  /** Prints the tables. */
  public static void main(String[] args) {
    int trials = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    int n = args.length > 1 ? Integer.parseInt(args[1]) : 250;
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
    int slowTrials = args.length > 3 ? Integer.parseInt(args[3]) : trials;
    System.out.printf(
        Locale.ROOT,
        "%d trials (%d where resampling is needed), n = %d, margin %.0f points, seed %d%n%n",
        trials,
        slowTrials,
        n,
        100 * MARGIN,
        seed);
    errors(n, trials, seed);
    power(n, trials, seed);
    furtherExamples(trials, seed);
    resampled(n, slowTrials, seed);
  }

  private static void head(String title) {
    System.out.println("### " + title + "\n");
    System.out.println(
        "| models | true difference | better | not worse | worse | undecided | untrue |");
    System.out.println("|---|---|---|---|---|---|---|");
  }

  private static void row(String name, double difference, double margin, Tally tally) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %+.1f | %.2f %% | %.2f %% | %.2f %% | %.2f %% | **%.2f %%** |%n",
        name,
        100 * difference,
        100 * tally.better(),
        100 * tally.notWorse(),
        100 * tally.worse(),
        100 * tally.undecided(),
        100 * tally.untrue(difference, margin));
  }

  private static String name(Models.Shares models) {
    return String.format(
        Locale.ROOT, "%.0f %% right, correlation %.2f", 100 * models.base(), models.correlation());
  }

  private static final double[] BASES = {0.5, 0.72, 0.9, 0.97};
  private static final double[] CORRELATIONS = {0, 0.4, 0.8};

  /** No difference, and a loss of just the margin: the two places where a claim is just untrue. */
  private static void errors(int n, int trials, long seed) {
    head("Untrue verdicts on shares");
    for (double difference : new double[] {0, -MARGIN}) {
      for (double base : BASES) {
        for (double correlation : CORRELATIONS) {
          Models.Shares models = Models.Shares.of(base, difference, correlation);
          row(name(models), difference, MARGIN, run(models, n, MARGIN, trials, seed));
        }
      }
    }
    System.out.println();
  }

  /** A gain and a loss as large as the smallest difference that is said to be detectable. */
  private static void power(int n, int trials, long seed) {
    head("Power at the stated smallest difference (80 % is stated)");
    for (double base : new double[] {0.5, 0.72, 0.85}) {
      for (double correlation : CORRELATIONS) {
        for (int sign : new int[] {1, -1}) {
          double size = detectable(n, base, sign, correlation);
          Models.Shares models = Models.Shares.of(base, sign * size, correlation);
          Tally tally = run(models, n, 1e-6, trials, seed);
          row(name(models), sign * size, 1e-6, tally);
        }
      }
    }
    System.out.println();
  }

  /** Where size and share of differing cases fit together. */
  static double detectable(int n, double base, int sign, double correlation) {
    double size = 0.05;
    for (int step = 0; step < 60; step++) {
      Models.Shares models = Models.Shares.of(base, sign * size, correlation);
      size = (size + DetectableDifference.of(n, models.differing())) / 2;
    }
    return size;
  }

  /** So many examples as the formula asks for: how often is there a verdict? */
  private static void furtherExamples(int trials, long seed) {
    head("Verdicts with as many examples as \"about n more\" asks for (80 % is stated)");
    for (double difference : new double[] {-0.02, 0, 0.02, 0.04}) {
      for (double base : new double[] {0.72, 0.9}) {
        Models.Shares models = Models.Shares.of(base, difference, 0.4);
        OptionalLong needed = needed(models);
        if (needed.isEmpty()) continue;
        int size = (int) needed.getAsLong();
        row(
            name(models) + ", n = " + size,
            difference,
            MARGIN,
            run(models, size, MARGIN, trials, seed));
      }
    }
    System.out.println();
  }

  /** What is said where exactly the expected counts are seen in many cases. */
  static OptionalLong needed(Models.Shares models) {
    long many = 100_000;
    double both = models.both();
    long first = Math.round(many * (models.base() - both));
    long second = Math.round(many * (models.base() + models.difference() - both));
    long right = Math.round(many * both);
    return Contrast.ofShares(right, first, second, many - right - first - second, MARGIN)
        .examplesNeeded();
  }

  private static void resampled(int n, int trials, long seed) {
    head("F1 over fields: permutation test and BCa bootstrap");
    Contrast.Effort effort = new Contrast.Effort(1000, 999);
    for (double loss : new double[] {0, 0.03}) {
      Models.Fields fields = Models.Fields.of(0.95, loss, effort);
      // The margin is the true loss, so that "not worse" is just untrue.
      double margin = loss == 0 ? MARGIN : -fields.difference();
      row("F1, loss " + loss, fields.difference(), margin, run(fields, n, margin, trials, seed));
    }
    System.out.println();
    head("Five cases to a document, three in ten documents lean to one model");
    for (double difference : new double[] {0, -0.1}) {
      for (boolean respected : new boolean[] {true, false}) {
        Models.Documents models = new Models.Documents(0.8, difference, 0.3, respected, effort);
        row(
            respected ? "documents respected" : "documents ignored (not done)",
            difference,
            0.1,
            run(models, n, 0.1, trials, seed));
      }
    }
    System.out.println();
  }
}
