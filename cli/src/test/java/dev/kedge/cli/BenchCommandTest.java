package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchCommandTest {
  @TempDir private Path folder;

  @Test
  void everyFigureStandsBesideItsShareOfTheLimits() throws IOException {
    CommandRun run =
        CommandRun.of(
            "bench",
            model().toString(),
            "--threads=1",
            "--prompt=20",
            "--generate=3",
            "--batch=2,3",
            "--depth=30",
            "--repeat=2",
            "--json");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    JsonNode found = JsonMapper.shared().readTree(run.out());
    assertThat(found.get("threads").asInt()).isEqualTo(1);
    assertThat(found.get("readBytesPerSecondOfRounds").size()).isEqualTo(2);
    JsonNode figures = found.get("figures");
    assertThat(figures).hasSize(5);
    for (JsonNode of : figures) {
      String figure = of.toString();
      assertThat(of.get("values").size()).as(figure).isEqualTo(2);
      double median = of.get("tokensPerSecond").asDouble();
      assertThat(median).as(figure).isPositive();
      assertThat(of.get("lowest").asDouble()).as(figure).isPositive().isLessThanOrEqualTo(median);
      assertThat(of.get("highest").asDouble()).as(figure).isGreaterThanOrEqualTo(median);
      assertThat(of.get("shareOfMultiplyAdds").asDouble()).as(figure).isPositive();
      boolean prompt = of.get("kind").asString().equals("prompt");
      assertThat(of.has("shareOfReadBandwidth")).as(figure).isEqualTo(!prompt);
    }
    assertThat(figures.values().stream().map(of -> of.get("sequences").asInt()))
        .containsExactly(1, 1, 2, 3, 1);
    assertThat(figures.values().stream().map(of -> of.get("contextTokens").asInt()))
        .containsExactly(0, 16, 16, 16, 30);
    // One block: query and output 64 × 64, key and value 32 × 64, three of 96 × 64; 300 × 64.
    int weights = 2 * 64 * 64 + 2 * 32 * 64 + 3 * 96 * 64 + SmallModel.VOCABULARY * 64;
    assertThat(found.get("multiplyAddsPerToken").asInt()).isEqualTo(weights);
    assertThat(found.get("weightBytesPerToken").asInt()).isEqualTo(4 * weights);
  }

  @Test
  void whatLlamaBenchPrintsStandsOnTopAsNumbers() throws IOException {
    CommandRun run =
        CommandRun.of(
            "bench",
            model().toString(),
            "--prompt=9",
            "--generate=2",
            "--batch=2,2",
            "--repeat=3",
            "--json");
    assertThat(run.code()).isZero();
    JsonNode found = JsonMapper.shared().readTree(run.out());
    JsonNode figures = found.get("figures");
    assertThat(figures).as("a number of sequences that is given twice").hasSize(3);
    assertThat(found.get("promptTokensPerSecond").asDouble())
        .isEqualTo(figures.get(0).get("tokensPerSecond").asDouble())
        .isEqualTo(
            figures.get(0).get("values").values().stream()
                .mapToDouble(JsonNode::asDouble)
                .sorted()
                .toArray()[1]);
    assertThat(found.get("generateTokensPerSecond").asDouble())
        .isEqualTo(figures.get(1).get("tokensPerSecond").asDouble());
  }

  @Test
  void aPromptThatTheModelCannotReadIsWrongUse() throws IOException {
    CommandRun run = CommandRun.of("bench", model().toString(), "--batch=2");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("this model reads 128 tokens at most", "--prompt");
  }

  @Test
  void helpShowsAnExampleAndTheDefaults() {
    CommandRun run = CommandRun.of("bench", "--help");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Example: kedge bench", "(512)", "(64)", "(4,8,16)");
  }

  @Test
  void theTableNamesModelAndUnits() throws IOException {
    CommandRun run =
        CommandRun.of(
            "bench", model().toString(), "--prompt=4", "--generate=2", "--batch=2", "--repeat=1");
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains(
            "tiny, F32", "1 repetition", "tokens per second", "prompt of 4", "GB/s", "of compute");
    assertThat(run.out().lines().filter(line -> line.startsWith("generation")))
        .hasSize(2)
        .allMatch(line -> line.matches("generation(, 2 sequences)?( +[0-9.]+){3}( +[0-9]+ %){2}"));
  }

  @Test
  void aModelThatComputesNoNumbersIsAFailureAndNotFast() throws IOException {
    Path broken = model(Float.NaN);
    CommandRun run =
        CommandRun.of("bench", broken.toString(), "--prompt=4", "--generate=2", "--batch=2");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("tiny.gguf: the generation failed:", "not a number");
  }

  @Test
  void wrongNumbersAreWrongUse() throws IOException {
    CommandRun run = CommandRun.of("bench", model().toString(), "--batch=0");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--batch must be from 1 to 256");
  }

  private Path model() throws IOException {
    return model(1);
  }

  /* One weight times this. */
  private Path model(float factor) throws IOException {
    return SmallModel.write(folder.resolve("tiny.gguf"), factor, Optional.empty());
  }
}
