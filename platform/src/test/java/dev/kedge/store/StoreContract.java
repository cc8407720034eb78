package dev.kedge.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs every test of a subclass twice: on SQLite and on PostgreSQL, each time with an empty store.
 */
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
@ParameterizedClass(name = "{0}")
@EnumSource(StoreContract.Kind.class)
public abstract class StoreContract {
  /** The databases of the contract. */
  public enum Kind {
    SQLITE,
    POSTGRESQL
  }

  @Parameter protected Kind kind;

  /** For the test's files; also holds SQLite's. */
  @TempDir protected Path folder;

  /** Of this test's store, to open it once more. */
  protected String url;

  /** Empty but for its tables. */
  protected Store store;

  @BeforeEach
  void openStore() throws IOException {
    url = newUrl();
    store = Store.open(url);
  }

  /** Of a place where nothing is yet. */
  protected final String newUrl() throws IOException {
    return switch (kind) {
      case SQLITE -> "sqlite:" + Files.createTempFile(folder, "kedge", ".db");
      case POSTGRESQL -> TestingPostgres.newUrl();
    };
  }

  @AfterEach
  void closeStore() {
    // Null where the test was skipped.
    if (store != null) store.close();
  }
}
