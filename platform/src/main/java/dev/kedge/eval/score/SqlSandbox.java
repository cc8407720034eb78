package dev.kedge.eval.score;

import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteLimits;

/**
 * Runs queries that nobody trusts on an SQLite database in memory. Thread-safe: a few copies of the
 * database serve in turn.
 *
 * <p>Only one statement that begins with SELECT, WITH or VALUES is run, on a connection that
 * refuses to write ({@code query_only}), to attach files (limit 0, which {@code VACUUM INTO} needs
 * too) and to load extensions. Time and steps are bounded by a progress handler, the length of a
 * value, of the statement and the depth of expressions by SQLite's limits, the memory of all of
 * SQLite in this process by its hard limit. Sorting stays in memory.
 */
final class SqlSandbox {
  private static final int COPIES = 2;
  private static final int STEPS_PER_CHECK = 1_000;
  private static final int LONGEST_SQL = 20_000;
  private static final int LONGEST_VALUE = 1 << 20;
  private static final long MOST_BYTES = 16L << 20;
  private static final String MEMORY = "PRAGMA hard_heap_limit = 268435456";

  private final BlockingQueue<Connection> free = new LinkedBlockingQueue<>();
  private final Duration timeout;
  private final int maxRows;

  private SqlSandbox(Duration timeout, int maxRows) {
    this.timeout = timeout;
    this.maxRows = maxRows;
  }

  static SqlSandbox of(Path setup, Duration timeout, int maxRows) throws IOException {
    if (!Files.isRegularFile(setup)) throw KedgeException.invalid("no file " + setup);
    String script = Files.readString(setup);
    SqlSandbox sandbox = new SqlSandbox(timeout, maxRows);
    try {
      for (int i = 0; i < COPIES; i++) sandbox.free.add(open(script));
    } catch (SQLException e) {
      throw KedgeException.invalid(setup + ": SQLite refuses it: " + e.getMessage());
    }
    return sandbox;
  }

  private static Connection open(String script) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.enableLoadExtension(false);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    Properties properties = config.toProperties();
    Connection connection = new org.sqlite.JDBC().connect("jdbc:sqlite::memory:", properties);
    try (Statement statement = connection.createStatement()) {
      for (String one : SqlScript.statements(script)) statement.execute(one);
      statement.execute(MEMORY);
      statement.execute("PRAGMA trusted_schema = OFF");
      statement.execute("PRAGMA query_only = ON");
    }
    SQLiteConnection lite = connection.unwrap(SQLiteConnection.class);
    lite.setLimit(SQLiteLimits.SQLITE_LIMIT_ATTACHED, 0);
    lite.setLimit(SQLiteLimits.SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
    lite.setLimit(SQLiteLimits.SQLITE_LIMIT_SQL_LENGTH, LONGEST_SQL);
    lite.setLimit(SQLiteLimits.SQLITE_LIMIT_EXPR_DEPTH, 200);
    lite.setLimit(SQLiteLimits.SQLITE_LIMIT_COMPOUND_SELECT, 50);
    lite.setLimit(SQLiteLimits.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100);
    return connection;
  }

  /** Runs one query. */
  SqlResult run(String sql) {
    if (sql.length() > LONGEST_SQL) return SqlResult.failed("the query is too long");
    if (!SqlText.isOneQuery(sql)) {
      return SqlResult.failed("not one statement that begins with SELECT, WITH or VALUES");
    }
    Connection connection;
    try {
      connection = free.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return SqlResult.failed("interrupted");
    }
    try {
      return run(connection, sql);
    } finally {
      free.add(connection);
    }
  }

  private SqlResult run(Connection connection, String sql) {
    long end = System.nanoTime() + timeout.toNanos();
    boolean[] late = {false};
    try {
      ProgressHandler.setHandler(
          connection,
          STEPS_PER_CHECK,
          new ProgressHandler() {
            @Override
            protected int progress() {
              late[0] |= System.nanoTime() - end > 0;
              return late[0] ? 1 : 0;
            }
          });
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(sql)) {
        return read(rows);
      } finally {
        ProgressHandler.clearHandler(connection);
      }
    } catch (SQLException e) {
      String reason = late[0] ? "takes longer than " + timeout.toMillis() + " ms" : e.getMessage();
      return SqlResult.failed(String.valueOf(reason));
    }
  }

  private SqlResult read(ResultSet rows) throws SQLException {
    int columns = rows.getMetaData().getColumnCount();
    List<List<String>> read = new ArrayList<>();
    long bytes = 0;
    while (rows.next()) {
      if (read.size() >= maxRows) return SqlResult.failed("more than " + maxRows + " rows");
      List<String> row = new ArrayList<>(columns);
      for (int i = 1; i <= columns; i++) {
        String value = SqlResult.value(rows.getObject(i));
        bytes += value.length();
        row.add(value);
      }
      if (bytes > MOST_BYTES) return SqlResult.failed("the result is larger than 16 MiB");
      read.add(row);
    }
    return new SqlResult(columns, read, "");
  }
}
