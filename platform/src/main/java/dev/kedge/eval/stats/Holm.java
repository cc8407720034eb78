package dev.kedge.eval.stats;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Holm's step-down adjustment (Holm 1979): with several metrics, the chance that any of them shows
 * a difference that is not there stays at the level of one test, whatever their dependence.
 */
public final class Holm {
  private Holm() {}

  /** Adjusted p-values in the given order; each may be compared with the level as it stands. */
  public static List<Double> adjusted(List<Double> pValues) {
    int[] order =
        IntStream.range(0, pValues.size())
            .boxed()
            .sorted(Comparator.comparing(pValues::get))
            .mapToInt(Integer::intValue)
            .toArray();
    Double[] adjusted = new Double[order.length];
    double largest = 0;
    for (int rank = 0; rank < order.length; rank++) {
      largest = Math.max(largest, Math.min(1, (order.length - rank) * pValues.get(order[rank])));
      adjusted[order[rank]] = largest;
    }
    return List.of(adjusted);
  }
}
