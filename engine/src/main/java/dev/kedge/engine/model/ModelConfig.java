package dev.kedge.engine.model;

import static dev.kedge.engine.model.ModelKeys.REQUIRED;

import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.Metadata;

/**
 * The shape of a model.
 *
 * @param family which forward pass
 * @param layers blocks
 * @param width of the residual stream
 * @param hidden width of the feed-forward part, or of each expert
 * @param heads query heads
 * @param kvHeads key and value heads; a divisor of {@code heads}
 * @param headSize values of a head
 * @param rotated leading values of a head that the position rotates, even
 * @param context longest sequence
 * @param window positions that a token attends to, itself included; 0 is all before it
 * @param epsilon of the RMS norms
 * @param ropeBase base of the rotation frequencies
 * @param rope how they are scaled
 * @param experts feed-forward parts of a block of which each token takes a few; 0 is one for all
 * @param expertsUsed how many it takes
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
    int window,
    float epsilon,
    double ropeBase,
    RopeScaling rope,
    int experts,
    int expertsUsed) {
  private static final int LARGEST = 1 << 24;
  private static final int MOST_EXPERTS = 1024;

  /** Reads and checks the keys of the file's architecture. */
  public static ModelConfig of(Metadata metadata) {
    Family family = Family.of(metadata.string("general.architecture"));
    ModelKeys keys = new ModelKeys(metadata, family.architecture());
    int width = keys.integer("embedding_length", REQUIRED, 1, LARGEST);
    int heads = keys.integer("attention.head_count", REQUIRED, 1, 1 << 16);
    int kvHeads = keys.integer("attention.head_count_kv", heads, 1, heads);
    refuse(
        heads % kvHeads != 0, heads + " query heads cannot share " + kvHeads + " key-value heads");
    int headSize = headSize(keys, width, heads);
    int rotated = keys.integer("rope.dimension_count", headSize, 2, headSize);
    refuse(rotated % 2 != 0, "an odd number of rotated values: " + rotated);
    int context = keys.integer("context_length", REQUIRED, 1, LARGEST);
    RopeScaling rope = RopeScaling.of(keys, context);
    int experts = keys.integer("expert_count", 0, 0, MOST_EXPERTS);
    refuse(
        experts > 0 && !family.experts(),
        "mixtures of experts are not supported for '" + family.architecture() + "'");
    return new ModelConfig(
        family,
        keys.integer("block_count", REQUIRED, 1, 4096),
        width,
        keys.integer("feed_forward_length", REQUIRED, 1, LARGEST),
        heads,
        kvHeads,
        headSize,
        rotated,
        rope.context(context),
        keys.integer("attention.sliding_window", 0, 0, LARGEST),
        (float) keys.decimal("attention.layer_norm_rms_epsilon", 1e-5, 0, 1),
        keys.decimal("rope.freq_base", 10_000, 1, 1e12),
        rope,
        experts,
        experts == 0 ? 0 : keys.integer("expert_used_count", REQUIRED, 1, experts));
  }

  private static int headSize(ModelKeys keys, int width, int heads) {
    refuse(
        !keys.has("attention.key_length") && width % heads != 0,
        "an embedding length of " + width + " cannot be split over " + heads + " heads");
    int headSize = keys.integer("attention.key_length", Math.max(1, width / heads), 1, 4096);
    int valueSize = keys.integer("attention.value_length", headSize, 1, 4096);
    refuse(
        headSize != valueSize,
        "key length " + headSize + " and value length " + valueSize + " differ");
    return headSize;
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
}
