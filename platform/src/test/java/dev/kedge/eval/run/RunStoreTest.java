package dev.kedge.eval.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.eval.score.Measure;
import dev.kedge.store.StoreContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The list of runs, on both databases. */
class RunStoreTest extends StoreContract {
  private static RunManifest run(String id, String task, long started, RunManifest.State state) {
    Figure exact =
        new Figure(
            "exact",
            "exact",
            Measure.Kind.SHARE,
            Measure.Better.HIGHER,
            "",
            0.5,
            0.4,
            0.6,
            100,
            "Wilson",
            "…");
    return new RunManifest(
        id,
        task,
        new RunManifest.Data("holdout.jsonl", "d".repeat(64), 100),
        new RunManifest.ModelMark("model", "m".repeat(64), "file", List.of()),
        Map.of(),
        "s".repeat(64),
        "1",
        state,
        started,
        started + 5,
        100,
        3,
        97,
        3,
        List.of(),
        state == RunManifest.State.COMPLETE ? List.of(exact) : List.of(),
        RunTables.EMPTY,
        List.of());
  }

  @Test
  void runsAreListedLatestFirstAndReplacedByTheirId() {
    RunStore runs = new RunStore(store);
    Path folder = Path.of("/somewhere");
    runs.put(run("a", "one", 10, RunManifest.State.RUNNING), folder);
    runs.put(run("b", "two", 20, RunManifest.State.COMPLETE), folder);
    runs.put(run("a", "one", 10, RunManifest.State.COMPLETE), folder);
    assertThat(runs.list(Optional.empty(), 10))
        .extracting(RunStore.Row::id)
        .containsExactly("b", "a");
    assertThat(runs.list(Optional.of("one"), 10)).hasSize(1);
    assertThat(runs.list(Optional.empty(), 1)).extracting(RunStore.Row::id).containsExactly("b");
    RunStore.Row row = runs.find("a").orElseThrow();
    assertThat(row.state()).isEqualTo(RunManifest.State.COMPLETE);
    assertThat(row.headline()).isEqualTo("exact");
    assertThat(row.value()).isEqualTo(0.5);
    assertThat(row.failed()).isEqualTo(3);
    assertThat(row.folder()).isEqualTo("/somewhere");
    assertThat(runs.find("c")).isEmpty();
  }
}
