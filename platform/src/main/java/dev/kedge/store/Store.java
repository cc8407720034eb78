package dev.kedge.store;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * Where Kedge's state lives. Methods may be called from any thread, virtual ones too; they block
 * until the database has answered.
 *
 * <p>Every failure of the database is a {@link KedgeException} with code {@code store_failed} whose
 * cause is the database's own exception. After such a failure a write may have happened or not.
 */
public final class Store implements AutoCloseable {
  private final String place;
  private final Database database;

  private Store(String place, Database database) {
    this.place = place;
    this.database = database;
  }

  /**
   * Opens a store that needs no password.
   *
   * @see #open(String, String)
   */
  public static Store open(String url) {
    return open(url, "");
  }

  /**
   * Opens a store and brings its tables up to date.
   *
   * @param url {@code sqlite:FILE}, {@code postgresql://user@host:port/database?sslmode=…} or
   *     {@code jdbc:postgresql:…}; a password in it is refused
   * @param password of the PostgreSQL user, or empty
   * @throws KedgeException if the URL is malformed, the database cannot be reached, or its tables
   *     were made by another version of a migration
   */
  public static Store open(String url, String password) {
    StoreUrl location = StoreUrl.parse(url);
    try {
      Database database =
          switch (location) {
            case StoreUrl.Sqlite sqlite -> SqliteDatabase.open(sqlite.file());
            case StoreUrl.Postgres postgres -> PostgresDatabase.open(postgres, password);
          };
      try {
        database.write(
            true,
            handle -> {
              Migrations.bundled().apply(handle, database.dialect());
              return true;
            });
      } catch (RuntimeException e) {
        database.close();
        throw e;
      }
      return new Store(location.shown(), database);
    } catch (KedgeException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failed(location.shown(), e);
    }
  }

  /** Where this store is, without user or password, for messages. */
  public String place() {
    return place;
  }

  /** Which SQL this store speaks. */
  public Dialect dialect() {
    return database.dialect();
  }

  /**
   * Runs queries. Each statement sees what was committed when it began; the handle must not be
   * kept.
   */
  public <T> T read(Function<Handle, T> work) {
    try {
      return database.read(work);
    } catch (JdbiException e) {
      throw failed(place, e);
    }
  }

  /**
   * Runs statements as one transaction: all of it happens, or, where {@code work} throws, nothing.
   * When this returns, the death of the process cannot undo it. {@code work} must not call {@code
   * write} and should be short: on SQLite everybody's writes wait for it.
   */
  public <T> T write(Function<Handle, T> work) {
    return write(false, work);
  }

  /** As {@link #write}; when this returns, a power failure cannot undo it either. */
  public <T> T writeDurably(Function<Handle, T> work) {
    return write(true, work);
  }

  private <T> T write(boolean durable, Function<Handle, T> work) {
    try {
      return database.write(durable, work);
    } catch (JdbiException e) {
      throw failed(place, e);
    }
  }

  /** Waits for the writes under way, then closes the connections. */
  @Override
  public void close() {
    database.close();
  }

  private static KedgeException failed(String place, RuntimeException e) {
    Throwable root = e;
    while (root.getCause() != null) root = root.getCause();
    String reason = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    return new KedgeException(
        new Failure.Broken("the store " + place + " failed: " + reason, "store_failed", true), e);
  }
}
