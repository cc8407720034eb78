package dev.kedge.engine.model;

import dev.kedge.engine.weights.Metadata;
import dev.kedge.engine.weights.TensorType;
import java.util.Arrays;

/** One small file for each kind of model that Kedge runs. */
public enum Families {
  LLAMA,
  LLAMA_TIED,
  LLAMA_LINEAR,
  LLAMA_31,
  LLAMA_32,
  LLAMA_YARN,
  MISTRAL_WINDOW,
  MISTRAL_NEMO,
  MIXTRAL,
  MIXTRAL_OF_OLD_FILES,
  QWEN2,
  QWEN2_SMALL,
  QWEN2_YARN,
  QWEN3,
  QWEN3_SMALL;

  public FamilyFile file(TensorType type) {
    FamilyFile llama = FamilyFile.of("llama", type);
    FamilyFile qwen2 = FamilyFile.of("qwen2", type);
    Metadata none = Metadata.builder().build();
    float[] straight = {};
    return switch (this) {
      case LLAMA -> llama;
      case LLAMA_TIED -> llama.withTied();
      case LLAMA_LINEAR ->
          llama.withRope(
              straight,
              Metadata.builder()
                  .string(".rope.scaling.type", "linear")
                  .float32(".rope.scaling.factor", 4)
                  .build());
      case LLAMA_31 -> llama.withRope(divisors(32), none);
      case LLAMA_32 -> llama.withRope(divisors(32), none).withTied().withHeads(6, 2);
      case LLAMA_YARN -> llama.withRope(straight, yarn(64));
      case MISTRAL_WINDOW ->
          llama.withRope(
              straight, Metadata.builder().uint32(".attention.sliding_window", 40).build());
      case MISTRAL_NEMO -> llama.withHeadSize(96);
      case MIXTRAL -> llama.withExperts(8, true);
      case MIXTRAL_OF_OLD_FILES -> llama.withExperts(4, false);
      case QWEN2 -> qwen2;
      case QWEN2_SMALL -> qwen2.withTied().withHeads(4, 1);
      case QWEN2_YARN -> qwen2.withRope(straight, yarn(64));
      case QWEN3 -> FamilyFile.of("qwen3", type).withHeads(5, 1);
      case QWEN3_SMALL -> FamilyFile.of("qwen3", type).withHeadSize(96).withTied();
    };
  }

  /** Longer than the window, and than the original context where that is stretched. */
  int promptLength() {
    return this == LLAMA_YARN || this == QWEN2_YARN || this == MISTRAL_WINDOW ? 150 : 24;
  }

  /** Whether this llama.cpp runs it; none applies mistral's window or reads experts one by one. */
  boolean knownTo(LlamaCpp.Release release) {
    return switch (this) {
      case MISTRAL_WINDOW, MIXTRAL_OF_OLD_FILES -> false;
      case QWEN3, QWEN3_SMALL -> release == LlamaCpp.Release.NODE_BINDING;
      default -> true;
    };
  }

  /* The reference rounds keys and values to halves as the cache does, but some fall the other way. */
  double tolerance() {
    return 3e-3;
  }

  static Metadata yarn(int original) {
    return Metadata.builder()
        .uint32(".context_length", original)
        .string(".rope.scaling.type", "yarn")
        .float32(".rope.scaling.factor", 4)
        .uint32(".rope.scaling.original_context_length", original)
        .build();
  }

  /* As Llama 3.1's: low frequencies are divided by 8, some between by less. */
  private static float[] divisors(int pairs) {
    float[] divisors = new float[pairs];
    Arrays.fill(divisors, 1);
    for (int i = pairs / 2; i < pairs; i++) divisors[i] = Math.min(8, 1 + 0.5f * (i - pairs / 2));
    return divisors;
  }
}
