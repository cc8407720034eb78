package dev.kedge.app;

import dev.kedge.engine.weights.GgufWriter;
import dev.kedge.engine.weights.Metadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Writes a model with random weights and one token per byte, so that it answers with arbitrary
 * bytes: characters are split over tokens and many are broken.
 */
public final class TinyModel {
  private static final int WIDTH = 32;
  private static final int HIDDEN = 64;
  private static final int HEADS = 2;
  private static final int LAYERS = 2;
  private static final List<String> CONTROL =
      List.of("<|system|>", "<|user|>", "<|assistant|>", "<|end|>");
  private static final String TEMPLATE =
      "{{ bos_token }}{% for m in messages %}{{ '<|' + m.role + '|>' + m.content + '<|end|>' }}"
          + "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

  private final Random random = new Random(5);
  private final List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));

  private TinyModel() {
    for (int b = 0; b < 256; b++) tokens.add("<0x%02X>".formatted(b));
    tokens.addAll(CONTROL);
  }

  /** Writes the file; the context has so many tokens. */
  public static Path write(Path file, int context) throws IOException {
    return write(file, context, TEMPLATE);
  }

  /** Writes the file with another chat template. */
  public static Path write(Path file, int context, String template) throws IOException {
    TinyModel model = new TinyModel();
    GgufWriter writer = new GgufWriter(model.metadata(context, template));
    model.weights(writer);
    writer.write(file);
    return file;
  }

  private Metadata metadata(int context, String template) {
    float[] scores = new float[tokens.size()];
    int[] types = new int[tokens.size()];
    for (int i = 0; i < types.length; i++) {
      scores[i] = -i;
      types[i] = i == 0 ? 2 : i < 3 || i >= 259 ? 3 : 6;
    }
    return Metadata.builder()
        .string("general.architecture", "llama")
        .string("general.name", "tiny")
        .uint32("llama.block_count", LAYERS)
        .uint32("llama.context_length", context)
        .uint32("llama.embedding_length", WIDTH)
        .uint32("llama.feed_forward_length", HIDDEN)
        .uint32("llama.attention.head_count", HEADS)
        .uint32("llama.attention.head_count_kv", HEADS)
        .uint32("llama.rope.dimension_count", WIDTH / HEADS)
        .float32("llama.rope.freq_base", 10000)
        .float32("llama.attention.layer_norm_rms_epsilon", 1e-5f)
        .string("tokenizer.ggml.model", "llama")
        .strings("tokenizer.ggml.tokens", tokens)
        .floats("tokenizer.ggml.scores", scores)
        .int32s("tokenizer.ggml.token_type", types)
        .uint32("tokenizer.ggml.bos_token_id", 1)
        .uint32("tokenizer.ggml.eos_token_id", 2)
        .uint32("tokenizer.ggml.unknown_token_id", 0)
        .flag("tokenizer.ggml.add_bos_token", true)
        .flag("tokenizer.ggml.add_space_prefix", false)
        .string("tokenizer.chat_template", template)
        .build();
  }

  private void weights(GgufWriter writer) {
    int vocabulary = tokens.size();
    matrix(writer, "token_embd.weight", vocabulary, WIDTH);
    for (int layer = 0; layer < LAYERS; layer++) {
      String prefix = "blk." + layer + ".";
      norm(writer, prefix + "attn_norm.weight");
      for (String name : List.of("attn_q", "attn_k", "attn_v", "attn_output")) {
        matrix(writer, prefix + name + ".weight", WIDTH, WIDTH);
      }
      norm(writer, prefix + "ffn_norm.weight");
      matrix(writer, prefix + "ffn_gate.weight", HIDDEN, WIDTH);
      matrix(writer, prefix + "ffn_up.weight", HIDDEN, WIDTH);
      matrix(writer, prefix + "ffn_down.weight", WIDTH, HIDDEN);
    }
    norm(writer, "output_norm.weight");
    matrix(writer, "output.weight", vocabulary, WIDTH);
  }

  private void matrix(GgufWriter writer, String name, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * 1.5 / Math.sqrt(columns));
    }
    writer.tensor(name, new long[] {columns, rows}, values);
  }

  private void norm(GgufWriter writer, String name) {
    float[] values = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) values[i] = 1 + 0.2f * (float) random.nextGaussian();
    writer.tensor(name, new long[] {WIDTH}, values);
  }
}
