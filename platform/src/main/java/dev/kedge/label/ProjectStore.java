package dev.kedge.label;

import dev.kedge.eval.score.JsonText;
import dev.kedge.store.Dialect;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** The tables of projects and their items. */
final class ProjectStore {
  private static final String ITEM =
      "SELECT id, seq, input, suggestion, tags, status, decision, decided_by, decided_reason,"
          + " decided_ms FROM label_item WHERE project = :project";

  private final Dialect dialect;

  ProjectStore(Dialect dialect) {
    this.dialect = dialect;
  }

  /** An item as it is stored. */
  record Row(
      String id,
      int position,
      String input,
      Optional<JsonNode> suggestion,
      List<String> tags,
      ItemStatus status,
      Optional<Answers.Decided> decision) {}

  /** Adds a project; false if there is one of its name. */
  boolean add(Handle handle, LabelProject project) {
    return handle
            .createUpdate(
                "INSERT INTO label_project (name, form, guide, dataset, per_item, created_ms,"
                    + " created_by) VALUES (:name, :form, :guide, :dataset, :perItem, :created,"
                    + " :createdBy) ON CONFLICT (name) DO NOTHING")
            .bind("name", project.name())
            .bind("form", project.form().toJson().toString())
            .bind("guide", project.guide())
            .bind("dataset", project.dataset())
            .bind("perItem", project.perItem())
            .bind("created", project.created().toEpochMilli())
            .bind("createdBy", project.createdBy())
            .execute()
        == 1;
  }

  void addItems(Handle handle, String project, List<LabelItem> items) {
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO label_item (project, id, seq, input, suggestion, tags, status)"
                + " VALUES (:project, :id, :seq, :input, :suggestion, :tags, 'OPEN')");
    int seq = 0;
    for (LabelItem item : items) {
      ArrayNode tags = JsonText.STRICT.createArrayNode();
      item.tags().forEach(tags::add);
      batch
          .bind("project", project)
          .bind("id", item.id())
          .bind("seq", ++seq)
          .bind("input", item.input())
          .bind("suggestion", item.suggestion().map(JsonNode::toString).orElse(null))
          .bind("tags", tags.toString())
          .add();
    }
    if (seq > 0) batch.execute();
  }

  List<LabelProject> all(Handle handle) {
    return handle
        .createQuery("SELECT * FROM label_project ORDER BY name")
        .map((row, _) -> project(row))
        .list();
  }

  Optional<LabelProject> find(Handle handle, String name) {
    return handle
        .createQuery("SELECT * FROM label_project WHERE name = :name")
        .bind("name", name)
        .map((row, _) -> project(row))
        .findOne();
  }

  /** As {@link #find}; until the transaction ends, nobody else changes the project. */
  Optional<LabelProject> lock(Handle handle, String name) {
    return handle
        .createQuery("SELECT * FROM label_project WHERE name = :name" + dialect.forUpdate())
        .bind("name", name)
        .map((row, _) -> project(row))
        .findOne();
  }

  Optional<Row> item(Handle handle, String project, String id) {
    return handle
        .createQuery(ITEM + " AND id = :id")
        .bind("project", project)
        .bind("id", id)
        .map((row, _) -> row(row))
        .findOne();
  }

  /** Items behind a position, in their order. */
  List<Row> items(
      Handle handle, String project, Optional<ItemStatus> status, int after, int limit) {
    String only = status.isPresent() ? " AND status = :status" : "";
    var query =
        handle
            .createQuery(ITEM + only + " AND seq > :after ORDER BY seq LIMIT :limit")
            .bind("project", project)
            .bind("after", after)
            .bind("limit", limit);
    status.ifPresent(one -> query.bind("status", one.name()));
    return query.map((row, _) -> row(row)).list();
  }

  Map<ItemStatus, Integer> counts(Handle handle, String project) {
    Map<ItemStatus, Integer> counts = new EnumMap<>(ItemStatus.class);
    handle
        .createQuery(
            "SELECT status, COUNT(*) AS n FROM label_item WHERE project = :project GROUP BY status")
        .bind("project", project)
        .map((row, _) -> Map.entry(ItemStatus.valueOf(row.getString("status")), row.getInt("n")))
        .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
    return counts;
  }

  void status(Handle handle, String project, String item, ItemStatus status) {
    handle
        .createUpdate(
            "UPDATE label_item SET status = :status WHERE project = :project AND id = :id")
        .bind("status", status.name())
        .bind("project", project)
        .bind("id", item)
        .execute();
  }

  void decide(Handle handle, String project, String item, Answers.Decided decided) {
    handle
        .createUpdate(
            "UPDATE label_item SET status = :status, decision = :decision, decided_by = :person,"
                + " decided_reason = :reason, decided_ms = :at WHERE project = :project AND id ="
                + " :id")
        .bind("status", decided.value().isPresent() ? "DECIDED" : "DROPPED")
        .bind("decision", decided.value().map(JsonNode::toString).orElse(null))
        .bind("person", decided.person())
        .bind("reason", decided.reason())
        .bind("at", decided.at().toEpochMilli())
        .bind("project", project)
        .bind("id", item)
        .execute();
  }

  private static LabelProject project(ResultSet row) throws SQLException {
    return new LabelProject(
        row.getString("name"),
        Form.of(JsonText.STRICT.readTree(row.getString("form"))),
        row.getString("guide"),
        row.getString("dataset"),
        row.getInt("per_item"),
        Instant.ofEpochMilli(row.getLong("created_ms")),
        row.getString("created_by"));
  }

  private static Row row(ResultSet row) throws SQLException {
    JsonNode tags = JsonText.STRICT.readTree(row.getString("tags"));
    @Nullable String decidedBy = row.getString("decided_by");
    Optional<Answers.Decided> decision =
        decidedBy == null
            ? Optional.empty()
            : Optional.of(
                new Answers.Decided(
                    decidedBy,
                    json(row.getString("decision")),
                    row.getString("decided_reason"),
                    Instant.ofEpochMilli(row.getLong("decided_ms"))));
    return new Row(
        row.getString("id"),
        row.getInt("seq"),
        row.getString("input"),
        json(row.getString("suggestion")),
        tags.values().stream().map(JsonNode::asString).toList(),
        ItemStatus.valueOf(row.getString("status")),
        decision);
  }

  static Optional<JsonNode> json(@Nullable String text) {
    return text == null ? Optional.empty() : Optional.of(JsonText.STRICT.readTree(text));
  }
}
