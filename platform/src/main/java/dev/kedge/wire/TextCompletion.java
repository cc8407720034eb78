package dev.kedge.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer of {@code POST /v1/completions} that is not streamed. */
public record TextCompletion(
    String id, String object, long created, String model, List<Choice> choices, Usage usage) {
  public TextCompletion(String id, long created, String model, List<Choice> choices, Usage usage) {
    this(id, "text_completion", created, model, choices, usage);
  }

  /** One answer. */
  public record Choice(
      int index, String text, @Nullable TextLogprobs logprobs, String finishReason) {}
}
