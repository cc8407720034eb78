package dev.kedge.gate;

import dev.kedge.eval.run.RunCase;
import dev.kedge.eval.stats.Contrast;
import dev.kedge.eval.stats.Figure;
import dev.kedge.eval.stats.PairedSample;
import dev.kedge.eval.stats.VerdictText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How often the current model answers the same case differently, and whether the candidate's
 * answers differ from it more often than that.
 *
 * <p>For each case two shares are set side by side: of the pairs of two answers of the current
 * model, those that differ; and of the pairs of a current and a candidate's answer, those that
 * differ. If the candidate were the same model, the two would be alike but for chance; that is
 * tested by a paired permutation over the cases.
 *
 * @param current the current model's runs
 * @param candidate the candidate's
 */
record NoiseFloor(RunSet current, RunSet candidate) {
  /** Where the same file answered some cases again, alike. */
  GateResult.Noise exact(long askedAgain) {
    long changed = changedCases(current.cases(), candidate.cases());
    String sentence =
        "exact: the current model was asked "
            + askedAgain
            + " cases again and gave the same answers, so every difference belongs to the"
            + " candidate; it answers "
            + changed
            + " of "
            + current.cases().size()
            + " cases differently";
    return new GateResult.Noise(true, askedAgain, 0, sentence);
  }

  /** Where it may not. */
  GateResult.Noise measured(long seed) {
    List<double[]> own = new ArrayList<>();
    List<double[]> across = new ArrayList<>();
    List<String> clusters = new ArrayList<>();
    long changed = 0;
    for (int i = 0; i < current.cases().size(); i++) {
      double within = share(current, current, i, true);
      if (within > 0) changed++;
      // Negated: fewer changes are better.
      own.add(new double[] {-within, 1});
      across.add(new double[] {-share(current, candidate, i, false), 1});
      clusters.add(current.cases().get(i).cluster());
    }
    PairedSample sample = PairedSample.of(own, across, clusters);
    Contrast contrast = Contrast.ofFigure(sample, Figure.MEAN, 0, true, seed);
    String floor =
        String.format(
            Locale.ROOT,
            "not exact: asked %d times, the current model answers %.1f %% of the cases differently"
                + " from itself, the candidate %.1f %% differently from it; ",
            current.attempts().size(),
            -100 * contrast.first(),
            -100 * contrast.second());
    boolean beyond = contrast.pDifferent() <= Contrast.LEVEL && contrast.difference() < 0;
    String excess =
        beyond
            ? "it changes more than noise does (paired permutation p = "
            : "no change beyond this noise is shown (paired permutation p = ";
    return new GateResult.Noise(
        false,
        current.cases().size(),
        changed,
        floor + excess + VerdictText.p(contrast.pDifferent()) + ")");
  }

  /** The share of pairs of answers to one case that differ. */
  private static double share(RunSet first, RunSet second, int index, boolean same) {
    int pairs = 0;
    int different = 0;
    for (int a = 0; a < first.attempts().size(); a++) {
      for (int b = same ? a + 1 : 0; b < second.attempts().size(); b++) {
        pairs++;
        if (differ(first.attempts().get(a).get(index), second.attempts().get(b).get(index))) {
          different++;
        }
      }
    }
    return pairs == 0 ? 0 : (double) different / pairs;
  }

  static boolean differ(RunCase a, RunCase b) {
    return a.reply().answered() != b.reply().answered()
        || !a.reply().text().equals(b.reply().text());
  }

  /** How many cases have different answers. */
  static long changedCases(List<RunCase> first, List<RunCase> second) {
    long changed = 0;
    for (int i = 0; i < first.size(); i++) {
      if (differ(first.get(i), second.get(i))) changed++;
    }
    return changed;
  }
}
