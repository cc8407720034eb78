package dev.kedge.engine.convert;

import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.Metadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which tensors of the folder become which of the GGUF file, with the shape that each must have.
 * Every tensor of the folder finds its place or is refused.
 */
final class TensorNames {
  /**
   * One tensor of the file.
   *
   * @param sources in the folder; several are the experts of one block, one behind the other
   * @param rows of each source; 0 for a vector
   * @param columns of a row, or the length of the vector
   * @param heads whose rows are reordered from halves to pairs; 0 leaves them
   */
  record Target(String name, List<String> sources, int rows, int columns, int heads) {
    /** GGUF order. */
    long[] shape() {
      if (rows == 0) return new long[] {columns};
      return sources.size() == 1
          ? new long[] {columns, rows}
          : new long[] {columns, rows, sources.size()};
    }

    /** The row of the source that becomes row {@code row}. */
    long sourceRow(long row) {
      if (heads == 0) return row;
      long size = Math.max(1, rows) / heads;
      long within = row % size;
      return row - within + within % 2 * (size / 2) + within / 2;
    }
  }

  private final Map<String, ModelFolder.Stored> stored;
  private final SourceFamily source;
  private final Metadata keys;
  private final String prefix;
  private final List<Target> targets = new ArrayList<>();
  private final Set<String> used = new HashSet<>();

  private TensorNames(Map<String, ModelFolder.Stored> stored, SourceFamily source, Metadata keys) {
    this.stored = stored;
    this.source = source;
    this.keys = keys;
    this.prefix = source.family().architecture() + ".";
  }

  static List<Target> of(
      Map<String, ModelFolder.Stored> stored, SourceFamily source, Metadata keys, boolean tied) {
    return new TensorNames(stored, source, keys).targets(tied);
  }

  private int key(String name) {
    return (int) keys.integer(prefix + name);
  }

  private List<Target> targets(boolean tied) {
    int width = key("embedding_length");
    int vocabulary = key("vocab_size");
    matrix("token_embd.weight", "model.embed_tokens.weight", vocabulary, width, 0);
    int layers = key("block_count");
    for (int l = 0; l < layers; l++) layer("blk." + l + ".", "model.layers." + l + ".", width);
    vector("output_norm.weight", "model.norm.weight", width, 0);
    if (tied) used.add("lm_head.weight");
    else matrix("output.weight", "lm_head.weight", vocabulary, width, 0);
    for (String name : stored.keySet()) {
      if (used.contains(name) || name.endsWith(".rotary_emb.inv_freq")) continue;
      throw new FormatException(
          -1, "the tensor '" + name + "' has no place in a model of family " + family());
    }
    return targets;
  }

  private String family() {
    return source.name().toLowerCase(Locale.ROOT);
  }

  private void layer(String to, String from, int width) {
    int heads = key("attention.head_count");
    int kvHeads = key("attention.head_count_kv");
    int size = key("attention.key_length");
    int queryTurns = source.permutes() ? heads : 0;
    int keyTurns = source.permutes() ? kvHeads : 0;
    String attention = from + "self_attn.";
    vector(to + "attn_norm.weight", from + "input_layernorm.weight", width, 0);
    matrix(to + "attn_q.weight", attention + "q_proj.weight", heads * size, width, queryTurns);
    matrix(to + "attn_k.weight", attention + "k_proj.weight", kvHeads * size, width, keyTurns);
    matrix(to + "attn_v.weight", attention + "v_proj.weight", kvHeads * size, width, 0);
    if (source.family().biases()) {
      vector(to + "attn_q.bias", attention + "q_proj.bias", heads * size, 0);
      vector(to + "attn_k.bias", attention + "k_proj.bias", kvHeads * size, 0);
      vector(to + "attn_v.bias", attention + "v_proj.bias", kvHeads * size, 0);
    }
    if (source.family().headNorms()) {
      vector(to + "attn_q_norm.weight", attention + "q_norm.weight", size, 0);
      vector(to + "attn_k_norm.weight", attention + "k_norm.weight", size, 0);
    }
    matrix(to + "attn_output.weight", attention + "o_proj.weight", width, heads * size, 0);
    vector(to + "ffn_norm.weight", from + "post_attention_layernorm.weight", width, 0);
    int hidden = key("feed_forward_length");
    if (source != SourceFamily.MIXTRAL) {
      matrix(to + "ffn_gate.weight", from + "mlp.gate_proj.weight", hidden, width, 0);
      matrix(to + "ffn_up.weight", from + "mlp.up_proj.weight", hidden, width, 0);
      matrix(to + "ffn_down.weight", from + "mlp.down_proj.weight", width, hidden, 0);
      return;
    }
    String mixture = from + "block_sparse_moe.";
    matrix(to + "ffn_gate_inp.weight", mixture + "gate.weight", key("expert_count"), width, 0);
    experts(to + "ffn_gate_exps.weight", mixture, ".w1.weight", hidden, width);
    experts(to + "ffn_up_exps.weight", mixture, ".w3.weight", hidden, width);
    experts(to + "ffn_down_exps.weight", mixture, ".w2.weight", width, hidden);
  }

  private void vector(String to, String from, int length, int heads) {
    add(new Target(to, List.of(from), 0, length, heads), length);
  }

  private void matrix(String to, String from, int rows, int columns, int heads) {
    add(new Target(to, List.of(from), rows, columns, heads), rows, columns);
  }

  private void experts(String to, String mixture, String role, int rows, int columns) {
    List<String> sources = new ArrayList<>();
    for (int e = 0; e < key("expert_count"); e++) sources.add(mixture + "experts." + e + role);
    add(new Target(to, List.copyOf(sources), rows, columns, 0), rows, columns);
  }

  private void add(Target target, long... expected) {
    for (String name : target.sources) {
      ModelFolder.Stored found = stored.get(name);
      if (found == null) throw new FormatException(-1, "the folder has no tensor '" + name + "'");
      if (!Arrays.equals(found.tensor().shape(), expected)) {
        throw new FormatException(
            -1,
            "the tensor '%s' has the shape %s; %s was expected"
                .formatted(
                    name, Arrays.toString(found.tensor().shape()), Arrays.toString(expected)));
      }
      used.add(name);
    }
    targets.add(target);
  }
}
