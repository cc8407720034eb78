package dev.kedge.label;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The table of how people stand with items. */
final class WorkStore {
  /** How a person stands with an item. */
  enum State {
    LEASED,
    ANSWERED,
    SKIPPED,
    SEEN
  }

  /** A person and an item. */
  record Work(
      String item,
      String person,
      State state,
      Instant began,
      Instant until,
      Optional<JsonNode> value,
      Optional<JsonNode> blind,
      Optional<String> reason,
      boolean revealed) {
    /** Nothing said yet. */
    static Work fresh(String item, String person, State state, Instant began, Instant until) {
      return new Work(
          item,
          person,
          state,
          began,
          until,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false);
    }

    /**
     * Whether this person can know what others said: it was revealed, or the own answer stood when
     * the item got its status, which tells whether the others agree.
     */
    boolean knows(ItemStatus status) {
      return revealed || (finished() && status != ItemStatus.OPEN);
    }

    /** Whether this person has said all that is expected. */
    boolean finished() {
      return state == State.ANSWERED || state == State.SKIPPED;
    }
  }

  Optional<Work> find(Handle handle, String project, String item, String person) {
    return handle
        .createQuery(
            "SELECT * FROM label_work WHERE project = :project AND item = :item AND person ="
                + " :person")
        .bind("project", project)
        .bind("item", item)
        .bind("person", person)
        .map((row, _) -> work(row))
        .findOne();
  }

  /** Everybody's work on an item, in the order of names. */
  List<Work> of(Handle handle, String project, String item) {
    return handle
        .createQuery(
            "SELECT * FROM label_work WHERE project = :project AND item = :item ORDER BY person")
        .bind("project", project)
        .bind("item", item)
        .map((row, _) -> work(row))
        .list();
  }

  /** All work that was finished, by items in their order and names. */
  List<Work> finished(Handle handle, String project) {
    return handle
        .createQuery(
            "SELECT w.* FROM label_work w JOIN label_item i ON i.project = w.project AND i.id ="
                + " w.item WHERE w.project = :project AND w.state IN ('ANSWERED', 'SKIPPED')"
                + " ORDER BY i.seq, w.person")
        .bind("project", project)
        .map((row, _) -> work(row))
        .list();
  }

  /** The open item that this person has on a lease that still runs. */
  Optional<String> leased(Handle handle, String project, String person, Instant now) {
    return handle
        .createQuery(
            "SELECT w.item FROM label_work w JOIN label_item i ON i.project = w.project AND i.id ="
                + " w.item WHERE w.project = :project AND w.person = :person AND w.state ="
                + " 'LEASED' AND w.until_ms > :now AND i.status = 'OPEN' ORDER BY i.seq LIMIT 1")
        .bind("project", project)
        .bind("person", person)
        .bind("now", now.toEpochMilli())
        .mapTo(String.class)
        .findOne();
  }

  /** The first open item with a place for this person, who has not seen others' labels of it. */
  Optional<String> free(Handle handle, LabelProject project, String person, Instant now) {
    return handle
        .createQuery(
            """
            SELECT i.id FROM label_item i
            WHERE i.project = :project AND i.status = 'OPEN'
              AND NOT EXISTS (
                SELECT 1 FROM label_work o
                WHERE o.project = i.project AND o.item = i.id AND o.person = :person
                  AND o.state <> 'LEASED')
              AND :places > (
                SELECT COUNT(*) FROM label_work w
                WHERE w.project = i.project AND w.item = i.id AND w.person <> :person
                  AND (w.state IN ('ANSWERED', 'SKIPPED')
                    OR (w.state = 'LEASED' AND w.until_ms > :now)))
            ORDER BY i.seq LIMIT 1
            """)
        .bind("project", project.name())
        .bind("person", person)
        .bind("places", project.perItem())
        .bind("now", now.toEpochMilli())
        .mapTo(String.class)
        .findOne();
  }

  /**
   * When the first lease ends that keeps this person from an item; empty if none does, which means
   * that nothing is left.
   */
  Optional<Instant> firstEnd(Handle handle, String project, String person, Instant now) {
    return handle
        .createQuery(
            """
            SELECT w.until_ms FROM label_work w
            JOIN label_item i ON i.project = w.project AND i.id = w.item
            WHERE w.project = :project AND w.state = 'LEASED' AND w.until_ms > :now
              AND w.person <> :person AND i.status = 'OPEN'
              AND NOT EXISTS (
                SELECT 1 FROM label_work o
                WHERE o.project = w.project AND o.item = w.item AND o.person = :person
                  AND o.state <> 'LEASED')
            ORDER BY w.until_ms LIMIT 1
            """)
        .bind("project", project)
        .bind("person", person)
        .bind("now", now.toEpochMilli())
        .map((row, _) -> Instant.ofEpochMilli(row.getLong(1)))
        .findOne();
  }

  /** Adds or replaces how a person stands with an item. */
  void put(Handle handle, String project, Work work) {
    handle
        .createUpdate(
            """
            INSERT INTO label_work (project, item, person, state, began_ms, until_ms, value,
              blind_value, reason, revealed)
            VALUES (:project, :item, :person, :state, :began, :until, :value, :blind, :reason,
              :revealed)
            ON CONFLICT (project, item, person) DO UPDATE SET state = excluded.state,
              began_ms = excluded.began_ms, until_ms = excluded.until_ms, value = excluded.value,
              blind_value = excluded.blind_value, reason = excluded.reason,
              revealed = excluded.revealed
            """)
        .bind("project", project)
        .bind("item", work.item())
        .bind("person", work.person())
        .bind("state", work.state().name())
        .bind("began", work.began().toEpochMilli())
        .bind("until", work.until().toEpochMilli())
        .bind("value", work.value().map(JsonNode::toString).orElse(null))
        .bind("blind", work.blind().map(JsonNode::toString).orElse(null))
        .bind("reason", work.reason().orElse(null))
        .bind("revealed", work.revealed() ? 1 : 0)
        .execute();
  }

  private static Work work(ResultSet row) throws SQLException {
    @Nullable String reason = row.getString("reason");
    return new Work(
        row.getString("item"),
        row.getString("person"),
        State.valueOf(row.getString("state")),
        Instant.ofEpochMilli(row.getLong("began_ms")),
        Instant.ofEpochMilli(row.getLong("until_ms")),
        ProjectStore.json(row.getString("value")),
        ProjectStore.json(row.getString("blind_value")),
        Optional.ofNullable(reason),
        row.getLong("revealed") != 0);
  }
}
