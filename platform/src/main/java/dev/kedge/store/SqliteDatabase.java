package dev.kedge.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** A file of SQLite: one connection that writes, a few that read. Any thread may call. */
final class SqliteDatabase implements Database {
  private static final int READERS = 4;
  private static final int BUSY_MILLIS = 10_000;
  private static final long PRIVATE_CACHE_KIB = 4_096;
  private static final long LONGEST_RETRY_NANOS = 20_000_000;
  /* Of a result code; what is above tells the kinds of it apart. */
  private static final int PRIMARY_CODE = 0xFF;

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
    SqliteWriter writer = new SqliteWriter(Jdbi.create(() -> connectPatiently(file)).open());
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

  /* The switch to the write-ahead log reads first and then writes. Where another process does the
   * same at that moment, or is about to close the file as its last user, waiting within would be for
   * each other: SQLite gives up at once, however long its busy timeout is, and asks to begin anew. */
  private static Connection connectPatiently(Path file) throws SQLException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BUSY_MILLIS);
    while (true) {
      try {
        return connect(file);
      } catch (SQLiteException e) {
        boolean busy = (e.getResultCode().code & PRIMARY_CODE) == SQLiteErrorCode.SQLITE_BUSY.code;
        boolean late = System.nanoTime() > deadline || Thread.currentThread().isInterrupted();
        if (!busy || late) throw e;
        // Of uneven length, so that those that met once do not meet again.
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_RETRY_NANOS));
      }
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
