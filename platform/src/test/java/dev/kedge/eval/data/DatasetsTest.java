package dev.kedge.eval.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.eval.Dataset;
import dev.kedge.eval.Example;
import dev.kedge.eval.score.JsonText;
import dev.kedge.store.Store;
import dev.kedge.store.StoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Versions of datasets, with their index in both databases. */
class DatasetsTest extends StoreContract {
  private static final Instant NOW = Instant.parse("2026-11-23T08:00:00.123Z");
  private static final JsonNode MADE = JsonText.STRICT.readTree("{\"by\":\"test\",\"seed\":7}");

  private Datasets datasets;

  @BeforeEach
  void begin() {
    datasets = new Datasets(folder, store, () -> NOW);
  }

  private static Entry entry(String id, String label) {
    return new Entry(
        id,
        "input of " + id,
        Optional.of(JsonText.STRICT.readTree(label)),
        Optional.of(JsonText.STRICT.readTree("\"guess\"")),
        List.of("b", "a"),
        "doc-1",
        "calls.jsonl:7",
        Optional.of(NOW),
        2.5);
  }

  private DatasetVersion add(String name, Entry... entries) throws IOException {
    return datasets.add(name, List.of(entries), Optional.empty(), MADE);
  }

  @Test
  void aVersionComesBackAsItWasGivenAndRunsReadIt() throws IOException {
    List<Entry> given =
        List.of(entry("a", "{\"z\":49.90,\"n\":100,\"a\":[1e2]}"), entry("b", "\"yes\""));
    DatasetVersion version = datasets.add("desk", given, Optional.empty(), MADE);
    assertThat(version.reference()).isEqualTo("desk@1");
    assertThat(version.labelled()).isEqualTo(2);
    assertThat(datasets.read(version)).isEqualTo(given);
    Dataset read = Dataset.read(datasets.file(version));
    assertThat(read.sha256()).isEqualTo(version.sha256());
    Example first = read.examples().getFirst();
    assertThat(first.group()).isEqualTo("doc-1");
    assertThat(first.weight()).isEqualTo(2.5);
    assertThat(first.expected().path("n").isInt()).isTrue();
  }

  @Test
  void equalExamplesHaveEqualBytesWhateverTheOrderOfTheirFields() {
    Entry one = Entry.parse("{\"id\":\"a\",\"input\":\"x\",\"expected\":{\"p\":1,\"q\":2}}", "f:1");
    Entry two = Entry.parse("{\"expected\":{\"q\":2,\"p\":1},\"input\":\"x\",\"id\":\"a\"}", "f:1");
    assertThat(one.line()).isEqualTo(two.line());
    assertThat(Entry.parse(one.line(), "f:1")).isEqualTo(one);
  }

  @Test
  void changesMakeNewVersionsThatNameWhatTheyWereMadeFrom() throws IOException {
    DatasetVersion first = add("desk", entry("a", "1"), entry("b", "1"), entry("c", "1"));
    assertThat(add("desk", entry("a", "1"), entry("b", "1"), entry("c", "1"))).isEqualTo(first);
    DatasetVersion second =
        datasets.add(
            "desk",
            List.of(entry("a", "1"), entry("b", "2"), entry("d", "1")),
            Optional.of(first),
            MADE);
    assertThat(second.version()).isEqualTo(2);
    assertThat(second.parent()).contains(1);
    assertThat(datasets.find("desk")).isEqualTo(second);
    assertThat(datasets.find("desk@1")).isEqualTo(first);
    assertThat(DatasetDiff.of(datasets.read(first), datasets.read(second)))
        .isEqualTo(
            new DatasetDiff(
                List.of("d"),
                List.of("c"),
                List.of(new DatasetDiff.Change("b", List.of("expected"))),
                1));
  }

  @Test
  void alteredExamplesAreRefused() throws IOException {
    DatasetVersion version = add("desk", entry("a", "1"));
    Files.writeString(datasets.file(version), "\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> datasets.read(version))
        .isInstanceOfSatisfying(
            KedgeException.class,
            e -> assertThat(e.failure()).isInstanceOf(Failure.Untrusted.class));
  }

  @Test
  void theIndexIsMadeAnewFromTheFolder() throws IOException {
    DatasetVersion version = add("desk", entry("a", "1"));
    try (Store empty = Store.open(newUrl())) {
      assertThat(new Datasets(folder, empty, () -> NOW).list()).containsExactly(version);
    }
  }

  @Test
  void whatCannotBeADatasetIsRefused() {
    assertThatThrownBy(() -> add("desk")).hasMessageContaining("without examples");
    assertThatThrownBy(() -> add("desk", entry("a", "1"), entry("a", "1")))
        .hasMessageContaining("'a' stands twice");
    assertThatThrownBy(() -> add("../desk", entry("a", "1"))).hasMessageContaining("no name");
    assertThatThrownBy(() -> datasets.find("nothing")).hasMessageContaining("there are: none");
    assertThatThrownBy(() -> Entry.parse("{\"input\":\"a\",\"weight\":-1}", "f:3"))
        .isInstanceOf(KedgeException.class);
    assertThatThrownBy(() -> Entry.parse("[1", "f:3")).hasMessageContaining("f:3");
  }

  @Test
  void versionsAddedAtOnceAllGetANumber() throws Exception {
    List<Future<DatasetVersion>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        String id = "e" + i;
        all.add(threads.submit(() -> add("desk", entry(id, "1"))));
      }
    }
    for (Future<DatasetVersion> one : all) {
      assertThat(datasets.read(one.get())).hasSize(1);
    }
    assertThat(datasets.list())
        .hasSize(8)
        .extracting(DatasetVersion::version)
        .doesNotHaveDuplicates();
  }
}
