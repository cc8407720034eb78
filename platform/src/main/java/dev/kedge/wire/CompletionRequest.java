package dev.kedge.wire;

import java.util.List;

/**
 * A body of {@code POST /v1/completions}.
 *
 * @param prompts at least one
 */
public record CompletionRequest(
    String model, List<PromptInput> prompts, GenerationSettings settings) {
  public CompletionRequest {
    prompts = List.copyOf(prompts);
  }

  /** A prompt as the client gave it. */
  public sealed interface PromptInput {
    /** A text. */
    record Text(String text) implements PromptInput {}

    /** Token ids, at least one. */
    record Tokens(int[] ids) implements PromptInput {}
  }
}
