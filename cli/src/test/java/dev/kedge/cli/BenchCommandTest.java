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
    for (String figure :
        List.of(
            "promptTokensPerSecond",
            "generateTokensPerSecond",
            "generateTokensPerSecond.2sequences",
            "generateTokensPerSecond.3sequences",
            "generateTokensPerSecond.after30")) {
      JsonNode of = found.get(figure);
      assertThat(of.get("values").size()).as(figure).isEqualTo(2);
      assertThat(of.get("median").asDouble()).as(figure).isPositive();
      assertThat(of.get("shareOfMultiplyAdds").asDouble()).as(figure).isPositive();
    }
    // One block: query and output 64 × 64, key and value 32 × 64, three of 96 × 64; 300 × 64.
    int weights = 2 * 64 * 64 + 2 * 32 * 64 + 3 * 96 * 64 + VOCABULARY * 64;
    assertThat(found.get("multiplyAddsPerToken").asInt()).isEqualTo(weights);
    assertThat(found.get("weightBytesPerToken").asInt()).isEqualTo(4 * weights);
  }

  @Test
  void theTableNamesModelAndUnits() throws IOException {
    CommandRun run =
        CommandRun.of(
            "bench", model().toString(), "--prompt=4", "--generate=2", "--batch=2", "--repeat=1");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("tiny, F32", "tokens per second", "GB/s", "multiply-adds");
  }

  @Test
  void wrongNumbersAreWrongUse() throws IOException {
    CommandRun run = CommandRun.of("bench", model().toString(), "--batch=0");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--batch must be from 1 to 256");
  }

  private Path model() throws IOException {
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
    add(writer, random, "token_embd", VOCABULARY, WIDTH);
    for (String name : List.of("attn_norm", "ffn_norm"))
      add(writer, random, "blk.0." + name, WIDTH);
    add(writer, random, "blk.0.attn_q", WIDTH, WIDTH);
    add(writer, random, "blk.0.attn_k", WIDTH / 2, WIDTH);
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

  private static void add(GgufWriter writer, Random random, String name, int... shape) {
    int count = shape.length == 1 ? shape[0] : shape[0] * shape[1];
    float[] values = new float[count];
    for (int i = 0; i < count; i++) values[i] = (float) random.nextGaussian() * 0.1f;
    long[] reversed = shape.length == 1 ? new long[] {shape[0]} : new long[] {shape[1], shape[0]};
    writer.tensor(name + ".weight", reversed, values);
  }
}
