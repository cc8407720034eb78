package dev.kedge.label;

import dev.kedge.label.LabelEvent.Kind;
import dev.kedge.label.WorkStore.State;
import dev.kedge.label.WorkStore.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongFunction;

/** What follows from the rows of a project. */
final class LabelRecords {
  static final int PAGE = 2_000;

  private LabelRecords() {}

  /** How an item stands on which nothing was decided. */
  static ItemStatus status(LabelProject project, List<Work> finished) {
    List<String> keys =
        finished.stream().flatMap(work -> work.value().stream()).map(project.form()::key).toList();
    if (finished.size() < project.perItem()) return ItemStatus.OPEN;
    if (keys.isEmpty()) return ItemStatus.SKIPPED;
    boolean same = keys.stream().distinct().count() == 1 && keys.size() >= project.perItem();
    return same ? ItemStatus.AGREED : ItemStatus.DISPUTED;
  }

  /** All pages of a list, each asked for by the last id before it. */
  static List<LabelEvent> paged(LongFunction<List<LabelEvent>> page) {
    List<LabelEvent> all = new ArrayList<>();
    List<LabelEvent> some = page.apply(0);
    while (!some.isEmpty()) {
      all.addAll(some);
      some = some.size() < PAGE ? List.of() : page.apply(some.getLast().id());
    }
    return all;
  }

  static List<Finished> finished(
      LabelProject project, List<ProjectStore.Row> items, List<Work> works) {
    Map<String, List<Work>> byItem = new HashMap<>();
    for (Work work : works) byItem.computeIfAbsent(work.item(), _ -> new ArrayList<>()).add(work);
    List<Finished> finished = new ArrayList<>();
    for (ProjectStore.Row row : items) {
      List<Work> answered =
          byItem.getOrDefault(row.id(), List.of()).stream()
              .filter(work -> work.state() == State.ANSWERED)
              .toList();
      if (row.status() == ItemStatus.DECIDED) {
        row.decision()
            .ifPresent(decided ->
                decided
                    .value()
                    .ifPresent(label ->
                        finished.add(
                            new Finished(row.id(), label, List.of(decided.person()), true))));
      } else if (row.status() == ItemStatus.AGREED) {
        answered.stream()
            .flatMap(work -> work.value().stream())
            .findFirst()
            .ifPresent(label ->
                finished.add(
                    new Finished(
                        row.id(), label, answered.stream().map(Work::person).toList(), false)));
      }
    }
    return finished;
  }

  static BlindLabels blind(Form form, List<Work> works) {
    Map<String, Map<String, String>> units = new LinkedHashMap<>();
    for (Work work : works) {
      work.blind()
          .ifPresent(label ->
              units
                  .computeIfAbsent(work.item(), _ -> new TreeMap<>())
                  .put(work.person(), form.key(label)));
    }
    return new BlindLabels(
        units.entrySet().stream()
            .map(unit -> new BlindLabels.Unit(unit.getKey(), unit.getValue()))
            .toList());
  }

  static Progress progress(Map<ItemStatus, Integer> counts, List<LabelEvent> events) {
    TreeMap<String, Tally> people = new TreeMap<>();
    for (LabelEvent event : events) {
      people.computeIfAbsent(event.person(), _ -> new Tally()).add(event);
    }
    List<Progress.Person> list = new ArrayList<>();
    people.forEach((name, tally) -> list.add(tally.person(name)));
    return new Progress(counts, list);
  }

  /** What one person did, counted. */
  private static final class Tally {
    private final Set<String> answered = new HashSet<>();
    private final Set<String> skipped = new HashSet<>();
    private final List<Duration> times = new ArrayList<>();
    private int decided;

    void add(LabelEvent event) {
      if (event.kind() == Kind.ANSWERED || event.kind() == Kind.REVISED) {
        answered.add(event.item());
        skipped.remove(event.item());
        event.took().ifPresent(times::add);
      } else if (event.kind() == Kind.SKIPPED) {
        skipped.add(event.item());
        answered.remove(event.item());
      } else if (event.kind() == Kind.DECIDED || event.kind() == Kind.DROPPED) {
        decided++;
      }
    }

    Progress.Person person(String name) {
      List<Duration> sorted = times.stream().sorted().toList();
      Optional<Duration> median =
          sorted.isEmpty() ? Optional.empty() : Optional.of(sorted.get(sorted.size() / 2));
      return new Progress.Person(name, answered.size(), skipped.size(), decided, median);
    }
  }
}
