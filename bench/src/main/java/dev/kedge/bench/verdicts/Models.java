package dev.kedge.bench.verdicts;

import dev.kedge.eval.stats.Contrast;
import dev.kedge.eval.stats.Draws;
import dev.kedge.eval.stats.Figure;
import dev.kedge.eval.stats.PairedSample;
import dev.kedge.eval.stats.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Two models whose true difference is known, and what a comparison of them on n cases finds. */
sealed interface Models {
  /**
   * The verdict on freshly drawn cases.
   *
   * @param known verdicts by outcome, for models of which outcomes recur
   */
  Verdict judge(int n, double margin, Draws draws, Map<Long, Verdict> known);

  /** The true figure of the second less that of the first. */
  double difference();

  /**
   * Right or wrong, every case alone.
   *
   * @param base share that the first model answers rightly
   * @param difference what the second answers rightly beyond that
   * @param correlation of the two (phi): how much they find the same cases hard
   */
  record Shares(double base, double difference, double correlation) implements Models {
    /** The largest correlation of these shares, at most the given one. */
    static Shares of(double base, double difference, double correlation) {
      double other = base + difference;
      double spread = Math.sqrt(base * (1 - base) * other * (1 - other));
      double most = (Math.min(base, other) - base * other) / spread;
      return new Shares(base, difference, Math.min(correlation, most));
    }

    double both() {
      double other = base + difference;
      double spread = Math.sqrt(base * (1 - base) * other * (1 - other));
      return base * other + correlation * spread;
    }

    /** Share of cases in which exactly one of the two is right. */
    double differing() {
      return 2 * base + difference - 2 * both();
    }

    @Override
    public Verdict judge(int n, double margin, Draws draws, Map<Long, Verdict> known) {
      double both = both();
      double onlyFirst = base - both;
      double onlySecond = base + difference - both;
      long[] cells = new long[4];
      for (int i = 0; i < n; i++) {
        double u = draws.share();
        if (u < both) cells[0]++;
        else if (u < both + onlyFirst) cells[1]++;
        else if (u < both + onlyFirst + onlySecond) cells[2]++;
        else cells[3]++;
      }
      // Only the cases in which one model alone is right matter.
      return known.computeIfAbsent(
          cells[1] * (n + 1) + cells[2],
          _ -> Contrast.ofShares(cells[0], cells[1], cells[2], cells[3], margin).verdict());
    }
  }

  /**
   * F1 over the fields of JSON answers. Cases differ in how hard they are, for both models alike.
   *
   * @param base chance that a field of an easy case is right
   * @param loss by which the second model's chance is less
   * @param difference the true difference of F1, by simulation of very many cases
   * @param effort of resampling
   */
  record Fields(double base, double loss, double difference, Contrast.Effort effort)
      implements Models {
    private static final int MANY = 1_000_000;

    static Fields of(double base, double loss, Contrast.Effort effort) {
      Draws draws = new Draws(99);
      double[] first = new double[3];
      double[] second = new double[3];
      for (int i = 0; i < MANY; i++) {
        double[][] pair = pair(base, loss, draws);
        for (int k = 0; k < 3; k++) {
          first[k] += pair[0][k];
          second[k] += pair[1][k];
        }
      }
      double difference = loss == 0 ? 0 : Figure.F1.of(second) - Figure.F1.of(first);
      return new Fields(base, loss, difference, effort);
    }

    private static double[][] pair(double base, double loss, Draws draws) {
      int expected = 1 + draws.below(5);
      double easy = draws.share() < 0.7 ? base : base - 0.4;
      return new double[][] {answer(expected, easy, draws), answer(expected, easy - loss, draws)};
    }

    private static double[] answer(int expected, double chance, Draws draws) {
      int right = 0;
      int answered = 0;
      for (int field = 0; field < expected; field++) {
        boolean good = draws.share() < chance;
        if (good) right++;
        // A field that is not right is wrong or, one time in three, missing.
        if (good || draws.below(3) > 0) answered++;
      }
      return new double[] {right, answered, expected};
    }

    @Override
    public Verdict judge(int n, double margin, Draws draws, Map<Long, Verdict> known) {
      List<double[]> first = new ArrayList<>();
      List<double[]> second = new ArrayList<>();
      List<String> alone = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        double[][] pair = pair(base, loss, draws);
        first.add(pair[0]);
        second.add(pair[1]);
        alone.add("");
      }
      PairedSample sample = PairedSample.of(first, second, alone);
      return Contrast.ofFigure(sample, Figure.F1, margin, true, effort, draws.bits()).verdict();
    }
  }

  /**
   * Right or wrong, five cases to a document. Documents lean to one model or the other: what makes
   * one of their cases differ makes others differ alike.
   *
   * @param base share that the first model answers rightly
   * @param difference what the second answers rightly beyond that
   * @param lean share of documents that lean, in equal parts to either model
   * @param respected whether the comparison is told of the documents
   * @param effort of resampling
   */
  record Documents(
      double base, double difference, double lean, boolean respected, Contrast.Effort effort)
      implements Models {
    private static final int CASES = 5;
    private static final double STRENGTH = 0.4;

    @Override
    public Verdict judge(int n, double margin, Draws draws, Map<Long, Verdict> known) {
      List<double[]> first = new ArrayList<>();
      List<double[]> second = new ArrayList<>();
      List<String> documents = new ArrayList<>();
      long[] cells = new long[4];
      double tilt = 0;
      for (int i = 0; i < n; i++) {
        if (i % CASES == 0) {
          double u = draws.share();
          tilt = u < lean / 2 ? STRENGTH : u < lean ? -STRENGTH : 0;
        }
        boolean a = draws.share() < base - Math.max(0, tilt);
        boolean b = draws.share() < base + difference + Math.min(0, tilt);
        first.add(new double[] {a ? 1 : 0, 1});
        second.add(new double[] {b ? 1 : 0, 1});
        documents.add("document " + i / CASES);
        cells[(a ? 0 : 2) + (b ? 0 : 1)]++;
      }
      if (!respected) {
        return known.computeIfAbsent(
            cells[1] * (n + 1) + cells[2],
            _ -> Contrast.ofShares(cells[0], cells[1], cells[2], cells[3], margin).verdict());
      }
      PairedSample sample = PairedSample.of(first, second, documents);
      return Contrast.ofFigure(sample, Figure.MEAN, margin, true, effort, draws.bits()).verdict();
    }
  }
}
