package dev.kedge.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDatabaseTest {
  /* Without patience one in 300 or so fails: many rounds, each with a file that nobody has opened. */
  private static final int ROUNDS = 300;
  private static final int AT_ONCE = 6;

  @TempDir private Path folder;

  @Test
  void manyOpenANewFileAtTheSameTime() throws Exception {
    List<Future<Integer>> opened = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      for (int round = 0; round < ROUNDS; round++) {
        Path file = folder.resolve(round + ".db");
        for (int i = 0; i < AT_ONCE; i++) opened.add(threads.submit(() -> openAndWrite(file)));
      }
    }

    for (Future<Integer> each : opened) assertThat(each.get()).isEqualTo(1);
  }

  private static int openAndWrite(Path file) {
    try (SqliteDatabase database = SqliteDatabase.open(file)) {
      return database.write(
          false,
          handle -> {
            handle.execute("CREATE TABLE IF NOT EXISTS t (a BIGINT)");
            return handle.execute("INSERT INTO t VALUES (1)");
          });
    }
  }
}
