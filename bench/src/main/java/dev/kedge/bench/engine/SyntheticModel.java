package dev.kedge.bench.engine;

import dev.kedge.engine.weights.GgufWriter;
import dev.kedge.engine.weights.Metadata;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Files with the shape of a known model and random weights of tame size. A stretch of random blocks
 * is written over and over, so a file is made as fast as the disk takes it.
 */
public final class SyntheticModel {
  private static final String PURE = "Q4_0_PURE";
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** A shape; contexts are longer than the originals', for measurements at 4,000 tokens. */
  enum Shape {
    STORIES_110M(12, 768, 2048, 12, 12, 32000, 10_000, 8192),
    TINYLLAMA_1_1B(22, 2048, 5632, 32, 4, 32000, 10_000, 8192),
    LLAMA_3_1_8B(32, 4096, 14336, 32, 8, 128256, 500_000, 131_072);

    final int layers;
    final int width;
    final int hidden;
    final int heads;
    final int kvHeads;
    final int vocabulary;
    final float ropeBase;
    final int context;

    Shape(
        int layers,
        int width,
        int hidden,
        int heads,
        int kvHeads,
        int vocabulary,
        float ropeBase,
        int context) {
      this.layers = layers;
      this.width = width;
      this.hidden = hidden;
      this.heads = heads;
      this.kvHeads = kvHeads;
      this.vocabulary = vocabulary;
      this.ropeBase = ropeBase;
      this.context = context;
    }

    /** From 110m, 1.1b or 8b. */
    static Shape named(String name) {
      return switch (name.toLowerCase(Locale.ROOT)) {
        case "110m" -> STORIES_110M;
        case "1.1b" -> TINYLLAMA_1_1B;
        case "8b" -> LLAMA_3_1_8B;
        default -> throw new IllegalArgumentException("no shape " + name);
      };
    }
  }

  private final Shape shape;
  private final String mix;
  private final Random random = new Random(1);

  private SyntheticModel(Shape shape, String mix) {
    this.shape = shape;
    this.mix = mix;
  }

  /**
   * Arguments: shape (110m, 1.1b or 8b), type (one of blocks, F16 or BF16; Q4_0_PURE, whose output
   * matrix is Q4_0 too; Q4_K_M or Q5_K_M), file.
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      System.err.println(
          "usage: SyntheticModel 110m|1.1b|8b"
              + " Q4_0|Q4_0_PURE|Q4_1|Q5_0|Q5_1|Q8_0|Q4_K_M|Q5_K|Q5_K_M|Q6_K|F16|BF16 FILE");
      System.exit(2);
    }
    Shape shape = Shape.named(arguments[0]);
    new SyntheticModel(shape, arguments[1].toUpperCase(Locale.ROOT)).write(Path.of(arguments[2]));
  }

  private void write(Path file) throws IOException {
    GgufWriter writer = new GgufWriter(metadata());
    int kv = shape.width / shape.heads * shape.kvHeads;
    matrix(writer, "token_embd", base(), shape.vocabulary, shape.width);
    for (int layer = 0; layer < shape.layers; layer++) {
      String prefix = "blk." + layer + ".";
      TensorType more = moreBits(layer) ? TensorType.Q6_K : base();
      norm(writer, prefix + "attn_norm");
      matrix(writer, prefix + "attn_q", base(), shape.width, shape.width);
      matrix(writer, prefix + "attn_k", base(), kv, shape.width);
      matrix(writer, prefix + "attn_v", more, kv, shape.width);
      matrix(writer, prefix + "attn_output", base(), shape.width, shape.width);
      norm(writer, prefix + "ffn_norm");
      matrix(writer, prefix + "ffn_gate", base(), shape.hidden, shape.width);
      matrix(writer, prefix + "ffn_up", base(), shape.hidden, shape.width);
      matrix(writer, prefix + "ffn_down", more, shape.width, shape.hidden);
    }
    norm(writer, "output_norm");
    boolean asTheRest =
        switch (base()) {
          case Q8_0, F16, BF16 -> true;
          default -> mix.equals(PURE);
        };
    TensorType output = asTheRest ? base() : TensorType.Q6_K;
    matrix(writer, "output", output, shape.vocabulary, shape.width);
    writer.write(file);
  }

  private TensorType base() {
    return switch (mix) {
      case "Q4_K_M" -> TensorType.Q4_K;
      case "Q5_K_M" -> TensorType.Q5_K;
      case PURE -> TensorType.Q4_0;
      default -> TensorType.valueOf(mix);
    };
  }

  /* Values and down projections of the first and last eighth and of every third layer between. */
  private boolean moreBits(int layer) {
    int eighth = shape.layers / 8;
    return mix.endsWith("_K_M")
        && (layer < eighth || layer >= shape.layers - eighth || (layer - eighth) % 3 == 2);
  }

  private Metadata metadata() {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    for (int b = 0; b < 256; b++) tokens.add("<0x%02X>".formatted(b));
    while (tokens.size() < shape.vocabulary) tokens.add("▁w" + tokens.size());
    float[] scores = new float[shape.vocabulary];
    int[] types = new int[shape.vocabulary];
    for (int i = 0; i < types.length; i++) {
      scores[i] = -i;
      types[i] = i == 0 ? 2 : i < 3 ? 3 : i < 259 ? 6 : 1;
    }
    return Metadata.builder()
        .string("general.architecture", "llama")
        .string("general.name", shape.name().toLowerCase(Locale.ROOT) + "-" + mix)
        .uint32("llama.block_count", shape.layers)
        .uint32("llama.context_length", shape.context)
        .uint32("llama.embedding_length", shape.width)
        .uint32("llama.feed_forward_length", shape.hidden)
        .uint32("llama.attention.head_count", shape.heads)
        .uint32("llama.attention.head_count_kv", shape.kvHeads)
        .uint32("llama.rope.dimension_count", shape.width / shape.heads)
        .float32("llama.rope.freq_base", shape.ropeBase)
        .float32("llama.attention.layer_norm_rms_epsilon", 1e-5f)
        .string("tokenizer.ggml.model", "llama")
        .strings("tokenizer.ggml.tokens", tokens)
        .floats("tokenizer.ggml.scores", scores)
        .int32s("tokenizer.ggml.token_type", types)
        .uint32("tokenizer.ggml.bos_token_id", 1)
        .uint32("tokenizer.ggml.eos_token_id", 2)
        .uint32("tokenizer.ggml.unknown_token_id", 0)
        .build();
  }

  private void norm(GgufWriter writer, String name) {
    float[] values = new float[shape.width];
    for (int i = 0; i < values.length; i++) values[i] = 1 + 0.1f * (float) random.nextGaussian();
    writer.tensor(name + ".weight", new long[] {values.length}, values);
  }

  private void matrix(GgufWriter writer, String name, TensorType type, int rows, int columns) {
    long row = type.bytes(columns);
    MemorySegment some = blocks(type, 16 * columns, 1.5 / Math.sqrt(columns));
    writer.tensor(
        name + ".weight",
        type,
        new long[] {columns, rows},
        sink -> {
          for (int done = 0; done < rows; done += 16) {
            sink.write(some.asSlice(0, Math.min(16, rows - done) * row));
          }
        });
  }

  private MemorySegment blocks(TensorType type, int elements, double size) {
    byte[] bytes = new byte[(int) type.bytes(elements)];
    random.nextBytes(bytes);
    MemorySegment data = MemorySegment.ofArray(bytes);
    for (long at = 0; at < bytes.length; at += type.blockBytes()) {
      switch (type) {
        case Q4_0 -> half(data, at, size / 4.6);
        case Q5_0 -> half(data, at, size / 9.2);
        case Q8_0 -> half(data, at, size / 74);
        case Q4_1 -> scaleAndMinimum(data, at, size / 4.6, -7.5);
        case Q5_1 -> scaleAndMinimum(data, at, size / 9.2, -15.5);
        case Q4_K -> scaleAndMinimum(data, at, size / 4.6 / 36, 7.5);
        case Q5_K -> scaleAndMinimum(data, at, size / 9.2 / 36, 15.5);
        case Q6_K -> half(data, at + 208, size / 18.5 / 74);
        case F16 -> half(data, at, size * random.nextGaussian());
        case BF16 -> {
          int bits = Float.floatToIntBits((float) (size * random.nextGaussian()));
          data.set(U16, at, (short) (bits >>> 16));
        }
        case F32 -> throw new IllegalArgumentException(type + " is not among the shapes");
      }
    }
    return data;
  }

  /* The minimum is so many scales. */
  private static void scaleAndMinimum(MemorySegment data, long at, double scale, double minimum) {
    half(data, at, scale);
    half(data, at + 2, scale * minimum);
  }

  private static void half(MemorySegment data, long at, double value) {
    data.set(U16, at, Float.floatToFloat16((float) value));
  }
}
