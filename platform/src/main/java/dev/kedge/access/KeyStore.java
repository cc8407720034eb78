package dev.kedge.access;

import dev.kedge.store.Store;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The table of keys. Each change takes the next version from a row that it locks until it is
 * committed, so that versions become visible in their order and a reader that asks for what is
 * newer than the last it saw misses nothing. Any thread.
 */
final class KeyStore {
  private static final System.Logger LOG = System.getLogger(KeyStore.class.getName());

  /* A term that this version does not know may be a restriction: then the key is not taken. */
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final Store store;

  KeyStore(Store store) {
    this.store = store;
  }

  /** The keys that changed after a version, with the version that they bring the reader to. */
  record Changes(long version, List<StoredKey> keys) {}

  /** What changed after a version; 0 for all keys. */
  Changes changesAfter(long version) {
    return store.read(handle -> {
      List<StoredKey> keys = new ArrayList<>();
      long latest = version;
      List<Row> rows =
          handle
              .createQuery("SELECT * FROM api_key WHERE version > :version ORDER BY version")
              .bind("version", version)
              .map((result, context) -> row(result))
              .list();
      for (Row row : rows) {
        latest = Math.max(latest, row.version);
        keys.add(row.key);
      }
      return new Changes(latest, keys);
    });
  }

  /** One key. */
  Optional<StoredKey> find(String id) {
    return store.read(handle -> find(handle, id, ""));
  }

  /** Adds a key; false if there is one of its name. */
  boolean add(StoredKey key) {
    return store.writeDurably(handle -> {
      long version = nextVersion(handle);
      return handle
              .createUpdate(
                  "INSERT INTO api_key (id, version, name, tenant, terms, hash, previous_hash,"
                      + " previous_until_ms, created_ms, expires_ms, revoked) VALUES (:id,"
                      + " :version, :name, :tenant, :terms, :hash, :previousHash, :previousUntil,"
                      + " :created, :expires, :revoked) ON CONFLICT (id) DO NOTHING")
              .bindMap(columns(key, version))
              .execute()
          == 1;
    });
  }

  /** Changes one key, if there is one of this name, and returns it as it is then. */
  Optional<StoredKey> change(String id, UnaryOperator<StoredKey> change) {
    return store.writeDurably(handle -> {
      long version = nextVersion(handle);
      Optional<StoredKey> changed = find(handle, id, store.dialect().forUpdate()).map(change);
      changed.ifPresent(key ->
          handle
              .createUpdate(
                  "UPDATE api_key SET version = :version, name = :name, tenant = :tenant, terms ="
                      + " :terms, hash = :hash, previous_hash = :previousHash, previous_until_ms ="
                      + " :previousUntil, expires_ms = :expires, revoked = :revoked WHERE id = :id")
              .bindMap(columns(key, version))
              .execute());
      return changed;
    });
  }

  /** Remembers when keys were used last, in epoch milliseconds. */
  void used(Map<String, Long> lastUsed) {
    if (lastUsed.isEmpty()) return;
    store.write(handle -> {
      var batch =
          handle.prepareBatch(
              "UPDATE api_key SET last_used_ms = :at WHERE id = :id AND"
                  + " (last_used_ms IS NULL OR last_used_ms < :at)");
      lastUsed.forEach((id, at) -> batch.bind("id", id).bind("at", at).add());
      return batch.execute().length;
    });
  }

  private static long nextVersion(Handle handle) {
    return handle
        .createQuery("UPDATE access_version SET version = version + 1 RETURNING version")
        .mapTo(Long.class)
        .one();
  }

  private static Optional<StoredKey> find(Handle handle, String id, String suffix) {
    return handle
        .createQuery("SELECT * FROM api_key WHERE id = :id" + suffix)
        .bind("id", id)
        .map((result, context) -> row(result).key)
        .findOne();
  }

  private static Map<String, @Nullable Object> columns(StoredKey stored, long version) {
    ApiKey key = stored.key();
    Map<String, @Nullable Object> columns = new HashMap<>();
    columns.put("id", key.id());
    columns.put("version", version);
    columns.put("name", key.name());
    columns.put("tenant", key.tenant());
    columns.put("terms", JSON.writeValueAsString(key.terms()));
    columns.put("hash", HexFormat.of().formatHex(stored.hash()));
    columns.put("previousHash", stored.previousHash().map(HexFormat.of()::formatHex).orElse(null));
    columns.put("previousUntil", key.previousUntil().map(Instant::toEpochMilli).orElse(null));
    columns.put("created", key.created().toEpochMilli());
    columns.put("expires", key.expires().map(Instant::toEpochMilli).orElse(null));
    columns.put("revoked", key.revoked() ? 1L : 0L);
    return columns;
  }

  private record Row(long version, StoredKey key) {}

  private static Row row(ResultSet result) throws SQLException {
    String id = result.getString("id");
    Optional<KeyTerms> terms = terms(id, result.getString("terms"));
    ApiKey key =
        new ApiKey(
            id,
            result.getString("name"),
            result.getString("tenant"),
            terms.orElseGet(KeyTerms::user),
            Instant.ofEpochMilli(result.getLong("created_ms")),
            instant(result, "expires_ms"),
            instant(result, "last_used_ms"),
            instant(result, "previous_until_ms"),
            terms.isEmpty() || result.getLong("revoked") != 0);
    String previous = result.getString("previous_hash");
    return new Row(
        result.getLong("version"),
        new StoredKey(
            key,
            HexFormat.of().parseHex(result.getString("hash")),
            Optional.ofNullable(previous).map(HexFormat.of()::parseHex)));
  }

  /** Empty if they cannot be understood: the key counts as revoked then. */
  private static Optional<KeyTerms> terms(String id, String json) {
    try {
      return Optional.of(JSON.readValue(json, KeyTerms.class));
    } catch (JacksonException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the key "
              + id
              + " is refused, as its terms are not understood: "
              + e.getOriginalMessage());
      return Optional.empty();
    }
  }

  private static Optional<Instant> instant(ResultSet result, String column) throws SQLException {
    long millis = result.getLong(column);
    return result.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }
}
