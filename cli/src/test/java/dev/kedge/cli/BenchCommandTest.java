package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.engine.weights.GgufWriter;
import dev.kedge.engine.weights.Metadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchCommandTest {
  private static final int VOCABULARY = 300;
  private static final int WIDTH = 64;

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
    int weights = 2 * 64 * 64 + 2 * 32 * 64 + 3 * 96 * 64 + VOCABULARY * 64;
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
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    for (int b = 0; b < 256; b++) tokens.add("<0x%02X>".formatted(b));
    while (tokens.size() < VOCABULARY) tokens.add("▁w" + tokens.size());
    int[] types = new int[VOCABULARY];
    for (int i = 0; i < types.length; i++) types[i] = i == 0 ? 2 : i < 3 ? 3 : i < 259 ? 6 : 1;
    GgufWriter writer =
        new GgufWriter(
            Metadata.builder()
                .string("general.architecture", "llama")
                .string("general.name", "tiny")
                .uint32("llama.block_count", 1)
                .uint32("llama.context_length", 128)
                .uint32("llama.embedding_length", WIDTH)
                .uint32("llama.feed_forward_length", 96)
                .uint32("llama.attention.head_count", 4)
                .uint32("llama.attention.head_count_kv", 2)
                .float32("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .string("tokenizer.ggml.model", "llama")
                .strings("tokenizer.ggml.tokens", tokens)
                .floats("tokenizer.ggml.scores", new float[VOCABULARY])
                .int32s("tokenizer.ggml.token_type", types)
                .uint32("tokenizer.ggml.bos_token_id", 1)
                .uint32("tokenizer.ggml.eos_token_id", 2)
                .uint32("tokenizer.ggml.unknown_token_id", 0)
                .build());
    Random random = new Random(1);
    float[] keys = values(random, WIDTH / 2 * WIDTH);
    keys[0] *= factor;
    add(writer, random, "token_embd", VOCABULARY, WIDTH);
    for (String name : List.of("attn_norm", "ffn_norm"))
      add(writer, random, "blk.0." + name, WIDTH);
    writer.tensor("blk.0.attn_k.weight", new long[] {WIDTH, WIDTH / 2}, keys);
    add(writer, random, "blk.0.attn_q", WIDTH, WIDTH);
    add(writer, random, "blk.0.attn_v", WIDTH / 2, WIDTH);
    add(writer, random, "blk.0.attn_output", WIDTH, WIDTH);
    add(writer, random, "blk.0.ffn_gate", 96, WIDTH);
    add(writer, random, "blk.0.ffn_up", 96, WIDTH);
    add(writer, random, "blk.0.ffn_down", WIDTH, 96);
    add(writer, random, "output_norm", WIDTH);
    Path file = folder.resolve("tiny.gguf");
    writer.write(file);
    return file;
  }

  private static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) values[i] = (float) random.nextGaussian() * 0.1f;
    return values;
  }

  private static void add(GgufWriter writer, Random random, String name, int... shape) {
    int count = shape.length == 1 ? shape[0] : shape[0] * shape[1];
    float[] values = values(random, count);
    long[] reversed = shape.length == 1 ? new long[] {shape[0]} : new long[] {shape[1], shape[0]};
    writer.tensor(name + ".weight", reversed, values);
  }
}
