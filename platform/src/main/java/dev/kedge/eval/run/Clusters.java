package dev.kedge.eval.run;

import java.util.HashMap;
import java.util.Map;

/** Numbers the clusters of cases as they come; a case without one is a cluster of its own. */
final class Clusters {
  private final Map<String, Integer> named = new HashMap<>();
  private int count;
  private long cases;

  /** The number of a case's cluster. To be called once per case. */
  int of(RunCase one) {
    cases++;
    if (one.cluster().isEmpty()) return count++;
    return named.computeIfAbsent(one.cluster(), _ -> count++);
  }

  /** How many clusters. */
  int count() {
    return count;
  }

  /** Whether some cases share one. */
  boolean shared() {
    return count < cases;
  }
}
