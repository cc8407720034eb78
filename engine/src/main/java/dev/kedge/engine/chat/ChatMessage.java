package dev.kedge.engine.chat;

import java.util.Map;
import java.util.Objects;

/**
 * One message of a conversation as a chat template sees it.
 *
 * @param role {@code system}, {@code user}, {@code assistant} or {@code tool}
 * @param content the text, possibly empty
 * @param extra further fields that templates read, such as {@code tool_calls} or {@code name};
 *     values are null, Boolean, Long, Double, String, List or Map of these
 */
public record ChatMessage(String role, String content, Map<String, Object> extra) {
  public ChatMessage {
    Objects.requireNonNull(role);
    Objects.requireNonNull(content);
    extra = Map.copyOf(extra);
  }

  public ChatMessage(String role, String content) {
    this(role, content, Map.of());
  }
}
