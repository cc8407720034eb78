package dev.kedge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link Store} promises, whichever database is behind it. */
class StoreTest extends StoreContract {
  @BeforeEach
  void makeTable() {
    store.write(
        handle -> handle.execute("CREATE TABLE note (id BIGINT PRIMARY KEY, body TEXT NOT NULL)"));
  }

  private void add(long id, String body) {
    store.write(handle -> handle.execute("INSERT INTO note (id, body) VALUES (?, ?)", id, body));
  }

  private List<String> notes() {
    return store.read(handle ->
        handle.createQuery("SELECT body FROM note ORDER BY id").mapTo(String.class).list());
  }

  @Test
  void whatWasWrittenIsReadAlsoThroughAnotherStore() {
    add(1, "one");
    store.writeDurably(handle -> handle.execute("INSERT INTO note VALUES (2, 'zwei €')"));

    assertThat(notes()).containsExactly("one", "zwei €");
    try (Store other = Store.open(url)) {
      List<String> seen =
          other.read(handle ->
              handle.createQuery("SELECT body FROM note ORDER BY id").mapTo(String.class).list());
      assertThat(seen).containsExactly("one", "zwei €");
    }
  }

  @Test
  void aWriteThatThrowsLeavesNothing() {
    assertThatThrownBy(() ->
            store.write(handle -> {
              handle.execute("INSERT INTO note VALUES (1, 'half')");
              throw new IllegalStateException("changed my mind");
            }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("changed my mind");

    assertThat(notes()).isEmpty();
  }

  @Test
  void aBrokenStatementIsAFailureThatNamesTheStore() {
    add(1, "one");

    assertThatThrownBy(() -> add(1, "again"))
        .isInstanceOfSatisfying(
            KedgeException.class,
            e -> {
              assertThat(e.failure().code()).isEqualTo("store_failed");
              assertThat(e).hasMessageContaining("the store " + store.place());
            });
    assertThat(notes()).containsExactly("one");
  }

  @Test
  void manyWritersAtOnceEachGetTheirOwnResultOrFailure() throws Exception {
    add(0, "taken");
    List<Future<Boolean>> outcomes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 300; i++) {
        long id = i % 3 == 0 ? 0 : i;
        Callable<Boolean> write =
            () -> {
              try {
                add(id, "n" + id);
                return true;
              } catch (KedgeException e) {
                return false;
              }
            };
        outcomes.add(threads.submit(write));
      }
    }
    for (int i = 0; i < 300; i++) assertThat(outcomes.get(i).get()).isEqualTo(i % 3 != 0);
    assertThat(notes()).hasSize(201);
  }

  @Test
  void increasesFromTwoStoresAddUp() throws Exception {
    add(1, "0");
    try (Store other = Store.open(url);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        Store one = i % 2 == 0 ? store : other;
        running.add(threads.submit(() -> increase(one)));
      }
      for (Future<?> each : running) each.get();
    }
    assertThat(notes()).containsExactly("100");
  }

  private static void increase(Store store) {
    store.write(handle -> {
      long old =
          handle
              .createQuery("SELECT body FROM note WHERE id = 1" + store.dialect().forUpdate())
              .mapTo(Long.class)
              .one();
      return handle.execute("UPDATE note SET body = ? WHERE id = 1", String.valueOf(old + 1));
    });
  }

  @Test
  void aClosedStoreRefusesWrites() {
    Store other = Store.open(url);
    other.close();
    assertThatThrownBy(() -> other.write(handle -> handle.execute("DELETE FROM note")))
        .isInstanceOf(KedgeException.class);
  }
}
