package dev.kedge.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer of {@code POST /v1/chat/completions} that is not streamed. */
public record ChatCompletion(
    String id, String object, long created, String model, List<Choice> choices, Usage usage) {
  public ChatCompletion(String id, long created, String model, List<Choice> choices, Usage usage) {
    this(id, "chat.completion", created, model, choices, usage);
  }

  /** One answer. */
  public record Choice(
      int index, Message message, @Nullable ChatLogprobs logprobs, String finishReason) {}

  /** What the model says. */
  public record Message(String role, String content, @Nullable String refusal) {
    public static Message assistant(String content) {
      return new Message("assistant", content, null);
    }
  }
}
