package dev.kedge.store;

/** What SQLite and PostgreSQL say differently. */
public enum Dialect {
  SQLITE(
      "",
      // One writer at a time: the transaction already holds the lock.
      "SELECT 1"),
  POSTGRESQL(" FOR UPDATE", "SELECT pg_advisory_xact_lock(5424738123)");

  private final String forUpdate;
  private final String migrationLock;

  Dialect(String forUpdate, String migrationLock) {
    this.forUpdate = forUpdate;
    this.migrationLock = migrationLock;
  }

  /** Ends a SELECT whose rows the transaction is about to change. */
  public String forUpdate() {
    return forUpdate;
  }

  /** Keeps other nodes from migrating until the transaction ends. */
  String migrationLock() {
    return migrationLock;
  }

  /**
   * A migration's text in this dialect: <code>${bytes}</code> becomes the type of binary columns,
   * <code>${counted}</code> that of a primary key that counts up by itself.
   */
  String adapt(String sql) {
    return switch (this) {
      case SQLITE ->
          sql.replace("${bytes}", "BLOB")
              .replace("${counted}", "INTEGER PRIMARY KEY AUTOINCREMENT");
      case POSTGRESQL ->
          sql.replace("${bytes}", "BYTEA")
              .replace("${counted}", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY");
    };
  }
}
