package dev.kedge.eval.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one list of examples has and another lacks, by id.
 *
 * @param added ids only in the second
 * @param removed ids only in the first
 * @param changed ids in both with something different
 * @param unchanged how many are the same
 */
public record DatasetDiff(
    List<String> added, List<String> removed, List<Change> changed, int unchanged) {
  /**
   * An example that changed.
   *
   * @param fields which: input, expected, suggestion, tags, group, source, time, weight
   */
  public record Change(String id, List<String> fields) {}

  /** Compares two lists. */
  public static DatasetDiff of(List<Entry> first, List<Entry> second) {
    Map<String, Entry> before = new HashMap<>();
    for (Entry entry : first) before.put(entry.id(), entry);
    List<String> added = new ArrayList<>();
    List<Change> changed = new ArrayList<>();
    int unchanged = 0;
    for (Entry entry : second) {
      Entry old = before.remove(entry.id());
      if (old == null) {
        added.add(entry.id());
      } else if (old.equals(entry)) {
        unchanged++;
      } else {
        changed.add(new Change(entry.id(), fields(old, entry)));
      }
    }
    List<String> removed = first.stream().map(Entry::id).filter(before::containsKey).toList();
    return new DatasetDiff(added, removed, changed, unchanged);
  }

  private static List<String> fields(Entry a, Entry b) {
    List<String> fields = new ArrayList<>();
    if (!a.input().equals(b.input())) fields.add("input");
    if (!a.expected().equals(b.expected())) fields.add("expected");
    if (!a.suggestion().equals(b.suggestion())) fields.add("suggestion");
    if (!a.tags().equals(b.tags())) fields.add("tags");
    if (!a.group().equals(b.group())) fields.add("group");
    if (!a.source().equals(b.source())) fields.add("source");
    if (!a.time().equals(b.time())) fields.add("time");
    if (a.weight() != b.weight()) fields.add("weight");
    return fields;
  }
}
