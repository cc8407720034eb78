package dev.kedge.eval.holdout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A stratified systematic sample.
 *
 * <p>Strata are the combinations of tags and cluster, or the tags or clusters alone where those are
 * more than half of the places. A stratum of N examples gets places in proportion to the square
 * root of N, at least one and at most N: rare kinds are in, common ones still weigh more. Within a
 * stratum examples stand by length and time, and places are spread evenly over that row from a
 * random start (Madow 1949), so that long and old ones are in, too. Each drawn example stands for N
 * over places examples: its weight.
 */
final class Sampling {
  private final Kinds kinds;
  private final int size;
  private final Map<Long, double[]> strata = new TreeMap<>();
  private final boolean byTag;
  private final boolean byCluster;

  /** An example and what it stands for. */
  record Pick(int number, double weight) {}

  private int[] order = new int[0];
  private boolean[] used = new boolean[0];

  Sampling(Kinds kinds, int size) {
    this.kinds = kinds;
    this.size = size;
    int both = strata(true, true);
    int tags = strata(true, false);
    int clusters = strata(false, true);
    int most = Math.max(1, size / 2);
    byTag = both <= most || (tags <= most && tags > 1);
    byCluster = both <= most || (!byTag && clusters <= most);
    for (int i = 0; i < kinds.size(); i++) {
      strata.computeIfAbsent(stratum(i, byTag, byCluster), _ -> new double[2])[0]++;
    }
    allocate();
  }

  /** How many strata there are. */
  int strata() {
    return strata.size();
  }

  /** What strata are made of. */
  String basis() {
    if (byTag && byCluster) return "tags and cluster";
    return byTag ? "tags" : byCluster ? "cluster" : "none";
  }

  private int strata(boolean tag, boolean cluster) {
    Map<Long, Boolean> seen = new HashMap<>();
    for (int i = 0; i < kinds.size(); i++) seen.put(stratum(i, tag, cluster), true);
    return seen.size();
  }

  private long stratum(int number, boolean tag, boolean cluster) {
    return (tag ? (long) kinds.tag(number) << 32 : 0) | (cluster ? kinds.cluster(number) : 0);
  }

  /** Fills in the places of each stratum; a share of a place is possible. */
  private void allocate() {
    double places = Math.min(size, kinds.size());
    boolean floors = strata.size() <= places;
    // The fixed ones are those at their bound; the rest shares what is left by square roots.
    Map<Long, Double> fixed = new HashMap<>();
    while (true) {
      double left = places - fixed.values().stream().mapToDouble(d -> d).sum();
      double roots =
          strata.entrySet().stream()
              .filter(entry -> !fixed.containsKey(entry.getKey()))
              .mapToDouble(entry -> Math.sqrt(entry.getValue()[0]))
              .sum();
      int before = fixed.size();
      for (Map.Entry<Long, double[]> entry : strata.entrySet()) {
        if (fixed.containsKey(entry.getKey())) continue;
        double n = entry.getValue()[0];
        double share = left * Math.sqrt(n) / roots;
        entry.getValue()[1] = share;
        if (share > n) fixed.put(entry.getKey(), n);
        else if (floors && share < 1) fixed.put(entry.getKey(), 1.0);
      }
      if (fixed.size() == before) break;
    }
    fixed.forEach((key, value) -> {
      double[] stratum = strata.get(key);
      if (stratum != null) stratum[1] = value;
    });
  }

  /** Draws. */
  List<Pick> draw(long seed) {
    sort(seed);
    double mark = new SplittableRandom(seed).nextDouble();
    List<Pick> picks = new ArrayList<>();
    double passed = 0;
    int wanted = Math.min(size, kinds.size());
    for (int i = 0; i < order.length && picks.size() < wanted; i++) {
      passed += share(order[i]);
      if (passed > mark || wanted - picks.size() == order.length - i) {
        picks.add(pick(i));
        mark++;
      }
    }
    return picks;
  }

  private Pick pick(int place) {
    used[place] = true;
    return new Pick(order[place], 1 / share(order[place]));
  }

  private double share(int number) {
    double[] stratum = strata.getOrDefault(stratum(number, byTag, byCluster), new double[] {1, 1});
    return stratum[1] / stratum[0];
  }

  /** The nearest example in the row that was not drawn yet, of the same stratum first. */
  Optional<Pick> instead(Pick lost) {
    int at = 0;
    while (order[at] != lost.number()) at++;
    for (int distance = 1; distance < order.length; distance++) {
      int after = at + distance;
      if (after < order.length && !used[after]) return Optional.of(pick(after));
      int before = at - distance;
      if (before >= 0 && !used[before]) return Optional.of(pick(before));
    }
    return Optional.empty();
  }

  private void sort(long seed) {
    int[] cuts = kinds.lengthCuts();
    Integer[] numbers = new Integer[kinds.size()];
    Arrays.setAll(numbers, i -> i);
    Arrays.sort(
        numbers,
        Comparator.comparingLong((Integer i) -> stratum(i, byTag, byCluster))
            .thenComparingInt(i -> bin(cuts, kinds.length(i)))
            .thenComparingLong(kinds::time)
            .thenComparingLong(i -> Normal.mix(seed ^ i)));
    order = Arrays.stream(numbers).mapToInt(i -> i).toArray();
    used = new boolean[order.length];
  }

  static int bin(int[] cuts, int value) {
    int bin = 0;
    while (bin < cuts.length && value > cuts[bin]) bin++;
    return bin;
  }

  static int bin(long[] cuts, long value) {
    int bin = 0;
    while (bin < cuts.length && value > cuts[bin]) bin++;
    return bin;
  }
}
