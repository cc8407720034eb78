package dev.kedge.label;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
