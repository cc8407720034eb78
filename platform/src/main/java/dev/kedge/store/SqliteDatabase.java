package dev.kedge.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** A file of SQLite: one connection that writes, a few that read. Any thread may call. */
final class SqliteDatabase implements Database {
  private static final int READERS = 4;
  private static final int BUSY_MILLIS = 10_000;
  private static final long PRIVATE_CACHE_KIB = 4_096;

  private final SqliteWriter writer;
  private final HikariDataSource readers;
  private final Jdbi jdbi;

  private SqliteDatabase(SqliteWriter writer, HikariDataSource readers) {
    this.writer = writer;
    this.readers = readers;
    this.jdbi = Jdbi.create(readers);
  }

  static SqliteDatabase open(Path file) {
    // The writer first: it makes the file and switches it to the write-ahead log.
    SqliteWriter writer = new SqliteWriter(Jdbi.create(() -> connect(file)).open());
    try {
      HikariConfig config = new HikariConfig();
      config.setPoolName("kedge-store-readers");
      config.setDataSource(source(file, settings(SQLiteConfig.TransactionMode.DEFERRED)));
      config.setConnectionInitSql("PRAGMA query_only = ON");
      config.setMaximumPoolSize(READERS);
      config.setMinimumIdle(0);
      return new SqliteDatabase(writer, new HikariDataSource(config));
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  private static Connection connect(Path file) throws SQLException {
    // Immediate: a transaction that read first could not write once another process has written.
    SQLiteConfig settings = settings(SQLiteConfig.TransactionMode.IMMEDIATE);
    settings.setJournalMode(SQLiteConfig.JournalMode.WAL);
    return source(file, settings).getConnection();
  }

  private static SQLiteDataSource source(Path file, SQLiteConfig settings) {
    SQLiteDataSource source = new SQLiteDataSource(settings);
    source.setUrl("jdbc:sqlite:" + file);
    return source;
  }

  private static SQLiteConfig settings(SQLiteConfig.TransactionMode mode) {
    SQLiteConfig settings = new SQLiteConfig();
    settings.setBusyTimeout(BUSY_MILLIS);
    settings.enforceForeignKeys(true);
    settings.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
    settings.setCacheSize((int) -PRIVATE_CACHE_KIB);
    settings.setTransactionMode(mode);
    return settings;
  }

  @Override
  public Dialect dialect() {
    return Dialect.SQLITE;
  }

  @Override
  public <T> T read(Function<Handle, T> work) {
    return jdbi.<T, RuntimeException>withHandle(work::apply);
  }

  @Override
  public <T> T write(boolean durable, Function<Handle, T> work) {
    return writer.run(durable, work);
  }

  @Override
  public void close() {
    writer.close();
    readers.close();
  }
}
