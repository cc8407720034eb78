package dev.kedge.engine.convert;

import dev.kedge.engine.model.Family;
import dev.kedge.engine.weights.FormatException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The families of folders, as {@code model_type} in config.json names them. */
enum SourceFamily {
  LLAMA("llama", Family.LLAMA, 10_000),
  MISTRAL("mistral", Family.LLAMA, 10_000),
  MIXTRAL("mixtral", Family.LLAMA, 1_000_000),
  QWEN2("qwen2", Family.QWEN2, 10_000),
  QWEN3("qwen3", Family.QWEN3, 10_000);

  private final String modelType;
  private final Family family;
  private final double ropeBase;

  SourceFamily(String modelType, Family family, double ropeBase) {
    this.modelType = modelType;
    this.family = family;
    this.ropeBase = ropeBase;
  }

  static SourceFamily of(JsonFields config) {
    String type = config.text("model_type").orElse("").strip();
    for (SourceFamily family : values()) {
      if (family.modelType.equals(type)) return family;
    }
    String known = Arrays.stream(values()).map(f -> f.modelType).collect(Collectors.joining(", "));
    String found = type.isEmpty() ? "no model_type" : "unknown model_type '" + type + "'";
    throw new FormatException(-1, "config.json: " + found + "; known are: " + known);
  }

  Family family() {
    return family;
  }

  /** The rope base where the folder does not say. */
  double ropeBase() {
    return ropeBase;
  }

  /** Whether query and key rows are reordered from halves to adjacent pairs. */
  boolean permutes() {
    return !family.halves();
  }
}
