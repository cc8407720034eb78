package dev.kedge.wire;

import java.util.List;
import java.util.Optional;

/**
 * A body of {@code POST /v1/chat/completions}.
 *
 * @param messages at least one
 */
public record ChatRequest(String model, List<Message> messages, GenerationSettings settings) {
  public ChatRequest {
    messages = List.copyOf(messages);
  }

  /**
   * One message; parts of text are joined.
   *
   * @param role {@code system}, {@code user} or {@code assistant}; {@code developer} is read as
   *     {@code system}
   */
  public record Message(String role, String content, Optional<String> name) {}
}
