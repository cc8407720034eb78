package dev.kedge.eval.run;

import dev.kedge.store.Store;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.Query;

/** The list of runs in the store; their files lie in the data folder. Any thread may call. */
public final class RunStore {
  private static final String COLUMNS =
      "id, task, dataset, dataset_sha256, model, model_digest, settings_sha256, state, started_ms,"
          + " ended_ms, cases, failed, headline, value, low, high, folder";

  private final Store store;

  public RunStore(Store store) {
    this.store = store;
  }

  /**
   * A run as a list shows it.
   *
   * @param headline name of its first figure; empty while it runs
   * @param folder its files
   */
  public record Row(
      String id,
      String task,
      String dataset,
      String datasetSha256,
      String model,
      String modelDigest,
      String settingsSha256,
      RunManifest.State state,
      long startedMs,
      long endedMs,
      long cases,
      long failed,
      String headline,
      double value,
      double low,
      double high,
      String folder) {}

  /** Adds a run, or replaces what was known of it. */
  public void put(RunManifest run, Path folder) {
    Optional<Figure> headline = run.figures().stream().findFirst();
    store.write(handle ->
        handle
            .createUpdate(
                "INSERT INTO eval_run ("
                    + COLUMNS
                    + ") VALUES (:id, :task, :dataset, :dataset_sha256, :model, :model_digest,"
                    + " :settings_sha256, :state, :started_ms, :ended_ms, :cases, :failed,"
                    + " :headline, :value, :low, :high, :folder) ON CONFLICT (id) DO UPDATE SET"
                    + " model_digest = excluded.model_digest, state = excluded.state, ended_ms ="
                    + " excluded.ended_ms, cases = excluded.cases, failed = excluded.failed,"
                    + " headline = excluded.headline, value = excluded.value, low = excluded.low,"
                    + " high = excluded.high, folder = excluded.folder")
            .bind("id", run.id())
            .bind("task", run.task())
            .bind("dataset", run.dataset().name())
            .bind("dataset_sha256", run.dataset().sha256())
            .bind("model", run.model().label())
            .bind("model_digest", run.model().digest())
            .bind("settings_sha256", run.settingsSha256())
            .bind("state", run.state().name())
            .bind("started_ms", run.startedMs())
            .bind("ended_ms", run.endedMs())
            .bind("cases", run.cases())
            .bind("failed", run.failed())
            .bind("headline", headline.map(Figure::name).orElse(""))
            .bind("value", headline.map(Figure::value).orElse(0.0))
            .bind("low", headline.map(Figure::low).orElse(0.0))
            .bind("high", headline.map(Figure::high).orElse(0.0))
            .bind("folder", folder.toAbsolutePath().toString())
            .execute());
  }

  /**
   * The latest runs, latest first.
   *
   * @param task of this task only; empty for all
   * @param most at most so many
   */
  public List<Row> list(Optional<String> task, int most) {
    String where = task.isPresent() ? " WHERE task = :task" : "";
    return store.read(handle -> {
      Query query =
          handle.createQuery(
              "SELECT "
                  + COLUMNS
                  + " FROM eval_run"
                  + where
                  + " ORDER BY started_ms DESC, id DESC LIMIT :most");
      task.ifPresent(name -> query.bind("task", name));
      return query.bind("most", most).map((row, _) -> row(row)).list();
    });
  }

  /** One run. */
  public Optional<Row> find(String id) {
    return store.read(handle ->
        handle
            .createQuery("SELECT " + COLUMNS + " FROM eval_run WHERE id = :id")
            .bind("id", id)
            .map((row, _) -> row(row))
            .findOne());
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getString("id"),
        row.getString("task"),
        row.getString("dataset"),
        row.getString("dataset_sha256"),
        row.getString("model"),
        row.getString("model_digest"),
        row.getString("settings_sha256"),
        RunManifest.State.valueOf(row.getString("state")),
        row.getLong("started_ms"),
        row.getLong("ended_ms"),
        row.getLong("cases"),
        row.getLong("failed"),
        row.getString("headline"),
        row.getDouble("value"),
        row.getDouble("low"),
        row.getDouble("high"),
        row.getString("folder"));
  }
}
