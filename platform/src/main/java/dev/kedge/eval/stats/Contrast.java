package dev.kedge.eval.stats;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One figure of two models on the same examples, with everything that is needed to judge the
 * difference. Larger is better; figures of which less is better are negated before they come here.
 *
 * @param method how it was tested
 * @param examples how many
 * @param clusters how many of them are independent: documents, where examples share one
 * @param first the first model's figure
 * @param second the second model's figure
 * @param interval of the difference second minus first
 * @param pDifferent two-sided p-value against "no difference"
 * @param margin the largest loss that is accepted, 0 or more
 * @param notWorse whether a loss of the margin or more is excluded, at 2.5 % one-sided
 * @param pNotWorse the p-value of that; empty where the interval decides it
 * @param detectable the smallest true difference that examples like these would show with a
 *     probability of 80 %
 * @param examplesNeeded in all, to show something with a probability of 80 % if the difference is
 *     as seen; empty where no feasible number would
 */
public record Contrast(
    Method method,
    long examples,
    long clusters,
    double first,
    double second,
    Interval interval,
    double pDifferent,
    double margin,
    boolean notWorse,
    OptionalDouble pNotWorse,
    double detectable,
    OptionalLong examplesNeeded) {
  /** The level of every test: 5 %, on two sides. */
  public static final double LEVEL = 0.05;

  /* Nobody labels more than this for one decision. */
  private static final double MOST_EXAMPLES = 1e6;

  /** Test and interval. */
  public enum Method {
    /** Shares, every example independent: McNemar's exact test; Tango's score test and interval. */
    MCNEMAR,
    /** Anything else: paired permutation of whole clusters; BCa bootstrap of whole clusters. */
    PERMUTATION
  }

  public Contrast {
    if (!(margin >= 0)) throw new IllegalArgumentException("a margin is 0 or more, not " + margin);
  }

  /** Two shares on independent examples, from the four possible pairs of outcomes. */
  public static Contrast ofShares(
      long both, long onlyFirst, long onlySecond, long neither, double margin) {
    long n = both + onlyFirst + onlySecond + neither;
    if (n < 1) throw new IllegalArgumentException("no examples");
    double pNotWorse = margin > 0 ? ScoreTest.notWorse(n, onlySecond, onlyFirst, margin) : 1;
    double difference = (double) (onlySecond - onlyFirst) / n;
    double differing = (double) (onlyFirst + onlySecond) / n;
    double spread = Math.sqrt(Math.max(0, differing - difference * difference));
    double atMargin = Math.sqrt(ScoreTest.variance(n, onlySecond, onlyFirst, -margin));
    return new Contrast(
        Method.MCNEMAR,
        n,
        n,
        (double) (both + onlyFirst) / n,
        (double) (both + onlySecond) / n,
        ScoreTest.interval(n, onlySecond, onlyFirst),
        McNemar.exact(onlyFirst, onlySecond),
        margin,
        pNotWorse <= LEVEL / 2,
        margin > 0 ? OptionalDouble.of(pNotWorse) : OptionalDouble.empty(),
        DetectableDifference.of(n, differing),
        needed(difference, margin, Math.sqrt(differing), atMargin, spread));
  }

  /**
   * Two shares. Where every example stands alone this is {@link #ofShares(long, long, long, long,
   * double)}, else whole clusters are tested.
   *
   * @param clusters the name of each example's cluster; empty names are clusters of their own
   */
  public static Contrast ofShares(
      List<Boolean> first, List<Boolean> second, List<String> clusters, double margin, long seed) {
    List<double[]> a = first.stream().map(right -> new double[] {right ? 1 : 0, 1}).toList();
    List<double[]> b = second.stream().map(right -> new double[] {right ? 1 : 0, 1}).toList();
    PairedSample sample = PairedSample.of(a, b, clusters);
    if (sample.clusters() < sample.examples()) {
      return ofFigure(sample, Figure.MEAN, margin, true, seed);
    }
    long[] cells = new long[4];
    for (int i = 0; i < first.size(); i++) {
      cells[(first.get(i) ? 0 : 2) + (second.get(i) ? 0 : 1)]++;
    }
    return ofShares(cells[0], cells[1], cells[2], cells[3], margin);
  }

  /**
   * Any figure.
   *
   * @param bounded whether the figure is a mean or share between 0 and 1. Then too few clusters
   *     cannot show a small margin, whatever is seen in them: a loss as large as the margin may sit
   *     in clusters that were not drawn.
   */
  public static Contrast ofFigure(
      PairedSample sample, Figure figure, double margin, boolean bounded, long seed) {
    return ofFigure(sample, figure, margin, bounded, Effort.of(sample), seed);
  }

  /**
   * How much is drawn.
   *
   * @param resamples of the bootstrap
   * @param exchanges of the permutation test
   */
  public record Effort(int resamples, int exchanges) {
    private static final long DRAWS = 400_000_000;

    /** The usual one; less for long data sets, whose figures need it less. */
    static Effort of(PairedSample sample) {
      int affordable = Math.clamp(DRAWS / sample.clusters(), 1000, Integer.MAX_VALUE);
      return new Effort(
          Math.min(affordable, Bootstrap.RESAMPLES),
          Math.min(affordable, PairedPermutation.EXCHANGES));
    }
  }

  /** The same with an effort of one's own, for simulations. */
  public static Contrast ofFigure(
      PairedSample sample,
      Figure figure,
      double margin,
      boolean bounded,
      Effort effort,
      long seed) {
    Bootstrap bootstrap = Bootstrap.ofDifference(sample, figure, effort.resamples(), seed);
    double first = sample.first(figure);
    double second = sample.second(figure);
    double unit = bootstrap.standardError() * Math.sqrt(sample.examples());
    boolean enough = sample.clusters() >= leastClusters(bounded ? margin : 0);
    return new Contrast(
        Method.PERMUTATION,
        sample.examples(),
        sample.clusters(),
        first,
        second,
        bootstrap.interval(),
        PairedPermutation.twoSided(sample, figure, effort.exchanges(), seed + 1),
        margin,
        margin > 0 && enough && bootstrap.interval().low() > -margin,
        OptionalDouble.empty(),
        (Normal.Z_TWO_SIDED + Normal.Z_POWER) * bootstrap.standardError(),
        needed(second - first, margin, unit, unit, unit));
  }

  /**
   * So many clusters without any loss exclude, at 2.5 %, that a share of {@code margin} of all
   * clusters loses; and never fewer than 20, below which the bootstrap is not to be trusted.
   */
  static long leastClusters(double margin) {
    if (margin <= 0 || margin >= 1) return 20;
    return Math.max(20, (long) Math.ceil(Math.log(LEVEL / 2) / Math.log1p(-margin)));
  }

  /**
   * Examples with which the likeliest verdict has a power of 80 %, by the normal approximation.
   *
   * @param atNone standard deviation of one example's difference if there is none
   * @param atMargin the same if the loss is the margin
   * @param asSeen the same if the difference is the observed one
   */
  private static OptionalLong needed(
      double difference, double margin, double atNone, double atMargin, double asSeen) {
    double fewest = Double.POSITIVE_INFINITY;
    if (difference != 0) fewest = size(Math.abs(difference), atNone, asSeen);
    if (difference + margin > 0 && margin > 0) {
      fewest = Math.min(fewest, size(difference + margin, atMargin, asSeen));
    }
    return fewest <= MOST_EXAMPLES
        ? OptionalLong.of((long) Math.ceil(fewest))
        : OptionalLong.empty();
  }

  private static double size(double distance, double under, double asSeen) {
    double root = (Normal.Z_TWO_SIDED * under + Normal.Z_POWER * asSeen) / distance;
    // One discordant pair more for the steps of the exact test (continuity correction).
    return root * root + 1 / distance;
  }

  /** Second minus first. */
  public double difference() {
    return second - first;
  }

  /** The verdict of this comparison alone. */
  public Verdict verdict() {
    return verdict(pDifferent);
  }

  /**
   * The verdict among several metrics.
   *
   * @param adjusted the p-value of the difference after {@link Holm}
   */
  public Verdict verdict(double adjusted) {
    boolean different = adjusted <= LEVEL;
    if (different && difference() > 0) return new Verdict.Better();
    if (notWorse) return new Verdict.NotWorse(margin);
    if (different) return new Verdict.Worse();
    return new Verdict.Undecided(moreExamples());
  }

  /** So many more than there are; at least one. */
  private OptionalLong moreExamples() {
    if (examplesNeeded.isEmpty()) return OptionalLong.empty();
    return OptionalLong.of(Math.max(1, examplesNeeded.getAsLong() - examples));
  }
}
