package dev.kedge.label;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far a project is.
 *
 * @param items by status; every status is in it
 * @param people in the order of names
 */
public record Progress(Map<ItemStatus, Integer> items, List<Person> people) {
  public Progress {
    EnumMap<ItemStatus, Integer> all = new EnumMap<>(ItemStatus.class);
    for (ItemStatus status : ItemStatus.values()) all.put(status, items.getOrDefault(status, 0));
    items = Map.copyOf(all);
    people = List.copyOf(people);
  }

  /**
   * What one person did.
   *
   * @param answered items with an answer of this person
   * @param skipped items that this person skipped
   * @param decided decisions, repeated ones included
   * @param median time from getting an item to its first answer, where there are any
   */
  public record Person(
      String name, int answered, int skipped, int decided, Optional<Duration> median) {}

  /** All items. */
  public int total() {
    return items.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Items that have their final label, or were left out. */
  public int finished() {
    return count(ItemStatus.AGREED) + count(ItemStatus.DECIDED) + count(ItemStatus.DROPPED);
  }

  /** Items that somebody has to decide. */
  public int toDecide() {
    return count(ItemStatus.DISPUTED) + count(ItemStatus.SKIPPED);
  }

  /** Items of one status. */
  public int count(ItemStatus status) {
    return items.getOrDefault(status, 0);
  }
}
