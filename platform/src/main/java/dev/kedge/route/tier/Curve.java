package dev.kedge.route.tier;

import java.util.List;
import java.util.function.Predicate;

/**
 * Quality against cost, from always the large model to always the small one.
 *
 * <p>A floor is looked up by fixed-sequence testing (Angelopoulos et al. 2021, "Learn then Test"):
 * the points are tried in their order, each against its own 95 % bound, and the search ends at the
 * first that fails. That keeps the chance that the promise is broken on new data at 5 %, however
 * many points are tried; picking the best of all points that hold would not.
 *
 * @param points thresholds descending, the first 1; at least one
 */
public record Curve(List<CurvePoint> points) {
  private static final int MOST_POINTS = 1001;

  public Curve {
    points = List.copyOf(points);
    if (points.isEmpty() || points.size() > MOST_POINTS) {
      throw new IllegalArgumentException("a curve of " + points.size() + " points");
    }
    if (points.getFirst().threshold() != 1) {
      throw new IllegalArgumentException("the curve does not begin with the large model only");
    }
    for (int i = 1; i < points.size(); i++) {
      if (points.get(i).threshold() >= points.get(i - 1).threshold()) {
        throw new IllegalArgumentException("the curve's thresholds do not fall");
      }
    }
  }

  /** The cheapest point that keeps at least this share of the large model's quality. */
  public CurvePoint atFloor(double share) {
    return lastBefore(point -> point.relativeLow() < share);
  }

  /**
   * The cheapest point that keeps at least this quality; always the large model where even that
   * does not reach it.
   */
  public CurvePoint atAbsoluteFloor(double quality) {
    return lastBefore(point -> point.qualityLow() < quality);
  }

  /** The best point that sends at most this share of calls to the large model. */
  public CurvePoint atShare(double share) {
    return firstThat(point -> point.largeShareHigh() <= share);
  }

  /** The best point that sends at most this share of tokens to the large model. */
  public CurvePoint atTokens(double share) {
    return firstThat(point -> point.largeTokensHigh() <= share);
  }

  private CurvePoint lastBefore(Predicate<CurvePoint> fails) {
    CurvePoint last = points.getFirst();
    for (CurvePoint point : points) {
      if (fails.test(point)) return last;
      last = point;
    }
    return last;
  }

  private CurvePoint firstThat(Predicate<CurvePoint> holds) {
    return points.stream().filter(holds).findFirst().orElse(points.getLast());
  }
}
