package dev.kedge.bench.engine;

import dev.kedge.bench.engine.SyntheticModel.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * The same shapes as a folder of the kind that model hubs hold: configuration, vocabulary, weights
 * in BF16. Its end mark is the last token, which no measurement meets: rows repeat, and of equal
 * logits the first is taken.
 */
public final class SyntheticFolder {
  private static final int REPEATED = 1 << 16;

  private final Shape shape;
  private final Random random = new Random(1);
  private final Map<String, int[]> tensors = new LinkedHashMap<>();

  private SyntheticFolder(Shape shape) {
    this.shape = shape;
    int kv = shape.width / shape.heads * shape.kvHeads;
    tensors.put("model.embed_tokens.weight", new int[] {shape.vocabulary, shape.width});
    for (int layer = 0; layer < shape.layers; layer++) {
      String prefix = "model.layers." + layer + ".";
      tensors.put(prefix + "input_layernorm.weight", new int[] {shape.width});
      tensors.put(prefix + "self_attn.q_proj.weight", new int[] {shape.width, shape.width});
      tensors.put(prefix + "self_attn.k_proj.weight", new int[] {kv, shape.width});
      tensors.put(prefix + "self_attn.v_proj.weight", new int[] {kv, shape.width});
      tensors.put(prefix + "self_attn.o_proj.weight", new int[] {shape.width, shape.width});
      tensors.put(prefix + "post_attention_layernorm.weight", new int[] {shape.width});
      tensors.put(prefix + "mlp.gate_proj.weight", new int[] {shape.hidden, shape.width});
      tensors.put(prefix + "mlp.up_proj.weight", new int[] {shape.hidden, shape.width});
      tensors.put(prefix + "mlp.down_proj.weight", new int[] {shape.width, shape.hidden});
    }
    tensors.put("model.norm.weight", new int[] {shape.width});
    tensors.put("lm_head.weight", new int[] {shape.vocabulary, shape.width});
  }

  /** Arguments: shape (110m, 1.1b or 8b), folder. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println("usage: SyntheticFolder 110m|1.1b|8b FOLDER");
      System.exit(2);
    }
    new SyntheticFolder(Shape.named(arguments[0])).write(Path.of(arguments[1]));
  }

  private void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("README.md"), "Random weights.\n");
    Files.writeString(folder.resolve("config.json"), config());
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("model.safetensors"),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      weights(file);
    }
  }

  private String config() {
    return """
    {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_act": "silu",
    "max_position_embeddings": %d, "hidden_size": %d, "intermediate_size": %d,
    "num_attention_heads": %d, "num_key_value_heads": %d, "num_hidden_layers": %d,
    "rms_norm_eps": 1e-05, "vocab_size": %d, "bos_token_id": 1, "eos_token_id": %d,
    "rope_theta": %.1f, "torch_dtype": "bfloat16"}
    """
        .formatted(
            Math.min(shape.context, 2048),
            shape.width,
            shape.hidden,
            shape.heads,
            shape.kvHeads,
            shape.layers,
            shape.vocabulary,
            shape.vocabulary - 1,
            shape.ropeBase);
  }

  private String tokenizer() {
    StringBuilder text = new StringBuilder();
    text.append("{\"model\": {\"type\": \"BPE\", \"unk_token\": \"<unk>\", \"fuse_unk\": true, ");
    text.append("\"byte_fallback\": true, \"merges\": [], \"vocab\": {");
    text.append("\"<unk>\": 0, \"<s>\": 1, \"</s>\": 2");
    for (int b = 0; b < 256; b++) text.append(", \"<0x%02X>\": %d".formatted(b, 3 + b));
    for (char c = 'a'; c <= 'z'; c++) text.append(", \"%c\": %d".formatted(c, 259 + c - 'a'));
    for (int i = 259 + 26; i < shape.vocabulary; i++) text.append(", \"w%d\": %d".formatted(i, i));
    return text.append("}}}\n").toString();
  }

  private void weights(FileChannel file) throws IOException {
    StringBuilder header = new StringBuilder("{");
    long at = 0;
    for (Map.Entry<String, int[]> tensor : tensors.entrySet()) {
      int[] sizes = tensor.getValue();
      String shown = sizes.length == 1 ? "" + sizes[0] : sizes[0] + ", " + sizes[1];
      long end = at + 2 * values(sizes);
      header.append(
          String.format(
              Locale.ROOT,
              "%s\"%s\": {\"dtype\": \"BF16\", \"shape\": [%s], \"data_offsets\": [%d, %d]}",
              at == 0 ? "" : ", ",
              tensor.getKey(),
              shown,
              at,
              end));
      at = end;
    }
    header.append('}');
    while (header.length() % 8 != 0) header.append(' ');
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    write(file, length.putLong(text.length).flip());
    write(file, ByteBuffer.wrap(text));
    for (int[] sizes : tensors.values()) values(file, sizes);
  }

  private static long values(int[] sizes) {
    return sizes.length == 1 ? sizes[0] : (long) sizes[0] * sizes[1];
  }

  /* Some random values, over and over. */
  private void values(FileChannel file, int[] sizes) throws IOException {
    double spread = 1 / Math.sqrt(sizes[sizes.length - 1]);
    ByteBuffer some = ByteBuffer.allocate(2 * REPEATED).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < REPEATED; i++) {
      double value =
          sizes.length == 1 ? 1 + 0.1 * random.nextGaussian() : spread * random.nextGaussian();
      some.putShort((short) (Float.floatToRawIntBits((float) value) >>> 16));
    }
    long left = 2 * values(sizes);
    while (left > 0) {
      some.position(0).limit((int) Math.min(left, some.capacity()));
      left -= some.limit();
      write(file, some);
    }
  }

  private static void write(FileChannel file, ByteBuffer data) throws IOException {
    while (data.hasRemaining()) file.write(data);
  }
}
