package dev.kedge.engine.weights;

import dev.kedge.engine.quantize.TypeMix;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * Files of large models that hold metadata only: the tensors' bytes are a hole in the file, which
 * takes no space.
 */
public final class HeaderFile {
  /** Published shapes. */
  public enum Shape {
    LLAMA_31_8B("llama", 32, 4096, 14336, 32, 8, 128_256, 131_072, 0),
    LLAMA_31_70B("llama", 80, 8192, 28672, 64, 8, 128_256, 131_072, 0),
    LLAMA_31_405B("llama", 126, 16384, 53248, 128, 8, 128_256, 131_072, 0),
    MIXTRAL_8X22B("llama", 56, 6144, 16384, 48, 8, 32_000, 65_536, 8),
    QWEN25_72B("qwen2", 80, 8192, 29568, 64, 8, 152_064, 131_072, 0);

    private final String architecture;
    private final int layers;
    private final int width;
    private final int hidden;
    private final int heads;
    private final int kvHeads;
    private final int vocabulary;
    private final int context;
    private final int experts;

    Shape(
        String architecture,
        int layers,
        int width,
        int hidden,
        int heads,
        int kvHeads,
        int vocabulary,
        int context,
        int experts) {
      this.architecture = architecture;
      this.layers = layers;
      this.width = width;
      this.hidden = hidden;
      this.heads = heads;
      this.kvHeads = kvHeads;
      this.vocabulary = vocabulary;
      this.context = context;
      this.experts = experts;
    }
  }

  private final Shape shape;
  private final TypeMix mix;
  private final GgufWriter out;
  private long bytes;

  private HeaderFile(Shape shape, FileType type) {
    this.shape = shape;
    Metadata metadata = metadata(shape);
    this.mix = TypeMix.of(type, false, metadata, false);
    this.out = new GgufWriter(metadata);
  }

  /** Writes the file and returns its path. */
  public static Path write(Shape shape, FileType type, Path path) throws IOException {
    HeaderFile file = new HeaderFile(shape, type);
    file.tensors();
    byte[] header = file.out.header();
    try (RandomAccessFile target = new RandomAccessFile(path.toFile(), "rw")) {
      target.write(header);
      target.setLength(header.length + file.bytes);
    }
    return path;
  }

  private static Metadata metadata(Shape shape) {
    String key = shape.architecture + ".";
    Metadata.Builder metadata =
        Metadata.builder()
            .string("general.architecture", shape.architecture)
            .uint32(key + "block_count", shape.layers)
            .uint32(key + "context_length", shape.context)
            .uint32(key + "embedding_length", shape.width)
            .uint32(key + "feed_forward_length", shape.hidden)
            .uint32(key + "attention.head_count", shape.heads)
            .uint32(key + "attention.head_count_kv", shape.kvHeads);
    if (shape.experts > 0) {
      metadata.uint32(key + "expert_count", shape.experts).uint32(key + "expert_used_count", 2);
    }
    return metadata.build();
  }

  private void tensors() {
    long width = shape.width;
    long hidden = shape.hidden;
    long keys = width / shape.heads * shape.kvHeads;
    tensor("token_embd.weight", width, shape.vocabulary);
    for (int l = 0; l < shape.layers; l++) {
      String block = "blk." + l + ".";
      tensor(block + "attn_norm.weight", width);
      tensor(block + "attn_q.weight", width, width);
      tensor(block + "attn_k.weight", width, keys);
      tensor(block + "attn_v.weight", width, keys);
      if (shape.architecture.equals("qwen2")) {
        tensor(block + "attn_q.bias", width);
        tensor(block + "attn_k.bias", keys);
        tensor(block + "attn_v.bias", keys);
      }
      tensor(block + "attn_output.weight", width, width);
      tensor(block + "ffn_norm.weight", width);
      if (shape.experts == 0) {
        tensor(block + "ffn_gate.weight", width, hidden);
        tensor(block + "ffn_up.weight", width, hidden);
        tensor(block + "ffn_down.weight", hidden, width);
      } else {
        tensor(block + "ffn_gate_inp.weight", width, shape.experts);
        tensor(block + "ffn_gate_exps.weight", width, hidden, shape.experts);
        tensor(block + "ffn_up_exps.weight", width, hidden, shape.experts);
        tensor(block + "ffn_down_exps.weight", hidden, width, shape.experts);
      }
    }
    tensor("output_norm.weight", width);
    tensor("output.weight", width, shape.vocabulary);
  }

  private void tensor(String name, long... dimensions) {
    TensorType type = mix.target(name, dimensions, TensorType.F32);
    out.tensor(name, type, dimensions, sink -> {});
    long elements = 1;
    for (long dimension : dimensions) elements *= dimension;
    bytes += (type.bytes(elements) + 31) / 32 * 32;
  }
}
