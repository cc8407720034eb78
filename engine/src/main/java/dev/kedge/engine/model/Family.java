package dev.kedge.engine.model;

import dev.kedge.engine.weights.FormatException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The families of models that Kedge runs: what differs between them, one line of facts each. */
public enum Family {
  /**
   * Llama 1 to 3.3, Mistral (with a sliding window, or a head size of its own as in Nemo) and
   * Mixtral, whose feed-forward part is a mixture of experts. Files hold query and key rows
   * permuted so that adjacent pairs rotate.
   */
  LLAMA("llama", "also Mistral and Mixtral", false, false, false, true),
  /** Qwen 2 and 2.5: halves rotate; query, key and value have biases. */
  QWEN2("qwen2", "also Qwen 2.5", true, true, false, false),
  /** Qwen 3: halves rotate; every query and key head is normed before it rotates. */
  QWEN3("qwen3", "", true, false, true, false);

  private final String architecture;
  private final String also;
  private final boolean halves;
  private final boolean biases;
  private final boolean headNorms;
  private final boolean experts;

  Family(
      String architecture,
      String also,
      boolean halves,
      boolean biases,
      boolean headNorms,
      boolean experts) {
    this.architecture = architecture;
    this.also = also;
    this.halves = halves;
    this.biases = biases;
    this.headNorms = headNorms;
    this.experts = experts;
  }

  /**
   * The family of {@code general.architecture}.
   *
   * @throws FormatException for an unknown one; lists the known ones
   */
  public static Family of(String architecture) {
    for (Family family : values()) {
      if (family.architecture.equals(architecture)) return family;
    }
    throw new FormatException(
        -1, "unknown architecture '" + architecture + "'; known are: " + known());
  }

  /** The known architectures, for messages. */
  public static String known() {
    return Arrays.stream(values())
        .map(f -> f.also.isEmpty() ? f.architecture : f.architecture + " (" + f.also + ")")
        .collect(Collectors.joining(", "));
  }

  /** What {@code general.architecture} says. */
  public String architecture() {
    return architecture;
  }

  /** Whether rotation pairs x[i] with x[i + rotated / 2] instead of x[2i] with x[2i + 1]. */
  public boolean halves() {
    return halves;
  }

  /** Whether query, key and value must have biases; other families may. */
  public boolean biases() {
    return biases;
  }

  /** Whether each query and key head is normed before it rotates. */
  public boolean headNorms() {
    return headNorms;
  }

  /** Whether the feed-forward part may be a mixture of experts. */
  public boolean experts() {
    return experts;
  }
}
