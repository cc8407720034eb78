package dev.kedge.drift;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is compared.
 *
 * @param before the old version, for people
 * @param after the new one
 * @param repeats what is known of old against old
 * @param cases with all answers; every case has as many as the others
 * @param notes what a reader must know, such as cases that only one side has
 */
public record DriftInput(
    String before, String after, Repeats repeats, List<DriftCase> cases, List<String> notes) {
  /** So many cases at most. */
  public static final int MOST_CASES = 200_000;

  public DriftInput {
    cases = List.copyOf(cases);
    notes = List.copyOf(notes);
    if (cases.isEmpty()) throw new IllegalArgumentException("there is no case to compare");
    if (cases.size() > MOST_CASES) {
      throw new IllegalArgumentException("at most " + MOST_CASES + " cases are compared");
    }
  }

  /** Answers per case that both sides have: as many of each are compared. */
  int attempts() {
    return cases.stream()
        .mapToInt(one -> Math.min(one.before().size(), one.after().size()))
        .min()
        .orElse(1);
  }

  /** Whether the old version's second answers are there. */
  boolean measured() {
    return repeats == Repeats.MEASURED && cases.stream().allMatch(one -> one.before().size() > 1);
  }

  /** The independent units: places of cases that share a cluster, in the order of the cases. */
  List<int[]> units() {
    Map<String, List<Integer>> named = new HashMap<>();
    List<List<Integer>> units = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      String cluster = cases.get(i).cluster();
      List<Integer> unit = cluster.isEmpty() ? null : named.get(cluster);
      if (unit == null) {
        unit = new ArrayList<>();
        units.add(unit);
        if (!cluster.isEmpty()) named.put(cluster, unit);
      }
      unit.add(i);
    }
    return units.stream().map(unit -> unit.stream().mapToInt(Integer::intValue).toArray()).toList();
  }
}
