package dev.kedge.engine.model;

import dev.kedge.engine.weights.FormatException;

/**
 * How rotary positions reach beyond the length that a model was first trained for. (Llama 3.1's own
 * scaling needs no kind here: its files hold the divisor of every frequency as a tensor.)
 */
public sealed interface RopeScaling {
  /** Positions as they are. */
  record None() implements RopeScaling {}

  /** Every position is divided by {@code factor} (Chen et al. 2023). */
  record Linear(double factor) implements RopeScaling {}

  /**
   * YaRN (Peng et al. 2023): frequencies that turn often within the original length stay, those
   * that turn less than once are divided by the factor, those between are mixed; and queries and
   * keys grow, so that attention stays as sharp as it was.
   *
   * @param factor of the new length
   * @param original length in tokens
   * @param share how much of the correction is applied, 1 in all known models
   * @param attention additional factor of queries and keys, 1 in most models
   * @param fast turns within the original length from which on frequencies stay
   * @param slow turns below which they are divided
   */
  record Yarn(double factor, int original, double share, double attention, double fast, double slow)
      implements RopeScaling {
    /* The pair that turns so often within the original length; a fraction. */
    private double pair(double turns, double base, int rotated) {
      return rotated
          * StrictMath.log(original / (turns * 2 * Math.PI))
          / (2 * StrictMath.log(base));
    }

    /* How much of pair i's frequency stays, 0 to 1. */
    private double kept(int i, double base, int rotated) {
      double first = Math.max(0, Math.floor(pair(fast, base, rotated)));
      double last = Math.min(rotated - 1, Math.ceil(pair(slow, base, rotated)));
      double ramp = (i - first) / Math.max(0.001, last - first);
      return (1 - Math.min(1, Math.max(0, ramp))) * share;
    }
  }

  /**
   * Radians per position of each rotated pair.
   *
   * @param divisors one per pair
   */
  default double[] frequencies(double base, int rotated, float[] divisors) {
    double[] frequencies = new double[rotated / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double frequency = StrictMath.pow(base, -2.0 * i / rotated) / divisors[i];
      frequencies[i] =
          switch (this) {
            case None() -> frequency;
            case Linear(double factor) -> frequency / factor;
            case Yarn yarn -> {
              double kept = yarn.kept(i, base, rotated);
              yield frequency / yarn.factor * (1 - kept) + frequency * kept;
            }
          };
    }
    return frequencies;
  }

  /** What cosines and sines are multiplied with. */
  default double magnitude() {
    return switch (this) {
      case None(), Linear(double _) -> 1;
      case Yarn(double factor, int _, double share, double attention, double _, double _) ->
          share == 0 ? attention : attention * (1 + 0.1 * StrictMath.log(factor));
    };
  }

  /** The longest sequence, where {@code context} is what the file says of it. */
  default int context(int context) {
    return switch (this) {
      case None(), Linear(double _) -> context;
      case Yarn yarn ->
          (int) Math.max(context, Math.min(1 << 24, Math.rint(yarn.factor * yarn.original)));
    };
  }

  /**
   * Reads the keys {@code rope.scaling.*}.
   *
   * @throws FormatException for an unknown kind; lists the known ones
   */
  static RopeScaling of(ModelKeys keys, int context) {
    double factor = keys.decimal("rope.scaling.factor", 1, 1e-3, 1e6);
    String kind = keys.string("rope.scaling.type", keys.has("rope.scale_linear") ? "old" : "none");
    return switch (kind) {
      case "none" -> new None();
      case "old" -> new Linear(keys.decimal("rope.scale_linear", 1, 1e-3, 1e6));
      case "linear" -> new Linear(factor);
      case "yarn" ->
          new Yarn(
              factor,
              keys.integer("rope.scaling.original_context_length", context, 1, 1 << 24),
              keys.decimal("rope.scaling.yarn_ext_factor", 1, 0, 1),
              keys.decimal("rope.scaling.attn_factor", 1, 1e-3, 1e3)
                  * keys.decimal("rope.scaling.yarn_attn_factor", 1, 1e-3, 1e3),
              keys.decimal("rope.scaling.yarn_beta_fast", 32, 1e-3, 1e6),
              keys.decimal("rope.scaling.yarn_beta_slow", 1, 1e-3, 1e6));
      default ->
          throw new FormatException(
              -1,
              "rope scaling '"
                  + kind
                  + "' is not supported; known are: none, linear, yarn (and llama3, which files"
                  + " hold as the tensor rope_freqs.weight)");
    };
  }
}
