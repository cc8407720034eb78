package dev.kedge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tables come up to date once, in order, and never differently. */
class MigrationsTest extends StoreContract {
  private static final Migrations.Step FIRST =
      new Migrations.Step(
          "V901__first.sql",
          "-- a comment; with a semicolon\nCREATE TABLE first (id ${counted}, data ${bytes});\n");
  private static final Migrations.Step SECOND =
      new Migrations.Step(
          "V902__second.sql",
          "INSERT INTO first (data)\n  VALUES (NULL);\nINSERT INTO first (data) VALUES (NULL);\n");

  private void apply(Migrations.Step... steps) {
    List<Migrations.Step> all = new ArrayList<>(List.of(steps));
    all.addAll(Migrations.bundled().steps());
    store.write(handle -> {
      new Migrations(all).apply(handle, store.dialect());
      return true;
    });
  }

  private long count() {
    return store.read(
        handle -> handle.createQuery("SELECT max(id) FROM first").mapTo(Long.class).one());
  }

  @Test
  void missingStepsRunOnceInTheOrderOfTheirNumbers() {
    apply(FIRST);
    apply(SECOND, FIRST);
    apply(SECOND, FIRST);

    assertThat(count()).isEqualTo(2);
  }

  @Test
  void aStepThatChangedAfterItRanIsRefused() {
    apply(FIRST);

    assertThatThrownBy(() -> apply(new Migrations.Step(FIRST.name(), FIRST.sql() + "\n")))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("V901__first.sql changed after it ran");
  }

  @Test
  void aStoreOfANewerKedgeIsRefused() {
    apply(FIRST, SECOND);

    assertThatThrownBy(() -> apply(FIRST))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("V902__second.sql")
        .hasMessageContaining("newer Kedge");
    store.close();
    assertThatThrownBy(() -> Store.open(url)).hasMessageContaining("newer Kedge");
  }

  @Test
  void aStepThatFailsLeavesNothingOfTheOthers() {
    Migrations.Step broken = new Migrations.Step("V902__broken.sql", "CREATE TABEL x;\n");

    assertThatThrownBy(() -> apply(FIRST, broken)).isInstanceOf(KedgeException.class);
    apply(FIRST, SECOND);

    assertThat(count()).isEqualTo(2);
  }

  @Test
  void nodesThatStartAtTheSameTimeDoNotCollide() throws Exception {
    String fresh = newUrl();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      List<Future<Store>> opening = new ArrayList<>();
      for (int i = 0; i < 6; i++) opening.add(threads.submit(() -> Store.open(fresh)));
      for (Future<Store> each : opening) {
        try (Store opened = each.get()) {
          long applied =
              opened.read(handle ->
                  handle
                      .createQuery("SELECT count(*) FROM kedge_migration")
                      .mapTo(Long.class)
                      .one());
          assertThat(applied).isEqualTo(Migrations.bundled().steps().size());
        }
      }
    }
  }

  @Test
  void everyFileIsListed() throws Exception {
    Path folder = Path.of(Migrations.class.getResource("migrations.txt").toURI()).getParent();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(n -> n.endsWith(".sql")))
          .containsExactlyInAnyOrderElementsOf(
              Migrations.bundled().steps().stream().map(Migrations.Step::name).toList());
    }
  }

  @Test
  void aFileMustEndItsLastStatement() {
    assertThatThrownBy(() -> apply(new Migrations.Step("V903__open.sql", "SELECT 1\n")))
        .hasMessageContaining("V903__open.sql: the last statement lacks its semicolon");
  }
}
