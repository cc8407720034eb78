package dev.kedge.engine.convert;

import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.Metadata;
import java.util.Optional;

/** Writes the keys of the architecture from config.json. */
final class ModelKeysOf {
  private final JsonFields config;
  private final SourceFamily source;
  private final Metadata.Builder out;
  private final String prefix;

  private ModelKeysOf(JsonFields config, SourceFamily source, Metadata.Builder out) {
    this.config = config;
    this.source = source;
    this.out = out;
    this.prefix = source.family().architecture() + ".";
  }

  /**
   * Writes the keys.
   *
   * @return divisors of the rope frequencies, for a tensor; empty where there are none
   * @throws FormatException where the folder asks for what Kedge does not do
   */
  static float[] write(JsonFields config, SourceFamily source, Metadata.Builder out) {
    return new ModelKeysOf(config, source, out).write();
  }

  private float[] write() {
    refuseOthers();
    int width = config.requireWhole("hidden_size");
    int heads = config.requireWhole("num_attention_heads");
    if (heads < 1) throw new FormatException(-1, "config.json: no attention heads");
    if (config.whole("head_dim").isEmpty() && width % heads != 0) {
      throw new FormatException(
          -1,
          "config.json: hidden_size %d does not divide among %d heads, and there is no head_dim"
              .formatted(width, heads));
    }
    int headSize = config.whole("head_dim").orElse(Math.max(1, width / heads));
    if (headSize > 4096 || headSize % 2 != 0) {
      throw new FormatException(
          -1, "config.json: heads of " + headSize + "; an even size of at most 4096 was expected");
    }
    out.uint32(prefix + "vocab_size", config.requireWhole("vocab_size"))
        .uint32(prefix + "context_length", config.requireWhole("max_position_embeddings"))
        .uint32(prefix + "embedding_length", width)
        .uint32(prefix + "block_count", config.requireWhole("num_hidden_layers"))
        .uint32(prefix + "feed_forward_length", config.requireWhole("intermediate_size"))
        .uint32(prefix + "attention.head_count", heads)
        .uint32(
            prefix + "attention.head_count_kv", config.whole("num_key_value_heads").orElse(heads))
        .uint32(prefix + "attention.key_length", headSize)
        .uint32(prefix + "attention.value_length", headSize)
        .float32(
            prefix + "attention.layer_norm_rms_epsilon",
            config.number("rms_norm_eps").orElse(1e-6).floatValue())
        .uint32(prefix + "rope.dimension_count", headSize);
    window();
    if (source == SourceFamily.MIXTRAL) {
      out.uint32(prefix + "expert_count", config.requireWhole("num_local_experts"))
          .uint32(prefix + "expert_used_count", config.whole("num_experts_per_tok").orElse(2));
    }
    return rope(headSize);
  }

  private void refuseOthers() {
    String activation = config.text("hidden_act").orElse("silu");
    refuse(!activation.equals("silu"), "the activation '" + activation + "'; silu is known");
    refuse(config.flag("mlp_bias").orElse(false), "biases in the feed-forward part");
    boolean bias = config.flag("attention_bias").orElse(false);
    refuse(bias && source != SourceFamily.QWEN2, "attention biases in this family");
    boolean windows = config.flag("use_sliding_window").orElse(false);
    refuse(windows, "a sliding window in some blocks only (use_sliding_window)");
    refuse(config.object("quantization_config").isPresent(), "weights that are quantized already");
  }

  private static void refuse(boolean asked, String what) {
    if (asked)
      throw new FormatException(-1, "config.json asks for what Kedge does not do: " + what);
  }

  private void window() {
    if (source != SourceFamily.MISTRAL && source != SourceFamily.MIXTRAL) return;
    config
        .whole("sliding_window")
        .filter(window -> window > 0)
        .ifPresent(window -> out.uint32(prefix + "attention.sliding_window", window));
  }

  private float[] rope(int headSize) {
    Optional<JsonFields> parameters = config.object("rope_parameters");
    double base =
        parameters
            .flatMap(fields -> fields.number("rope_theta"))
            .or(() -> config.number("rope_theta"))
            .orElse(source.ropeBase());
    out.float32(prefix + "rope.freq_base", (float) base);
    Optional<JsonFields> scaling = config.object("rope_scaling").or(() -> parameters);
    if (scaling.isEmpty()) return new float[0];
    JsonFields rope = scaling.get();
    String kind = rope.text("rope_type").or(() -> rope.text("type")).orElse("default");
    return switch (kind) {
      case "default" -> new float[0];
      case "linear" -> {
        out.string(prefix + "rope.scaling.type", "linear")
            .float32(prefix + "rope.scaling.factor", factor(rope));
        yield new float[0];
      }
      case "yarn" -> {
        yarn(rope);
        yield new float[0];
      }
      case "llama3" -> llama3(rope, base, headSize);
      default ->
          throw new FormatException(
              -1,
              "config.json: rope scaling '"
                  + kind
                  + "' is not supported; known are: default, linear, llama3, yarn");
    };
  }

  private static float factor(JsonFields rope) {
    double factor = require(rope, "factor");
    if (factor >= 1e-3 && factor <= 1e6) return (float) factor;
    throw new FormatException(-1, rope.where() + ": 'factor' is " + factor);
  }

  private static double require(JsonFields rope, String key) {
    return rope.number(key)
        .orElseThrow(() ->
            new FormatException(
                -1, rope.where() + ": a rope scaling has no '" + key + "', which it needs"));
  }

  private void yarn(JsonFields rope) {
    float factor = factor(rope);
    int original =
        rope.whole("original_max_position_embeddings")
            .orElseGet(() -> config.requireWhole("max_position_embeddings"));
    out.string(prefix + "rope.scaling.type", "yarn")
        .float32(prefix + "rope.scaling.factor", factor)
        .uint32(prefix + "rope.scaling.original_context_length", original);
    double usual = 0.1 * StrictMath.log(factor) + 1;
    rope.number("attention_factor")
        .ifPresent(attention ->
            out.float32(prefix + "rope.scaling.attn_factor", (float) (attention / usual)));
    rope.number("beta_fast")
        .ifPresent(beta -> out.float32(prefix + "rope.scaling.yarn_beta_fast", beta.floatValue()));
    rope.number("beta_slow")
        .ifPresent(beta -> out.float32(prefix + "rope.scaling.yarn_beta_slow", beta.floatValue()));
  }

  /* Slow frequencies are divided by the factor, fast ones stay, those between are mixed. */
  private float[] llama3(JsonFields rope, double base, int headSize) {
    double factor = factor(rope);
    double low = require(rope, "low_freq_factor");
    double high = require(rope, "high_freq_factor");
    double original = require(rope, "original_max_position_embeddings");
    if (!(low > 0 && low < high && original >= 1)) {
      throw new FormatException(
          -1,
          "%s: low_freq_factor %s, high_freq_factor %s and original_max_position_embeddings %s are no rope scaling"
              .formatted(rope.where(), low, high, original));
    }
    float[] divisors = new float[headSize / 2];
    for (int i = 0; i < divisors.length; i++) {
      double length = 2 * Math.PI * StrictMath.pow(base, 2.0 * i / headSize);
      double turns = original / length;
      if (turns > high) divisors[i] = 1;
      else if (turns < low) divisors[i] = (float) factor;
      else {
        double kept = (turns - low) / (high - low);
        divisors[i] = (float) (1 / ((1 - kept) / factor + kept));
      }
    }
    return divisors;
  }
}
