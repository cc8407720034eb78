package dev.kedge.label;

import dev.kedge.eval.score.JsonText;
import dev.kedge.label.WorkStore.State;
import dev.kedge.label.WorkStore.Work;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** What follows from the rows of a project. */
final class LabelRecords {
  static final int PAGE = 2_000;
  private static final int MOST_FIELDS = 60;

  private LabelRecords() {}

  /** An item for somebody who labels, with the own work on it. */
  static ItemView view(ProjectStore.Row row, Optional<Work> own) {
    return new ItemView(
        row.id(),
        row.position(),
        row.input(),
        row.tags(),
        row.status(),
        own.flatMap(Work::value),
        own.flatMap(Work::reason),
        own.map(Work::revealed).orElse(false));
  }

  /** An item with everybody's work. */
  static Answers answers(ProjectStore.Row row, List<Work> works, List<LabelEvent> comments) {
    List<Answers.Label> labels =
        works.stream()
            .filter(Work::finished)
            .map(
                work -> new Answers.Label(work.person(), work.value(), work.blind(), work.reason()))
            .toList();
    return new Answers(
        row.id(),
        row.position(),
        row.input(),
        row.tags(),
        row.status(),
        labels,
        row.suggestion(),
        row.decision(),
        comments);
  }

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
    return blind(form::key, works);
  }

  private static BlindLabels blind(Function<JsonNode, String> key, List<Work> works) {
    Map<String, Map<String, String>> units = new LinkedHashMap<>();
    for (Work work : works) {
      work.blind()
          .ifPresent(label ->
              units
                  .computeIfAbsent(work.item(), _ -> new TreeMap<>())
                  .put(work.person(), key.apply(label)));
    }
    return units(units);
  }

  private static BlindLabels units(Map<String, Map<String, String>> units) {
    return new BlindLabels(
        units.entrySet().stream()
            .map(unit -> new BlindLabels.Unit(unit.getKey(), unit.getValue()))
            .toList());
  }

  static Map<String, BlindLabels> blindByField(List<Work> works) {
    Map<Work, Map<String, ArrayNode>> leaves = new LinkedHashMap<>();
    TreeSet<String> fields = new TreeSet<>();
    for (Work work : works) {
      if (work.blind().isEmpty()) continue;
      Map<String, ArrayNode> found = new LinkedHashMap<>();
      leaves("", work.blind().get(), found);
      leaves.put(work, found);
      fields.addAll(found.keySet());
    }
    Map<String, BlindLabels> byField = new LinkedHashMap<>();
    for (String field : fields.stream().limit(MOST_FIELDS).toList()) {
      Map<String, Map<String, String>> units = new LinkedHashMap<>();
      leaves.forEach((work, found) ->
          units
              .computeIfAbsent(work.item(), _ -> new TreeMap<>())
              .put(work.person(), values(found.get(field))));
      byField.put(field, units(units));
    }
    return byField;
  }

  /** The values at each path; entries of lists share the path of their list. */
  private static void leaves(String path, JsonNode node, Map<String, ArrayNode> found) {
    if (node.isObject()) {
      node.properties()
          .forEach(entry ->
              leaves(
                  path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(),
                  entry.getValue(),
                  found));
    } else if (node.isArray()) {
      node.values().forEach(entry -> leaves(path, entry, found));
    } else if (!path.isEmpty()) {
      found.computeIfAbsent(path, _ -> JsonText.STRICT.createArrayNode()).add(node);
    }
  }

  private static String values(@Nullable ArrayNode values) {
    return values == null ? "" : JsonText.canonical(values);
  }
}
