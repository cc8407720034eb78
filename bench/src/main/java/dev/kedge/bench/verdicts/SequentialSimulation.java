package dev.kedge.bench.verdicts;

import dev.kedge.eval.stats.ConfidenceSequence;
import dev.kedge.eval.stats.Draws;
import dev.kedge.eval.stats.McNemar;
import dev.kedge.eval.stats.Verdict;
import java.util.Arrays;
import java.util.Locale;

/**
 * A canary that is looked at after every call: how often an always-valid interval errs and how soon
 * it decides, beside McNemar's test repeated after every call, which nobody should do.
 *
 * <p>Arguments: trials (2000), calls per trial (2000), seed (1).
 */
public final class SequentialSimulation {
  private static final double MARGIN = 0.03;

  private SequentialSimulation() {}

  /**
   * What became of the trials.
   *
   * @param better ended with this verdict
   * @param notWorse likewise
   * @param worse likewise
   * @param peeked shares of trials in which the repeated test ever showed a difference
   * @param median calls until a verdict; 0 where half of the trials had none
   */
  record Outcome(double better, double notWorse, double worse, double peeked, long median) {}

  static Outcome run(double gained, double lost, int trials, int calls, long seed) {
    int[] counts = new int[3];
    int peeked = 0;
    long[] ended = new long[trials];
    for (int trial = 0; trial < trials; trial++) {
      Draws draws = new Draws(seed * 1_000_003 + trial);
      ConfidenceSequence sequence = new ConfidenceSequence();
      ended[trial] = Long.MAX_VALUE;
      boolean shown = false;
      long won = 0;
      long worse = 0;
      for (int call = 1; call <= calls; call++) {
        double u = draws.share();
        int difference = u < gained ? 1 : u < gained + lost ? -1 : 0;
        if (difference > 0) won++;
        if (difference < 0) worse++;
        if (difference != 0 && !shown) shown = McNemar.exact(won, worse) <= 0.05;
        if (ended[trial] != Long.MAX_VALUE) continue;
        sequence.add(difference);
        int verdict =
            switch (sequence.verdict(MARGIN)) {
              case Verdict.Better _ -> 0;
              case Verdict.NotWorse _ -> 1;
              case Verdict.Worse _ -> 2;
              case Verdict.Undecided _ -> -1;
            };
        if (verdict < 0) continue;
        counts[verdict]++;
        ended[trial] = call;
      }
      if (shown) peeked++;
    }
    Arrays.sort(ended);
    long median = ended[trials / 2] == Long.MAX_VALUE ? 0 : ended[trials / 2];
    double all = trials;
    return new Outcome(counts[0] / all, counts[1] / all, counts[2] / all, peeked / all, median);
  }

  /** Prints the table. */
  public static void main(String[] args) {
    int trials = args.length > 0 ? Integer.parseInt(args[0]) : 2000;
    int calls = args.length > 1 ? Integer.parseInt(args[1]) : 2000;
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
    System.out.printf(
        Locale.ROOT,
        "%d trials of at most %d calls, looked at after each; margin %.0f points, seed %d%n%n",
        trials,
        calls,
        100 * MARGIN,
        seed);
    System.out.println(
        "| better alone | worse alone | true difference | better | not worse | worse | median calls"
            + " | repeated McNemar shows a difference |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    double[][] chances = {
      {0.1, 0.1}, {0.02, 0.02}, {0.05, 0.08}, {0.02, 0.05}, {0.05, 0.15}, {0.15, 0.05}, {0.02, 0.12}
    };
    for (double[] chance : chances) {
      Outcome outcome = run(chance[0], chance[1], trials, calls, seed);
      System.out.printf(
          Locale.ROOT,
          "| %.0f %% | %.0f %% | %+.0f | %.2f %% | %.2f %% | %.2f %% | %s | %.2f %% |%n",
          100 * chance[0],
          100 * chance[1],
          100 * (chance[0] - chance[1]),
          100 * outcome.better(),
          100 * outcome.notWorse(),
          100 * outcome.worse(),
          outcome.median() == 0 ? "more" : Long.toString(outcome.median()),
          100 * outcome.peeked());
    }
  }
}
