package dev.kedge.gate;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.store.Store;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Gates, signatures and evidence: rows that are only ever added, chained by their digests. Any
 * thread may call.
 */
final class GateStore {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String COLUMNS =
      "SELECT seq, at_ms, gate, task, kind, body, previous, digest FROM gate_entry ";

  private final Store store;

  GateStore(Store store) {
    this.store = store;
  }

  private enum Kind {
    RESULT,
    SIGN_OFF,
    EVIDENCE
  }

  /** The body of a result's row. */
  private record Asked(GateResult result, String requestedBy, String reportSha256) {}

  private record Entry(
      long seq,
      long atMs,
      String gate,
      String task,
      Kind kind,
      String body,
      String previous,
      String digest) {
    String computed() {
      Sha256 sha = new Sha256();
      for (String part :
          List.of(
              previous, Long.toString(seq), Long.toString(atMs), gate, task, kind.name(), body)) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        byte[] length = (bytes.length + ":").getBytes(StandardCharsets.US_ASCII);
        sha.add(length, length.length).add(bytes, bytes.length);
      }
      return sha.hex();
    }
  }

  /** Adds a gate; its id must be new. */
  void add(GateResult result, String requestedBy, String reportSha256) {
    store.writeDurably(handle -> {
      if (!entries(handle, result.id()).isEmpty()) {
        throw KedgeException.invalid("there is already a gate " + result.id());
      }
      String body = JSON.writeValueAsString(new Asked(result, requestedBy, reportSha256));
      append(handle, result.atMs(), result.id(), result.task(), Kind.RESULT, body);
      return true;
    });
  }

  /**
   * Adds a signature, and the evidence where it is the last one that was wanted; all or nothing.
   *
   * @param evidence makes the bundle of a gate that is approved or rejected
   */
  GateRecord sign(String id, SignOff signOff, Function<GateRecord, String> evidence) {
    return store.writeDurably(handle -> {
      // First the lock: two people who sign at once must see each other.
      head(handle);
      GateRecord before = record(entries(handle, id)).orElseThrow(() -> missing(id));
      GateResult result = before.result();
      result.signOff().check(result.outcome(), before.requestedBy(), before.signOffs(), signOff);
      String body = JSON.writeValueAsString(signOff);
      append(handle, signOff.atMs(), id, result.task(), Kind.SIGN_OFF, body);
      GateRecord after = record(entries(handle, id)).orElseThrow(() -> missing(id));
      if (after.standing().open()) return after;
      append(handle, signOff.atMs(), id, result.task(), Kind.EVIDENCE, evidence.apply(after));
      return record(entries(handle, id)).orElseThrow(() -> missing(id));
    });
  }

  /** One gate. */
  Optional<GateRecord> find(String id) {
    return store.read(handle -> record(entries(handle, id)));
  }

  /** The latest gates, newest first. */
  List<GateRecord> latest(Optional<String> task, int most) {
    return store.read(handle -> {
      List<String> ids =
          handle
              .createQuery(
                  "SELECT gate FROM gate_entry WHERE kind = 'RESULT'"
                      + (task.isPresent() ? " AND task = :task" : "")
                      + " ORDER BY seq DESC LIMIT :most")
              .bindMap(task.isPresent() ? Map.of("task", task.get()) : Map.of())
              .bind("most", most)
              .mapTo(String.class)
              .list();
      List<GateRecord> records = new ArrayList<>();
      for (String id : ids) record(entries(handle, id)).ifPresent(records::add);
      return records;
    });
  }

  /** What is wrong with the chain of rows; empty if every row is as it was written. */
  Optional<String> broken() {
    return store.read(handle -> {
      String previous = "";
      long seq = 0;
      try (var rows =
          handle.createQuery(COLUMNS + "ORDER BY seq").map((row, _) -> entry(row)).stream()) {
        for (Entry entry : (Iterable<Entry>) rows::iterator) {
          seq++;
          boolean whole =
              entry.seq() == seq
                  && entry.previous().equals(previous)
                  && entry.digest().equals(entry.computed());
          if (!whole) {
            return Optional.of(
                "entry " + entry.seq() + " of gate " + entry.gate() + " was changed");
          }
          previous = entry.digest();
        }
      }
      Entry head = head(handle);
      return head.seq() == seq && head.digest().equals(previous)
          ? Optional.empty()
          : Optional.of("entries behind " + seq + " are missing");
    });
  }

  private Entry head(Handle handle) {
    return handle
        .createQuery("SELECT seq, digest FROM gate_head" + store.dialect().forUpdate())
        .map(
            (row, _) -> new Entry(row.getLong(1), 0, "", "", Kind.RESULT, "", "", row.getString(2)))
        .one();
  }

  private void append(Handle handle, long atMs, String gate, String task, Kind kind, String body) {
    Entry last = head(handle);
    Entry bare = new Entry(last.seq() + 1, atMs, gate, task, kind, body, last.digest(), "");
    String digest = bare.computed();
    handle.execute(
        "INSERT INTO gate_entry (seq, at_ms, gate, task, kind, body, previous, digest)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        bare.seq(),
        atMs,
        gate,
        task,
        kind.name(),
        body,
        bare.previous(),
        digest);
    handle.execute("UPDATE gate_head SET seq = ?, digest = ?", bare.seq(), digest);
  }

  private static List<Entry> entries(Handle handle, String gate) {
    return handle
        .createQuery(COLUMNS + "WHERE gate = :gate ORDER BY seq")
        .bind("gate", gate)
        .map((row, _) -> entry(row))
        .list();
  }

  private static Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        row.getLong("seq"),
        row.getLong("at_ms"),
        row.getString("gate"),
        row.getString("task"),
        Kind.valueOf(row.getString("kind")),
        row.getString("body"),
        row.getString("previous"),
        row.getString("digest"));
  }

  private static Optional<GateRecord> record(List<Entry> entries) {
    if (entries.isEmpty()) return Optional.empty();
    Asked asked = read(entries.getFirst(), Asked.class);
    List<SignOff> signOffs = new ArrayList<>();
    Optional<String> evidence = Optional.empty();
    for (Entry entry : entries) {
      switch (entry.kind()) {
        case RESULT -> {}
        case SIGN_OFF -> signOffs.add(read(entry, SignOff.class));
        case EVIDENCE -> evidence = Optional.of(entry.body());
      }
    }
    return Optional.of(
        new GateRecord(
            asked.result(), asked.requestedBy(), asked.reportSha256(), signOffs, evidence));
  }

  private static <T> T read(Entry entry, Class<T> type) {
    if (!entry.digest().equals(entry.computed())) {
      throw altered("entry " + entry.seq() + " of gate " + entry.gate() + " was changed");
    }
    try {
      return JSON.readValue(entry.body(), type);
    } catch (JacksonException e) {
      throw altered("entry " + entry.seq() + " cannot be read: " + e.getOriginalMessage());
    }
  }

  private static KedgeException altered(String message) {
    return new KedgeException(new Failure.Untrusted(message, "gate_altered"));
  }

  static KedgeException missing(String id) {
    return new KedgeException(
        new Failure.NotFound("no gate " + id + "; kedge gate list shows them", "gate_not_found"));
  }
}
