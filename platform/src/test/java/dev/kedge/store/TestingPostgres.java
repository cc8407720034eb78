package dev.kedge.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A real PostgreSQL for tests, started at first use, one per JVM; it ends with the JVM. Where its
 * binaries cannot run, tests that ask for it are skipped with the reason.
 */
public final class TestingPostgres {
  private static final AtomicInteger SCHEMAS = new AtomicInteger();

  private TestingPostgres() {}

  /** Started by the first test that asks. */
  private static final class Shared {
    static final @Nullable EmbeddedPostgres SERVER;
    static final String REASON;

    static {
      EmbeddedPostgres server = null;
      String reason = "";
      try {
        server = EmbeddedPostgres.builder().start();
      } catch (IOException | RuntimeException e) {
        reason = "no PostgreSQL can be started here: " + e;
        System.out.println(reason);
      }
      SERVER = server;
      REASON = reason;
    }
  }

  /** A URL for {@link Store#open(String)} of an empty place that no other test uses. */
  public static String newUrl() {
    EmbeddedPostgres server = Shared.SERVER;
    Assumptions.assumeTrue(server != null, Shared.REASON);
    if (server == null) throw new AssertionError("assumed above");
    String schema = "test_" + ProcessHandle.current().pid() + "_" + SCHEMAS.incrementAndGet();
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA " + schema);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return "postgresql://postgres@localhost:"
        + server.getPort()
        + "/postgres?currentSchema="
        + schema;
  }
}
