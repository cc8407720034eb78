package dev.kedge.store;

import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** One kind of database behind a {@link Store}. */
sealed interface Database extends AutoCloseable permits PostgresDatabase, SqliteDatabase {
  Dialect dialect();

  <T> T read(Function<Handle, T> work);

  <T> T write(boolean durable, Function<Handle, T> work);

  @Override
  void close();
}
