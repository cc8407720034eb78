package dev.kedge.bench.verdicts;

import dev.kedge.config.RolloutMetric;
import dev.kedge.config.RolloutSection;
import dev.kedge.eval.stats.Draws;
import dev.kedge.rollout.Arm;
import dev.kedge.rollout.Figure;
import dev.kedge.rollout.Progress;
import dev.kedge.rollout.RolloutSpec;
import dev.kedge.rollout.Seen;
import dev.kedge.rollout.Trial;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One stage of a canary, looked at after every call: how often it decides wrongly, and after how
 * many calls it decides.
 *
 * <p>Arguments: trials (10000), calls of the candidate at most (500), seed (1).
 */
public final class RolloutSimulation {
  private static final String MARGIN = "5%";
  private static final String ALPHA = "5%";

  private RolloutSimulation() {}

  /**
   * What became of the trials.
   *
   * @param median candidate's calls until the decision; 0 where half of the trials had none
   */
  record Outcome(double notWorse, double worse, double undecided, long median, long most) {}

  /** A canary of one stage and one measure. */
  static RolloutSpec spec(String share) {
    RolloutSection plain =
        RolloutSection.of("new", List.of(RolloutMetric.valueOf("errors")), MARGIN, ALPHA);
    RolloutSection canary =
        new RolloutSection(
            "new",
            RolloutSection.Mode.CANARY,
            "100%",
            List.of(share),
            plain.metrics(),
            MARGIN,
            ALPHA,
            1,
            plain.sticky(),
            Optional.empty(),
            plain.rollback(),
            plain.after(),
            List.of(),
            List.of(),
            plain.shadow());
    return RolloutSpec.of("old", canary, "", "");
  }

  static Outcome run(
      String share, double current, double candidate, int trials, int calls, long seed) {
    RolloutSpec spec = spec(share);
    double part = spec.share(Progress.BEGINNING);
    int[] counts = new int[3];
    long[] ended = new long[trials];
    for (int t = 0; t < trials; t++) {
      Draws draws = new Draws(seed * 1_000_003 + t);
      Trial trial = Trial.begin(spec, Progress.BEGINNING);
      int candidates = 0;
      while (candidates < calls && trial.verdict() == Figure.Verdict.UNDECIDED) {
        boolean chosen = draws.share() < part;
        if (chosen) candidates++;
        boolean wrong = draws.share() < (chosen ? candidate : current);
        trial.add(
            new Seen.One(0, chosen ? Arm.CANDIDATE : Arm.CURRENT, new double[] {wrong ? 1 : 0}));
      }
      switch (trial.verdict()) {
        case NOT_WORSE -> counts[0]++;
        case WORSE -> counts[1]++;
        case UNDECIDED -> counts[2]++;
      }
      boolean open = trial.verdict() == Figure.Verdict.UNDECIDED;
      ended[t] = open ? Long.MAX_VALUE : candidates;
    }
    Arrays.sort(ended);
    double all = trials;
    return new Outcome(
        counts[0] / all,
        counts[1] / all,
        counts[2] / all,
        calls(ended[trials / 2]),
        calls(ended[(int) (0.9 * trials)]));
  }

  private static long calls(long ended) {
    return ended == Long.MAX_VALUE ? 0 : ended;
  }

  /** Prints the table. */
  public static void main(String[] args) {
    int trials = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    int calls = args.length > 1 ? Integer.parseInt(args[1]) : 500;
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
    System.out.printf(
        Locale.ROOT,
        "%d trials (a tenth of them where the loss is three times the margin or more) of at most %d"
            + " calls of the candidate, looked at after every call; margin %s, alpha %s, seed"
            + " %d%n%n",
        trials,
        calls,
        MARGIN,
        ALPHA,
        seed);
    System.out.println(
        "| share | current fails | candidate fails | not worse | worse | undecided | median calls |"
            + " 90 % decided after |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    // Rows without a true decision, or without a true alarm, are what the trials are for.
    double[][] rates = {
      {0.01, 0.01, 1},
      {0.05, 0.05, 1},
      {0.01, 0.06, 1},
      {0.05, 0.10, 1},
      {0.01, 0.16, 0.1},
      {0.05, 0.20, 0.1},
      {0.01, 1, 0.1}
    };
    for (String share : List.of("5%", "50%")) {
      for (double[] rate : rates) {
        int some = Math.max(1, (int) (rate[2] * trials));
        Outcome outcome = run(share, rate[0], rate[1], some, calls, seed);
        System.out.printf(
            Locale.ROOT,
            "| %s | %.0f %% | %.0f %% | %.2f %% | %.2f %% | %.2f %% | %s | %s |%n",
            share,
            100 * rate[0],
            100 * rate[1],
            100 * outcome.notWorse(),
            100 * outcome.worse(),
            100 * outcome.undecided(),
            outcome.median() == 0 ? "more" : Long.toString(outcome.median()),
            outcome.most() == 0 ? "more" : Long.toString(outcome.most()));
        System.out.flush();
      }
    }
  }
}
