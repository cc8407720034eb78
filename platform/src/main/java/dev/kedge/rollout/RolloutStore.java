package dev.kedge.rollout;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.store.Store;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where rollouts stand, and their decisions. A change counts only where the row is still of the
 * version that it was made from. Any thread may call.
 */
final class RolloutStore {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String COLUMNS =
      "SELECT id, spec, phase, stage, held, version, tests, began_ms, changed_ms FROM rollout ";

  private final Store store;

  RolloutStore(Store store) {
    this.store = store;
  }

  /**
   * A rollout's row.
   *
   * @param tests bytes of the present stage's trial; empty at its beginning
   */
  record Row(
      String id,
      RolloutSpec spec,
      Progress progress,
      long version,
      byte[] tests,
      long beganMs,
      long changedMs) {
    Trial trial() {
      return Trial.read(spec, progress, tests);
    }
  }

  /** The version and progress alone, which are asked for all the time. */
  record Head(long version, Progress progress) {}

  Optional<Head> head(String id) {
    return store.read(handle ->
        handle
            .createQuery("SELECT version, phase, stage, held FROM rollout WHERE id = :id")
            .bind("id", id)
            .map((row, _) -> new Head(row.getLong("version"), progress(row)))
            .findOne());
  }

  Optional<Row> find(String id) {
    return store.read(handle ->
        handle
            .createQuery(COLUMNS + "WHERE id = :id")
            .bind("id", id)
            .map((row, _) -> row(row))
            .findOne());
  }

  /** The latest of a model. */
  Optional<Row> latestOf(String model) {
    return store.read(handle ->
        handle
            .createQuery(COLUMNS + "WHERE model = :model ORDER BY began_ms DESC, id LIMIT 1")
            .bind("model", model)
            .map((row, _) -> row(row))
            .findOne());
  }

  /** The latest ones, newest first. */
  List<Row> latest(int most) {
    return store.read(handle ->
        handle
            .createQuery(COLUMNS + "ORDER BY began_ms DESC, id LIMIT :most")
            .bind("most", most)
            .map((row, _) -> row(row))
            .list());
  }

  /** Decisions in their order. */
  List<RolloutEvent> events(String id) {
    return store.read(handle ->
        handle
            .createQuery(
                "SELECT body, evidence FROM rollout_event WHERE rollout = :id ORDER BY seq")
            .bind("id", id)
            .map((row, _) -> event(row.getString("body"), row.getString("evidence")))
            .list());
  }

  /** The evidence of the last decision; empty before the first. */
  Optional<String> lastEvidence(String id) {
    return store.read(handle ->
        handle
            .createQuery(
                "SELECT evidence FROM rollout_event WHERE rollout = :id ORDER BY seq DESC LIMIT 1")
            .bind("id", id)
            .mapTo(String.class)
            .findOne());
  }

  /** The number that the next decision gets. */
  long nextSeq(String id) {
    return store.read(handle ->
        handle
            .createQuery("SELECT COALESCE(MAX(seq), 0) + 1 FROM rollout_event WHERE rollout = :id")
            .bind("id", id)
            .mapTo(Long.class)
            .one());
  }

  /** Begins a rollout; false where another node was first. */
  boolean begin(Row row, RolloutEvent began) {
    return store.writeDurably(handle -> {
      int added =
          handle
              .createUpdate(
                  "INSERT INTO rollout (id, model, candidate, spec, phase, stage, held, version,"
                      + " tests, began_ms, changed_ms) VALUES (:id, :model, :candidate, :spec,"
                      + " :phase, :stage, :held, 1, :tests, :began, :began) ON CONFLICT DO NOTHING")
              .bind("id", row.id())
              .bind("model", row.spec().model())
              .bind("candidate", row.spec().candidate())
              .bind("spec", row.spec().json())
              .bind("phase", row.progress().phase().name())
              .bind("stage", row.progress().stage())
              .bind("held", row.progress().held() ? 1 : 0)
              .bind("tests", row.tests())
              .bind("began", row.beganMs())
              .execute();
      if (added == 1) add(handle, began);
      return added == 1;
    });
  }

  /** Writes what was seen; false where somebody else has written meanwhile. */
  boolean save(Row from, byte[] tests, long atMs) {
    return store.write(handle -> update(handle, from, from.progress(), tests, atMs));
  }

  /** Writes a decision with what was seen; false where somebody else has written meanwhile. */
  boolean decide(Row from, byte[] tests, RolloutEvent event) {
    return store.writeDurably(handle -> {
      if (!update(handle, from, event.after(), tests, event.atMs())) return false;
      add(handle, event);
      return true;
    });
  }

  private static boolean update(Handle handle, Row from, Progress to, byte[] tests, long atMs) {
    return handle
            .createUpdate(
                "UPDATE rollout SET phase = :phase, stage = :stage, held = :held, tests = :tests,"
                    + " changed_ms = :at, version = version + 1 WHERE id = :id AND version ="
                    + " :version")
            .bind("phase", to.phase().name())
            .bind("stage", to.stage())
            .bind("held", to.held() ? 1 : 0)
            .bind("tests", tests)
            .bind("at", atMs)
            .bind("id", from.id())
            .bind("version", from.version())
            .execute()
        == 1;
  }

  private static void add(Handle handle, RolloutEvent event) {
    handle.execute(
        "INSERT INTO rollout_event (rollout, seq, at_ms, kind, body, evidence)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        event.rollout(),
        event.seq(),
        event.atMs(),
        event.kind().name(),
        JSON.writeValueAsString(event.signed("")),
        event.evidence());
  }

  private static RolloutEvent event(String body, String evidence) {
    return parsed(body, text -> JSON.readValue(text, RolloutEvent.class).signed(evidence));
  }

  private static Progress progress(ResultSet row) throws SQLException {
    return new Progress(
        Phase.valueOf(row.getString("phase")), row.getInt("stage"), row.getInt("held") != 0);
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getString("id"),
        parsed(row.getString("spec"), RolloutSpec::parse),
        progress(row),
        row.getLong("version"),
        row.getBytes("tests"),
        row.getLong("began_ms"),
        row.getLong("changed_ms"));
  }

  private static <T> T parsed(String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (JacksonException e) {
      throw new KedgeException(
          new Failure.Untrusted(
              "a row of a rollout cannot be read: " + e.getOriginalMessage(), "rollout_altered"));
    }
  }
}
