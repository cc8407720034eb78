package dev.kedge.label;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The table of what people did. It has no update and no delete. */
final class HistoryStore {
  void add(Handle handle, String project, LabelEvent event) {
    handle
        .createUpdate(
            "INSERT INTO label_event (project, item, person, kind, value, reason, at_ms, took_ms)"
                + " VALUES (:project, :item, :person, :kind, :value, :reason, :at, :took)")
        .bind("project", project)
        .bind("item", event.item())
        .bind("person", event.person())
        .bind("kind", event.kind().name())
        .bind("value", event.value().map(JsonNode::toString).orElse(null))
        .bind("reason", event.reason().orElse(null))
        .bind("at", event.at().toEpochMilli())
        .bind("took", event.took().map(Duration::toMillis).orElse(null))
        .execute();
  }

  /** Events of one item or of all, after an id, oldest first. */
  List<LabelEvent> events(
      Handle handle, String project, Optional<String> item, long after, int limit) {
    String only = item.isPresent() ? " AND item = :item" : "";
    var query =
        handle
            .createQuery(
                "SELECT * FROM label_event WHERE project = :project"
                    + only
                    + " AND id > :after ORDER BY id LIMIT :limit")
            .bind("project", project)
            .bind("after", after)
            .bind("limit", limit);
    item.ifPresent(one -> query.bind("item", one));
    return query.map((row, _) -> event(row)).list();
  }

  /** Remarks on an item, oldest first. */
  List<LabelEvent> comments(Handle handle, String project, String item) {
    return handle
        .createQuery(
            "SELECT * FROM label_event WHERE project = :project AND item = :item AND kind ="
                + " 'COMMENTED' ORDER BY id LIMIT 1000")
        .bind("project", project)
        .bind("item", item)
        .map((row, _) -> event(row))
        .list();
  }

  /** What each person did, in the order of names. */
  List<Progress.Person> people(Handle handle, String project) {
    Map<String, List<Duration>> times = new TreeMap<>();
    handle
        .createQuery(
            "SELECT person, took_ms FROM label_event WHERE project = :project AND took_ms IS NOT"
                + " NULL ORDER BY took_ms")
        .bind("project", project)
        .map((row, _) -> Map.entry(row.getString(1), Duration.ofMillis(row.getLong(2))))
        .forEach(
            one -> times.computeIfAbsent(one.getKey(), _ -> new ArrayList<>()).add(one.getValue()));
    return handle
        .createQuery(
            """
            SELECT person, SUM(answered) AS answered, SUM(skipped) AS skipped,
              SUM(decided) AS decided
            FROM (
              SELECT person, CASE state WHEN 'ANSWERED' THEN 1 ELSE 0 END AS answered,
                CASE state WHEN 'SKIPPED' THEN 1 ELSE 0 END AS skipped, 0 AS decided
              FROM label_work WHERE project = :project
              UNION ALL
              SELECT person, 0, 0, 1 FROM label_event
              WHERE project = :project AND kind IN ('DECIDED', 'DROPPED')) AS done
            GROUP BY person ORDER BY person
            """)
        .bind("project", project)
        .map((row, _) ->
            new Progress.Person(
                row.getString("person"),
                row.getInt("answered"),
                row.getInt("skipped"),
                row.getInt("decided"),
                middle(times.getOrDefault(row.getString("person"), List.of()))))
        .list();
  }

  private static Optional<Duration> middle(List<Duration> ascending) {
    return ascending.isEmpty()
        ? Optional.empty()
        : Optional.of(ascending.get(ascending.size() / 2));
  }

  private static LabelEvent event(ResultSet row) throws SQLException {
    @Nullable String reason = row.getString("reason");
    long took = row.getLong("took_ms");
    Optional<Duration> duration =
        row.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis(took));
    return new LabelEvent(
        row.getLong("id"),
        row.getString("item"),
        row.getString("person"),
        LabelEvent.Kind.valueOf(row.getString("kind")),
        ProjectStore.json(row.getString("value")),
        Optional.ofNullable(reason),
        Instant.ofEpochMilli(row.getLong("at_ms")),
        duration);
  }
}
