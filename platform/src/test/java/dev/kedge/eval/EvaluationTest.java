package dev.kedge.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {
  @TempDir Path folder;

  private Dataset dataset(int n) throws IOException {
    String lines =
        IntStream.range(0, n)
            .mapToObj(i ->
                "{\"id\":\"c%d\",\"input\":\"%d\",\"expected\":{\"v\":%d},\"tags\":[\"%s\"]}"
                    .formatted(i, i, i, i % 2 == 0 ? "even" : "odd"))
            .collect(Collectors.joining("\n"));
    return Dataset.read(Files.writeString(folder.resolve("d.jsonl"), lines));
  }

  private static Answer echo(String input) {
    return new Answer("{\"v\":" + input + "}", "stop", 1, 2, Duration.ofMillis(3), "");
  }

  @Test
  void casesKeepTheirOrderAndConcurrencyItsBound() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Answerer answerer =
        input -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          Thread.sleep(1);
          running.decrementAndGet();
          return Integer.parseInt(input) % 4 == 0
              ? new Answer("no", "stop", 1, 1, Duration.ofMillis(1), "")
              : echo(input);
        };
    Evaluation evaluation =
        Evaluation.run(
            "m", "", dataset(40), Scorer.json(), answerer, 4, (done, total, right) -> {});
    assertThat(evaluation.cases())
        .extracting(c -> c.example().id())
        .startsWith("c0", "c1", "c2")
        .hasSize(40);
    assertThat(most.get()).isBetween(2, 4);
    Summary summary = evaluation.summary();
    assertThat(summary.exact()).isEqualTo(new Rate(30, 40));
    assertThat(summary.exactByTag())
        .containsEntry("odd", new Rate(20, 20))
        .containsEntry("even", new Rate(10, 20));
    assertThat(summary.json()).isEqualTo(new Rate(30, 40));
    assertThat(summary.allFields()).isEqualTo(new FieldCount(30, 30, 40));
  }

  @Test
  void theReportShowsEveryFailureAndEscapesWhatModelsSay() throws Exception {
    Answerer hostile =
        input ->
            new Answer("<script>alert(1)</script>\u202e", "stop", 1, 1, Duration.ofMillis(1), "");
    Dataset dataset = dataset(5);
    Evaluation first =
        Evaluation.run(
            "first", "", dataset, Scorer.json(), EvaluationTest::echo, 2, (d, t, r) -> {});
    Evaluation second =
        Evaluation.run("second", "", dataset, Scorer.json(), hostile, 2, (d, t, r) -> {});
    EvaluationReport report = new EvaluationReport(java.util.List.of(first, second));
    assertThat(report.html())
        .contains("&lt;script&gt;")
        .doesNotContain("<script")
        .doesNotContain("\u202e")
        .contains("c4");
    assertThat(report.table()).contains("100.0 %").contains("McNemar").contains("n = 5");
    assertThat(report.toMap()).containsKeys("dataset", "runs", "comparison");
  }

  @Test
  void aBrokenLineIsNamedWithFileAndLine() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("b.jsonl"), "{\"input\":\"a\",\"expected\":1}\n{\"input\":\"b\"}\n");
    assertThatThrownBy(() -> Dataset.read(file))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("b.jsonl:2");
    Path twice =
        Files.writeString(
            folder.resolve("t.jsonl"),
            "{\"input\":\"a\",\"expected\":1}\n{\"input\":\"a\",\"expected\":1}\n");
    assertThatThrownBy(() -> Dataset.read(twice))
        .hasMessageContaining("t.jsonl:2")
        .hasMessageContaining("twice");
  }
}
