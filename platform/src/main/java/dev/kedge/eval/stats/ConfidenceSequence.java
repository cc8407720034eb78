package dev.kedge.eval.stats;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * An interval for a mean that may be looked at after every observation, as in a canary: with a
 * probability of 95 %, or as asked for, it holds the true mean at all times at once. A test that is
 * repeated until it shows something has no such promise.
 *
 * <p>The method is betting (Waudby-Smith and Ramdas 2024, "Estimating means of bounded random
 * variables by betting"): for every possible mean, two gamblers bet that the observations will lie
 * above it, and below it. If it is the true mean, their capital is a martingale and reaches 1/0.05
 * of its beginning with a probability of at most 5 % (Ville 1939); a mean against which it did is
 * excluded for good. Stakes follow the variance seen so far, so that rare differences give narrow
 * intervals. Means are kept on a grid; an end of the interval is the next grid point outside.
 *
 * <p>Observations must lie in [-1, 1], as differences of shares do, and each must come from the
 * same distribution given those before, in expectation. Cost: two products per grid point that is
 * left. For one thread.
 */
public final class ConfidenceSequence {
  private static final int GRID = 2000;
  private static final double LARGEST_STAKE = 0.5;

  /* Capital by grid point, as logarithms: that the mean is larger, and that it is smaller. */
  private final double[] above = new double[GRID + 1];
  private final double[] below = new double[GRID + 1];
  private final double level;
  private final double threshold;
  private final double logTwoOverLevel;
  private int low;
  private int high = GRID;
  private long seen;
  private double sum;
  private double squares;

  /** Nothing seen yet; at 95 %. */
  public ConfidenceSequence() {
    this(Contrast.LEVEL);
  }

  /**
   * Nothing seen yet.
   *
   * @param level probability that the interval ever misses the mean, both sides together; above 0,
   *     below 1
   */
  public ConfidenceSequence(double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("a level lies between 0 and 1, not at " + level);
    }
    this.level = level;
    // The two gamblers begin with one half each.
    this.threshold = Math.log(2 / level);
    this.logTwoOverLevel = threshold;
  }

  /** Writes all that it knows; {@link #read} goes on from there to the last bit. */
  public void write(DataOutput out) throws IOException {
    out.writeDouble(level);
    out.writeInt(low);
    out.writeInt(high);
    out.writeLong(seen);
    out.writeDouble(sum);
    out.writeDouble(squares);
    // Means that are excluded are never looked at again.
    for (int i = low; i <= high; i++) {
      out.writeDouble(above[i]);
      out.writeDouble(below[i]);
    }
  }

  /**
   * A sequence that goes on where another was written.
   *
   * @throws IOException if these bytes were never written so
   */
  public static ConfidenceSequence read(DataInput in) throws IOException {
    double level = in.readDouble();
    if (!(level > 0 && level < 1)) throw new IOException("no level of a confidence sequence");
    ConfidenceSequence read = new ConfidenceSequence(level);
    read.low = in.readInt();
    read.high = in.readInt();
    if (read.low < 0 || read.high < read.low || read.high > GRID) {
      throw new IOException("no bounds of a confidence sequence");
    }
    read.seen = in.readLong();
    read.sum = in.readDouble();
    read.squares = in.readDouble();
    for (int i = read.low; i <= read.high; i++) {
      read.above[i] = in.readDouble();
      read.below[i] = in.readDouble();
    }
    return read;
  }

  /**
   * Takes one observation.
   *
   * @param difference from -1 to 1: the second model's score less the first's on one case
   */
  public void add(double difference) {
    if (!(difference >= -1 && difference <= 1)) {
      throw new IllegalArgumentException("a difference lies in [-1, 1], not " + difference);
    }
    double x = (difference + 1) / 2;
    double stake = stake();
    for (int i = low; i <= high; i++) {
      double mean = (double) i / GRID;
      above[i] += Math.log1p(Math.min(stake, LARGEST_STAKE / mean) * (x - mean));
      below[i] += Math.log1p(-Math.min(stake, LARGEST_STAKE / (1 - mean)) * (x - mean));
    }
    seen++;
    sum += x;
    double mean = (0.5 + sum) / (seen + 1);
    squares += (x - mean) * (x - mean);
    while (low < high && excluded(low)) low++;
    while (high > low && excluded(high)) high--;
  }

  /** Made before the observation is seen; a large one where little varies. */
  private double stake() {
    double variance = (0.25 + squares) / (seen + 1);
    double t = seen + 1.0;
    return Math.sqrt(2 * logTwoOverLevel / (variance * t * Math.log1p(t)));
  }

  private boolean excluded(int i) {
    return above[i] >= threshold || below[i] >= threshold;
  }

  /** How many observations. */
  public long seen() {
    return seen;
  }

  /** The mean of what was seen; 0 of nothing. */
  public double mean() {
    return seen == 0 ? 0 : 2 * sum / seen - 1;
  }

  /** Of the mean difference, valid now and at every other time. */
  public Interval interval() {
    double left = low == 0 ? 0 : (low - 1.0) / GRID;
    double right = high == GRID ? 1 : (high + 1.0) / GRID;
    return new Interval(2 * left - 1, 2 * right - 1);
  }

  /** What may be said now; asking often does no harm. */
  public Verdict verdict(double margin) {
    Interval interval = interval();
    if (interval.low() > 0) return new Verdict.Better();
    if (margin > 0 && interval.low() > -margin) return new Verdict.NotWorse(margin);
    if (interval.high() < 0) return new Verdict.Worse();
    return new Verdict.Undecided(OptionalLong.empty());
  }
}
