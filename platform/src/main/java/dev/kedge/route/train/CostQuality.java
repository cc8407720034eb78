package dev.kedge.route.train;

import dev.kedge.route.tier.Curve;
import dev.kedge.route.tier.CurvePoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Quality against cost over all thresholds, with intervals.
 *
 * <p>Against what: mixing both models at random, which reaches every point on the straight line
 * between always small and always large without any classifier. Intervals are a bootstrap's: units
 * (groups, or bags of single texts) are drawn anew a thousand times, the thresholds stand.
 */
public final class CostQuality {
  private static final int STEPS = 100;
  private static final int REPLICATES = 1000;

  /** Single texts are dealt to at most so many bags; the bags' sums are drawn. */
  private static final int MOST_BAGS = 250;

  private final Curve curve;
  private final List<Point> points;
  private final Interval small;
  private final Interval large;
  private final Interval gap;
  private final Interval recovered;
  private final Interval area;

  /**
   * One threshold.
   *
   * @param bounds what is promised of it
   * @param quality mean score, with its interval
   * @param random mean score of random mixing with the same share of calls to the large model
   * @param gain how far quality lies above it
   */
  public record Point(CurvePoint bounds, Interval quality, double random, Interval gain) {}

  private CostQuality(Curve curve, List<Point> points, double[][] summary) {
    this.curve = curve;
    this.points = List.copyOf(points);
    this.small = interval(summary[0]);
    this.large = interval(summary[1]);
    this.gap = interval(summary[2]);
    this.recovered = interval(summary[3]);
    this.area = interval(summary[4]);
  }

  /** The first is the value measured, the others are replicates. */
  private static Interval interval(double[] values) {
    return Interval.of(values[0], Arrays.copyOfRange(values, 1, values.length));
  }

  /**
   * Measures.
   *
   * @param probabilities of the examples, by models that had not seen them
   * @param units which examples belong together
   */
  static CostQuality of(List<Scored> examples, double[] probabilities, int[] units, long seed) {
    Curve curve = curveOf(examples, probabilities, units);
    List<CurvePoint> bounds = curve.points();
    double[] thresholds = bounds.stream().mapToDouble(CurvePoint::threshold).toArray();
    Sums sums = new Sums(examples, probabilities, bags(units, seed), thresholds);
    Replicates replicates = new Replicates(sums, thresholds.length);
    int bagCount = sums.bags;
    int[] once = new int[bagCount];
    Arrays.fill(once, 1);
    replicates.add(once);
    SplittableRandom random = new SplittableRandom(seed ^ 0x626f6f74);
    for (int r = 0; r < REPLICATES; r++) {
      int[] counts = new int[bagCount];
      for (int b = 0; b < bagCount; b++) counts[random.nextInt(bagCount)]++;
      replicates.add(counts);
    }
    List<Point> points = new ArrayList<>();
    for (int k = 0; k < thresholds.length; k++) {
      Interval quality = interval(replicates.quality[k]);
      Interval gain = interval(replicates.gain[k]);
      points.add(new Point(bounds.get(k), quality, quality.value() - gain.value(), gain));
    }
    return new CostQuality(curve, points, replicates.summary);
  }

  /** The promises alone, without the bootstrap. */
  static Curve curveOf(List<Scored> examples, double[] probabilities, int[] units) {
    Promise promise = new Promise(examples, units);
    List<CurvePoint> points = new ArrayList<>();
    for (double threshold : thresholds(probabilities)) {
      points.add(point(examples, probabilities, threshold, promise));
    }
    return new Curve(points);
  }

  /**
   * From 1 (always large) to 0 (always small): those that send about 0 %, 1 %, … of the examples to
   * the small model. Equal probabilities stay together.
   */
  private static double[] thresholds(double[] probabilities) {
    double[] sorted = probabilities.clone();
    Arrays.sort(sorted);
    List<Double> thresholds = new ArrayList<>(List.of(1.0));
    for (int step = 1; step < STEPS; step++) {
      double threshold = sorted[(int) ((long) sorted.length * (STEPS - step) / STEPS)];
      if (threshold < thresholds.getLast() && threshold > sorted[0]) thresholds.add(threshold);
    }
    thresholds.add(0.0);
    return thresholds.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static CurvePoint point(
      List<Scored> examples, double[] probabilities, double threshold, Promise promise) {
    boolean[] large = new boolean[probabilities.length];
    double calls = 0;
    double largeTokens = 0;
    double tokens = 0;
    double quality = 0;
    for (int i = 0; i < large.length; i++) {
      Scored example = examples.get(i);
      large[i] = probabilities[i] < threshold;
      tokens += example.tokens();
      quality += large[i] ? example.large() : example.small();
      if (large[i]) {
        calls++;
        largeTokens += example.tokens();
      }
    }
    Promise.Bounds bounds = promise.of(large);
    return new CurvePoint(
        threshold,
        calls / large.length,
        bounds.shareHigh(),
        Math.min(1, largeTokens / tokens),
        bounds.tokensHigh(),
        quality / large.length,
        bounds.qualityLow(),
        bounds.relativeLow());
  }

  /** Units, or where they are many, bags of them. */
  private static int[] bags(int[] units, long seed) {
    int count = 0;
    for (int unit : units) count = Math.max(count, unit + 1);
    if (count <= MOST_BAGS) return units;
    int[] order = new int[count];
    for (int u = 0; u < count; u++) order[u] = u;
    LogisticRegression.shuffle(order, new SplittableRandom(seed ^ 0x62616773));
    int[] bagOf = new int[count];
    for (int u = 0; u < count; u++) bagOf[order[u]] = u % MOST_BAGS;
    return Arrays.stream(units).map(unit -> bagOf[unit]).toArray();
  }

  /** Sums per bag: all that a replicate needs. */
  private static final class Sums {
    final int bags;
    final double[] size;
    final double[] small;
    final double[] large;

    /** By bag and threshold. */
    final double[][] routed;

    final double[][] largeCalls;

    Sums(List<Scored> examples, double[] probabilities, int[] bag, double[] thresholds) {
      int most = 0;
      for (int b : bag) most = Math.max(most, b + 1);
      bags = most;
      size = new double[bags];
      small = new double[bags];
      large = new double[bags];
      routed = new double[bags][thresholds.length];
      largeCalls = new double[bags][thresholds.length];
      for (int i = 0; i < bag.length; i++) {
        Scored example = examples.get(i);
        size[bag[i]]++;
        small[bag[i]] += example.small();
        large[bag[i]] += example.large();
        for (int k = 0; k < thresholds.length; k++) {
          boolean toLarge = probabilities[i] < thresholds[k];
          routed[bag[i]][k] += toLarge ? example.large() : example.small();
          if (toLarge) largeCalls[bag[i]][k]++;
        }
      }
    }
  }

  /** What each drawing of bags gives; the first drawing is the data itself. */
  private static final class Replicates {
    private final Sums sums;
    final double[][] quality;
    final double[][] gain;

    /** Small, large, gap, share of the gap recovered, mean gain. */
    final double[][] summary = new double[5][REPLICATES + 1];

    private int next;

    Replicates(Sums sums, int thresholds) {
      this.sums = sums;
      quality = new double[thresholds][REPLICATES + 1];
      gain = new double[thresholds][REPLICATES + 1];
    }

    void add(int[] counts) {
      double size = total(counts, sums.size);
      double small = total(counts, sums.small) / size;
      double large = total(counts, sums.large) / size;
      double area = 0;
      double lastShare = 1;
      double lastGain = 0;
      for (int k = 0; k < quality.length; k++) {
        double routed = 0;
        double calls = 0;
        for (int b = 0; b < counts.length; b++) {
          routed += counts[b] * sums.routed[b][k];
          calls += counts[b] * sums.largeCalls[b][k];
        }
        double share = calls / size;
        quality[k][next] = routed / size;
        gain[k][next] = quality[k][next] - (small + share * (large - small));
        area += (lastShare - share) * (lastGain + gain[k][next]) / 2;
        lastShare = share;
        lastGain = gain[k][next];
      }
      summary[0][next] = small;
      summary[1][next] = large;
      summary[2][next] = large - small;
      // Where both are equally good in a drawing there is nothing to recover.
      double gap = large - small;
      summary[3][next] = Math.abs(gap) < 1e-9 ? 0.5 : 0.5 + area / gap;
      summary[4][next++] = area;
    }

    private static double total(int[] counts, double[] values) {
      double total = 0;
      for (int b = 0; b < counts.length; b++) total += counts[b] * values[b];
      return total;
    }
  }

  /** What a route file keeps. */
  public Curve curve() {
    return curve;
  }

  /** All thresholds, from always large to always small. */
  public List<Point> points() {
    return points;
  }

  /** Mean score of always small. */
  public Interval small() {
    return small;
  }

  /** Mean score of always large. */
  public Interval large() {
    return large;
  }

  /** How much better always large is. */
  public Interval gap() {
    return gap;
  }

  /**
   * Share of the gap that is recovered, averaged over all shares of calls to the large model;
   * random mixing has 0.5.
   */
  public Interval recovered() {
    return recovered;
  }

  /** Gain over random mixing, averaged over all shares of calls to the large model. */
  public Interval meanGain() {
    return area;
  }

  /** The point of a threshold; the nearest above where there is none. */
  public Point at(double threshold) {
    Point found = points.getFirst();
    for (Point point : points) if (point.bounds().threshold() >= threshold) found = point;
    return found;
  }

  /**
   * The least share of calls to the large model at which this share of the gap is recovered, as
   * measured; 1 where only always large does.
   */
  public double shareFor(double ofGap) {
    double needed = small.value() + ofGap * (large.value() - small.value());
    double share = 1;
    for (Point point : points) {
      if (point.quality().value() >= needed) share = Math.min(share, point.bounds().largeShare());
    }
    return share;
  }
}
