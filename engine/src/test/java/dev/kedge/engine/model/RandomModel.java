package dev.kedge.engine.model;

import dev.kedge.engine.weights.GgufWriter;
import dev.kedge.engine.weights.Metadata;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Writes small GGUF files with random weights and a vocabulary of bytes and a few pieces of text.
 *
 * @param type of the matrices
 * @param tied whether the output is the embedding
 */
public record RandomModel(
    String architecture,
    int layers,
    int width,
    int hidden,
    int heads,
    int kvHeads,
    int vocabulary,
    int context,
    TensorType type,
    boolean tied,
    long seed) {

  /** Two layers of 64 (256 for K types), four heads over two, 320 tokens, 256 positions. */
  public static RandomModel small(TensorType type) {
    boolean wide = type.blockSize() > 32;
    int width = wide ? 256 : 64;
    return new RandomModel("llama", 2, width, wide ? 512 : 160, 4, 2, 320, 256, type, false, 1);
  }

  /** Writes the file and returns its path. */
  public Path write(Path file) throws IOException {
    return write(file, metadata().build());
  }

  /** Writes the file with other metadata. */
  public Path write(Path file, Metadata metadata) throws IOException {
    Random random = new Random(seed);
    GgufWriter writer = new GgufWriter(metadata);
    int kv = width / heads * kvHeads;
    matrix(writer, random, "token_embd.weight", vocabulary, width);
    for (int l = 0; l < layers; l++) {
      String prefix = "blk." + l + ".";
      norm(writer, random, prefix + "attn_norm.weight", width);
      matrix(writer, random, prefix + "attn_q.weight", width, width);
      matrix(writer, random, prefix + "attn_k.weight", kv, width);
      matrix(writer, random, prefix + "attn_v.weight", kv, width);
      if (architecture.equals("qwen2")) {
        norm(writer, random, prefix + "attn_q.bias", width);
        norm(writer, random, prefix + "attn_k.bias", kv);
        norm(writer, random, prefix + "attn_v.bias", kv);
      }
      matrix(writer, random, prefix + "attn_output.weight", width, width);
      norm(writer, random, prefix + "ffn_norm.weight", width);
      matrix(writer, random, prefix + "ffn_gate.weight", hidden, width);
      matrix(writer, random, prefix + "ffn_up.weight", hidden, width);
      matrix(writer, random, prefix + "ffn_down.weight", width, hidden);
    }
    norm(writer, random, "output_norm.weight", width);
    if (!tied) matrix(writer, random, "output.weight", vocabulary, width);
    writer.write(file);
    return file;
  }

  /** The metadata, to be changed before writing. */
  public Metadata.Builder metadata() {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    for (int b = 0; b < 256; b++) tokens.add("<0x%02X>".formatted(b));
    tokens.add("▁");
    for (char c = 'a'; c <= 'z'; c++) tokens.add(String.valueOf(c));
    while (tokens.size() < vocabulary) tokens.add("▁w" + tokens.size());
    float[] scores = new float[vocabulary];
    int[] types = new int[vocabulary];
    for (int i = 0; i < vocabulary; i++) {
      scores[i] = -i;
      types[i] = i == 0 ? 2 : i < 3 ? 3 : i < 259 ? 6 : 1;
    }
    return Metadata.builder()
        .string("general.architecture", architecture)
        .string("general.name", "random")
        .uint32(architecture + ".block_count", layers)
        .uint32(architecture + ".context_length", context)
        .uint32(architecture + ".embedding_length", width)
        .uint32(architecture + ".feed_forward_length", hidden)
        .uint32(architecture + ".attention.head_count", heads)
        .uint32(architecture + ".attention.head_count_kv", kvHeads)
        .uint32(architecture + ".rope.dimension_count", width / heads)
        .float32(architecture + ".rope.freq_base", 10000)
        .float32(architecture + ".attention.layer_norm_rms_epsilon", 1e-5f)
        .string("tokenizer.ggml.model", "llama")
        .strings("tokenizer.ggml.tokens", tokens.subList(0, vocabulary))
        .floats("tokenizer.ggml.scores", scores)
        .int32s("tokenizer.ggml.token_type", types)
        .uint32("tokenizer.ggml.bos_token_id", 1)
        .uint32("tokenizer.ggml.eos_token_id", 2)
        .uint32("tokenizer.ggml.unknown_token_id", 0)
        .flag("tokenizer.ggml.add_bos_token", true)
        .flag("tokenizer.ggml.add_eos_token", false);
  }

  private static void norm(GgufWriter writer, Random random, String name, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) values[i] = 1 + 0.2f * (float) random.nextGaussian();
    writer.tensor(name, new long[] {length}, values);
  }

  private void matrix(GgufWriter writer, Random random, String name, int rows, int columns) {
    byte[] bytes = new byte[(int) type.bytes((long) rows * columns)];
    random.nextBytes(bytes);
    MemorySegment data = MemorySegment.ofArray(bytes);
    double size = 1.5 / Math.sqrt(columns);
    for (int i = 0; i < rows * columns / type.blockSize(); i++) {
      float w = (float) (random.nextGaussian() * size);
      long at = (long) i * type.blockBytes();
      switch (type) {
        case F32 -> data.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, w);
        case F16 -> data.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16(w));
        case BF16 ->
            data.set(
                ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) (Float.floatToIntBits(w) >>> 16));
        // Random quants with a fixed scale have the same spread as the floats.
        case Q8_0 -> scale(data, at, size / 74);
        case Q4_0 -> scale(data, at, size / 4.6);
        case Q5_0 -> scale(data, at, size / 9.2);
        case Q4_1 -> scales(data, at, size / 4.6, -7.5);
        case Q5_1 -> scales(data, at, size / 9.2, -15.5);
        // Scales of parts are random too: 6 bits, or 8 with a sign.
        case Q4_K -> scales(data, at, size / 4.6 / 36, 7.5);
        case Q5_K -> scales(data, at, size / 9.2 / 36, 15.5);
        case Q6_K -> scale(data, at + 208, size / 18.5 / 74);
      }
    }
    writer.tensor(name, type, new long[] {columns, rows}, data);
  }

  private static void scales(MemorySegment data, long at, double scale, double minimum) {
    scale(data, at, scale);
    scale(data, at + 2, scale * minimum);
  }

  private static void scale(MemorySegment data, long at, double scale) {
    data.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16((float) scale));
  }
}
