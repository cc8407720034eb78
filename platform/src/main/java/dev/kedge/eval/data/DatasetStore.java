package dev.kedge.eval.data;

import dev.kedge.eval.score.JsonText;
import dev.kedge.store.Store;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The index of versions in the store. Any thread. */
final class DatasetStore {
  private final Store store;

  DatasetStore(Store store) {
    this.store = store;
  }

  /** Adds a version; one that is there stays. */
  void add(DatasetVersion version) {
    store.writeDurably(handle ->
        handle
            .createUpdate(
                "INSERT INTO dataset_version (name, version, sha256, examples, labelled, parent,"
                    + " made, created_ms) VALUES (:name, :version, :sha256, :examples, :labelled,"
                    + " :parent, :made, :created) ON CONFLICT (name, version) DO NOTHING")
            .bind("name", version.name())
            .bind("version", version.version())
            .bind("sha256", version.sha256())
            .bind("examples", version.examples())
            .bind("labelled", version.labelled())
            .bind("parent", version.parent().orElse(null))
            .bind("made", version.made().toString())
            .bind("created", version.created().toEpochMilli())
            .execute());
  }

  /** All versions, by name and number. */
  List<DatasetVersion> all() {
    return store.read(handle ->
        handle
            .createQuery("SELECT * FROM dataset_version ORDER BY name, version")
            .map((row, _) -> version(row))
            .list());
  }

  private static DatasetVersion version(ResultSet row) throws SQLException {
    int parent = row.getInt("parent");
    Optional<Integer> from = row.wasNull() ? Optional.empty() : Optional.of(parent);
    return new DatasetVersion(
        row.getString("name"),
        row.getInt("version"),
        row.getString("sha256"),
        row.getInt("examples"),
        row.getInt("labelled"),
        from,
        JsonText.STRICT.readTree(row.getString("made")),
        Instant.ofEpochMilli(row.getLong("created_ms")));
  }
}
