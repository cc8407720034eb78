package dev.kedge.cli;

import dev.kedge.engine.weights.GgufWriter;
import dev.kedge.engine.weights.Metadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A model file of one block with random weights and a token per byte. */
final class SmallModel {
  static final int VOCABULARY = 300;
  private static final int WIDTH = 64;

  private SmallModel() {}

  /**
   * Writes it.
   *
   * @param factor one weight is taken times this
   * @param template of chats
   */
  static Path write(Path file, float factor, Optional<String> template) throws IOException {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    for (int b = 0; b < 256; b++) tokens.add("<0x%02X>".formatted(b));
    while (tokens.size() < VOCABULARY) tokens.add("▁w" + tokens.size());
    int[] types = new int[VOCABULARY];
    for (int i = 0; i < types.length; i++) types[i] = i == 0 ? 2 : i < 3 ? 3 : i < 259 ? 6 : 1;
    Metadata.Builder metadata =
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
            .uint32("tokenizer.ggml.unknown_token_id", 0);
    template.ifPresent(text -> metadata.string("tokenizer.chat_template", text));
    GgufWriter writer = new GgufWriter(metadata.build());
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
