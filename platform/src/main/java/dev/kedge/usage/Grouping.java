package dev.kedge.usage;

/** What usage is added up by. */
public enum Grouping {
  /** The model that answered. */
  MODEL("model_served"),
  /** The model that was asked for, virtual ones included. */
  ASKED("model_asked"),
  TENANT("tenant"),
  /** The id of the key. */
  KEY("key_id"),
  UPSTREAM("upstream"),
  /** The task that the caller named. */
  TASK("COALESCE(task, '')"),
  /** {@code small} or {@code large} of a virtual model. */
  TIER("tier"),
  OUTCOME("outcome"),
  /** The day in UTC. */
  DAY("started_ms / 86400000");

  private final String column;

  Grouping(String column) {
    this.column = column;
  }

  /** An expression over a row. */
  String column() {
    return column;
  }
}
