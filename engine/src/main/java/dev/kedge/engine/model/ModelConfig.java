package dev.kedge.engine.model;

import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.Metadata;

/**
 * The shape of a model.
 *
 * @param family which forward pass
 * @param layers blocks
 * @param width of the residual stream
 * @param hidden width of the feed-forward part
 * @param heads query heads
 * @param kvHeads key and value heads; a divisor of {@code heads}
 * @param headSize values of a head
 * @param rotated leading values of a head that the position rotates, even
 * @param context longest sequence that the model was trained for
 * @param epsilon of the RMS norms
 * @param ropeBase base of the rotation frequencies
 * @param ropeFactor linear scaling: positions are divided by it; 1 is none
 */
public record ModelConfig(
    Family family,
    int layers,
    int width,
    int hidden,
    int heads,
    int kvHeads,
    int headSize,
    int rotated,
    int context,
    float epsilon,
    double ropeBase,
    double ropeFactor) {
  private static final int LARGEST = 1 << 24;

  /** What is rotated together, and whether query, key and value have biases. */
  public enum Family {
    /** Llama and Mistral; files hold query and key rows permuted for adjacent pairs. */
    LLAMA(false),
    /** Qwen 2 and 2.5: halves are rotated, query, key and value have biases. */
    QWEN2(true);

    private final boolean halves;

    Family(boolean halves) {
      this.halves = halves;
    }

    /** Whether rotation pairs x[i] with x[i + rotated / 2] instead of x[2i] with x[2i + 1]. */
    public boolean halves() {
      return halves;
    }
  }

  /** Reads and checks the keys of the file's architecture. */
  public static ModelConfig of(Metadata metadata) {
    String architecture = metadata.string("general.architecture");
    Family family =
        switch (architecture) {
          case "llama" -> Family.LLAMA;
          case "qwen2" -> Family.QWEN2;
          default ->
              throw new FormatException(
                  -1,
                  "unknown architecture '"
                      + architecture
                      + "'; known are: llama (also Mistral), qwen2");
        };
    Keys keys = new Keys(metadata, architecture);
    refuse(
        keys.integer("expert_count", 0, 0, LARGEST) > 0, "mixtures of experts are not supported");
    int width = keys.integer("embedding_length", -1, 1, LARGEST);
    int heads = keys.integer("attention.head_count", -1, 1, 1 << 16);
    int kvHeads = keys.integer("attention.head_count_kv", heads, 1, heads);
    refuse(
        heads % kvHeads != 0, heads + " query heads cannot share " + kvHeads + " key-value heads");
    refuse(
        !metadata.has(architecture + ".attention.key_length") && width % heads != 0,
        "an embedding length of " + width + " cannot be split over " + heads + " heads");
    int headSize = keys.integer("attention.key_length", Math.max(1, width / heads), 1, 4096);
    int valueSize = keys.integer("attention.value_length", headSize, 1, 4096);
    refuse(
        headSize != valueSize,
        "key length " + headSize + " and value length " + valueSize + " differ");
    int rotated = keys.integer("rope.dimension_count", headSize, 2, headSize);
    refuse(rotated % 2 != 0, "an odd number of rotated values: " + rotated);
    return new ModelConfig(
        family,
        keys.integer("block_count", -1, 1, 4096),
        width,
        keys.integer("feed_forward_length", -1, 1, LARGEST),
        heads,
        kvHeads,
        headSize,
        rotated,
        keys.integer("context_length", -1, 1, LARGEST),
        (float) keys.decimal("attention.layer_norm_rms_epsilon", 1e-5, 0, 1),
        keys.decimal("rope.freq_base", 10_000, 1, 1e12),
        ropeFactor(keys));
  }

  private static double ropeFactor(Keys keys) {
    String kind = keys.string("rope.scaling.type", "none");
    return switch (kind) {
      case "none" -> 1;
      case "linear" -> keys.decimal("rope.scaling.factor", 1, 1e-3, 1e6);
      default ->
          throw new FormatException(
              -1, "rope scaling '" + kind + "' is not supported; known are: none, linear");
    };
  }

  private static void refuse(boolean wrong, String reason) {
    if (wrong) throw new FormatException(-1, reason);
  }

  /** Length of all query heads together. */
  public int queryWidth() {
    return heads * headSize;
  }

  /** Length of all key (or value) heads together. */
  public int kvWidth() {
    return kvHeads * headSize;
  }

  /* Keys with the architecture's prefix, with their ranges. A fallback of -1 means required. */
  private record Keys(Metadata metadata, String architecture) {
    int integer(String key, int fallback, int least, int most) {
      String name = architecture + "." + key;
      long value = fallback == -1 ? metadata.integer(name) : metadata.integer(name, fallback);
      check(name, (double) value, least, most);
      return (int) value;
    }

    double decimal(String key, double fallback, double least, double most) {
      String name = architecture + "." + key;
      double value = metadata.decimal(name, fallback);
      check(name, value, least, most);
      return value;
    }

    String string(String key, String fallback) {
      return metadata.string(architecture + "." + key, fallback);
    }

    private static void check(String name, double value, double least, double most) {
      if (!(value >= least && value <= most)) {
        throw new FormatException(
            -1, name + " is " + value + "; from " + least + " to " + most + " was expected");
      }
    }
  }
}
