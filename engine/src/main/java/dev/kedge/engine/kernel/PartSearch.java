package dev.kedge.engine.kernel;

/**
 * The search for what a K type stores: scales, minima and levels of {@link Parts}; and what types
 * with blocks of 32 need, whose parts are their blocks. What counts in a search is the sum of
 * squared errors. Floats, one operation at a time, in one order per part; {@link ScalarPartSearch}
 * is the specification and every other implementation gives the same bits.
 *
 * <p>Stateless, for any thread.
 */
public interface PartSearch {
  /** Adding and subtracting it rounds a number below 2²² to an integer, ties to even. */
  float ROUND = 0x1.8p23f;

  /** Steps that are tried for each part. */
  int STEPS = 6;

  /** How many steps the range of a part may have, at the first trial and by how much more then. */
  float FIRST_STEP = -0.8f;

  float NEXT_STEP = 0.25f;

  /** What the extreme of a signed part becomes at the first trial. */
  float FIRST_EXTREME = -32.4f;

  /** Highest multiple that stands for a scale or a minimum. */
  int MOST = 63;

  /**
   * Finds {@link Parts#scale} and {@link Parts#minimum} of s·q − m with q from 0 to {@code top}, m
   * not negative: for several widths of a step the q follow by rounding, s and m by least squares.
   */
  void fitWithMinimum(Parts parts, int top);

  /**
   * Finds {@link Parts#scale} of s·q with q from −32 to 31. The part's largest value gets about
   * −32, since that side reaches further.
   */
  void fitSigned(Parts parts);

  /**
   * Replaces {@link Parts#scales} and {@link Parts#minima} by those among themselves and their
   * neighbours that leave the least error with the units given.
   */
  void refine(Parts parts, int top);

  /**
   * Fills {@link Parts#levels} for the multiples and units given, from {@code low} to {@code top}.
   */
  void levels(Parts parts, int low, int top);

  /**
   * Fills {@link Parts#scale} with each part's element of largest magnitude, with its sign; the
   * first of several.
   */
  void extremes(Parts parts);

  /**
   * Fills {@link Parts#levels} with x · {@link Parts#inverse} + {@code plus}, {@code top} at most.
   */
  void scaled(Parts parts, float plus, float top);

  /**
   * Fills {@link Parts#levels} with x · {@link Parts#inverse}, rounded to integers, halves away
   * from zero. The products are below 2²² in magnitude.
   */
  void roundedAway(Parts parts);

  /** Whether all of {@code count} values are finite. */
  boolean finite(float[] values, int from, int count);

  /** C's {@code roundf} for values that fit an int: halves go away from zero. */
  static int roundHalfAway(float value) {
    int whole = (int) value;
    float rest = value - whole; // exact, and so is its double, which is cut to -1, 0 or 1
    return whole + (int) (rest + rest);
  }

  /** The fastest that this machine and start command allow. */
  PartSearch BEST =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()
          ? scalar()
          : VectorPartSearch.create();

  /** The specification. */
  static PartSearch scalar() {
    return new ScalarPartSearch();
  }
}
