package dev.kedge.engine.convert;

import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.Metadata;
import dev.kedge.engine.weights.TensorInfo;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the model of a GGUF file of floats as a publisher would: safetensors in shards with an
 * index, config.json, tokenizer.json. Query and key rows stand as they do in the file; whoever
 * wants to compare says how they rotate.
 */
final class PublishedFolder {
  private static final Pattern EXPERTS = Pattern.compile("(blk\\.\\d+)\\.ffn_(\\w+)_exps\\.weight");
  private static final Map<String, String> EXPERT_ROLES =
      Map.of("gate", "w1", "down", "w2", "up", "w3");
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("token_embd.weight", "model.embed_tokens.weight"),
          Map.entry("output_norm.weight", "model.norm.weight"),
          Map.entry("output.weight", "lm_head.weight"),
          Map.entry("attn_norm", "input_layernorm"),
          Map.entry("ffn_norm", "post_attention_layernorm"),
          Map.entry("attn_q", "self_attn.q_proj"),
          Map.entry("attn_k", "self_attn.k_proj"),
          Map.entry("attn_v", "self_attn.v_proj"),
          Map.entry("attn_output", "self_attn.o_proj"),
          Map.entry("attn_q_norm", "self_attn.q_norm"),
          Map.entry("attn_k_norm", "self_attn.k_norm"),
          Map.entry("ffn_gate", "mlp.gate_proj"),
          Map.entry("ffn_up", "mlp.up_proj"),
          Map.entry("ffn_down", "mlp.down_proj"),
          Map.entry("ffn_gate_inp", "block_sparse_moe.gate"));

  private final Path folder;
  private final Map<String, long[]> shapes = new LinkedHashMap<>();
  private final Map<String, float[]> values = new LinkedHashMap<>();

  private PublishedFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes the folder.
   *
   * @param more members of config.json, each with a comma before it
   */
  static Path write(GgufFile file, Path folder, String modelType, String more) throws IOException {
    Files.createDirectories(folder);
    PublishedFolder published = new PublishedFolder(folder);
    for (TensorInfo tensor : file.tensors()) published.add(file, tensor);
    published.shards();
    Metadata m = file.metadata();
    String a = m.string("general.architecture") + ".";
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type": "%s", "hidden_act": "silu", "vocab_size": %d, "hidden_size": %d,
         "intermediate_size": %d, "num_hidden_layers": %d, "num_attention_heads": %d,
         "num_key_value_heads": %d, "head_dim": %d, "max_position_embeddings": %d,
         "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "tie_word_embeddings": %b%s}
        """
            .formatted(
                modelType,
                m.integer(a + "vocab_size"),
                m.integer(a + "embedding_length"),
                m.integer(a + "feed_forward_length"),
                m.integer(a + "block_count"),
                m.integer(a + "attention.head_count"),
                m.integer(a + "attention.head_count_kv"),
                m.integer(a + "attention.key_length"),
                m.integer(a + "context_length"),
                file.tensor("output.weight").isEmpty(),
                more));
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
    return folder;
  }

  private static String tokenizer() {
    StringBuilder vocabulary = new StringBuilder();
    for (int b = 0; b < 256; b++) {
      // The byte alphabet: printable bytes stand for themselves.
      int point = b > 32 && b < 127 ? b : 0x100 + b;
      vocabulary.append("\"\\u%04x\": %d, ".formatted(point, b));
    }
    return """
    {"added_tokens": [{"id": 257, "content": "<|end|>", "special": true}],
     "pre_tokenizer": {"type": "ByteLevel", "use_regex": true},
     "model": {"type": "BPE", "vocab": {%s"ab": 256}, "merges": ["a b"]}}
    """
        .formatted(vocabulary);
  }

  private void add(GgufFile file, TensorInfo tensor) {
    float[] all = file.data(tensor).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    long[] shape = tensor.shape();
    Matcher experts = EXPERTS.matcher(tensor.name());
    if (experts.matches()) {
      int size = (int) (shape[0] * shape[1]);
      for (int e = 0; e < shape[2]; e++) {
        String role = EXPERT_ROLES.get(experts.group(2));
        String block = experts.group(1).replace("blk.", "model.layers.");
        put(
            block + ".block_sparse_moe.experts." + e + "." + role + ".weight",
            new long[] {shape[1], shape[0]},
            java.util.Arrays.copyOfRange(all, e * size, (e + 1) * size));
      }
      return;
    }
    put(name(tensor.name()), shape.length == 1 ? shape : new long[] {shape[1], shape[0]}, all);
  }

  private static String name(String name) {
    String whole = NAMES.get(name);
    if (whole != null) return whole;
    Matcher block = Pattern.compile("blk\\.(\\d+)\\.(\\w+)\\.(\\w+)").matcher(name);
    if (!block.matches()) throw new IllegalArgumentException(name);
    String role = Optional.ofNullable(NAMES.get(block.group(2))).orElseThrow();
    return "model.layers." + block.group(1) + "." + role + "." + block.group(3);
  }

  private void put(String name, long[] shape, float[] data) {
    shapes.put(name, shape);
    values.put(name, data);
  }

  private void shards() throws IOException {
    List<String> names = List.copyOf(values.keySet());
    int half = names.size() / 2;
    StringBuilder index = new StringBuilder();
    String[] files = {"model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"};
    shard(files[0], names.subList(0, half));
    shard(files[1], names.subList(half, names.size()));
    for (int i = 0; i < names.size(); i++) {
      index
          .append(i == 0 ? "" : ", ")
          .append('"')
          .append(names.get(i))
          .append("\": \"")
          .append(files[i < half ? 0 : 1])
          .append('"');
    }
    Files.writeString(
        folder.resolve("model.safetensors.index.json"), "{\"weight_map\": {" + index + "}}");
  }

  private void shard(String file, List<String> names) throws IOException {
    StringBuilder header = new StringBuilder("{");
    int offset = 0;
    for (String name : names) {
      float[] data = values.getOrDefault(name, new float[0]);
      header
          .append(offset == 0 ? "" : ",")
          .append("\"%s\":{\"dtype\":\"F32\",\"shape\":".formatted(name))
          .append(java.util.Arrays.toString(shapes.get(name)).replace(" ", ""))
          .append(",\"data_offsets\":[%d,%d]}".formatted(offset, offset + 4 * data.length));
      offset += 4 * data.length;
    }
    byte[] text = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(8 + text.length + offset).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(text.length).put(text);
    for (String name : names) {
      for (float value : values.getOrDefault(name, new float[0])) out.putFloat(value);
    }
    Files.write(folder.resolve(file), out.array());
  }
}
