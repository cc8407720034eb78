package dev.kedge.label.agreement;

import dev.kedge.label.BlindLabels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Nominal labels.
 *
 * @param people in the order of the columns
 * @param labels the different labels; a number in {@code units} is a place in this list
 * @param units by row a unit, by column a person; -1 where that person gave none
 */
public record Ratings(List<String> people, List<String> labels, List<int[]> units) {
  static final int MISSING = -1;

  public Ratings {
    people = List.copyOf(people);
    labels = List.copyOf(labels);
    units = List.copyOf(units);
  }

  /** The labels of a project. */
  public static Ratings of(BlindLabels blind) {
    TreeSet<String> people = new TreeSet<>();
    Map<String, Integer> labels = new LinkedHashMap<>();
    for (BlindLabels.Unit unit : blind.units()) people.addAll(unit.labels().keySet());
    List<String> columns = List.copyOf(people);
    List<int[]> units = new ArrayList<>();
    for (BlindLabels.Unit unit : blind.units()) {
      int[] row = new int[columns.size()];
      Arrays.fill(row, MISSING);
      unit.labels()
          .forEach((person, label) ->
              row[columns.indexOf(person)] = labels.computeIfAbsent(label, _ -> labels.size()));
      units.add(row);
    }
    return new Ratings(columns, List.copyOf(labels.keySet()), units);
  }

  /** The units that both of two people labelled, two columns. */
  Ratings pair(int first, int second) {
    List<int[]> both =
        units.stream()
            .filter(unit -> unit[first] != MISSING && unit[second] != MISSING)
            .map(unit -> new int[] {unit[first], unit[second]})
            .toList();
    return new Ratings(List.of(people.get(first), people.get(second)), labels, both);
  }

  /** The same people and labels with other units. */
  Ratings with(List<int[]> others) {
    return new Ratings(people, labels, others);
  }
}
