package dev.kedge.engine.token;

import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.Metadata;

/** Builds the tokenizer that a GGUF file describes. */
public final class Tokenizers {
  private Tokenizers() {}

  /**
   * The tokenizer of the {@code tokenizer.ggml.*} keys: {@code llama} (SentencePiece) or {@code
   * gpt2} (byte-level BPE).
   *
   * @throws FormatException for another kind, an unknown pre-tokenizer (the known ones are listed)
   *     or a vocabulary that contradicts itself
   */
  public static Tokenizer of(Metadata metadata) {
    String model = metadata.string("tokenizer.ggml.model");
    return switch (model) {
      case "llama" -> SentencePieceTokenizer.of(metadata);
      case "gpt2" -> BpeTokenizer.of(metadata);
      default ->
          throw new FormatException(
              -1,
              "unknown tokenizer.ggml.model '"
                  + (model.length() > 40 ? model.substring(0, 40) + "…" : model)
                  + "'; known are llama, gpt2");
    };
  }
}
