package dev.kedge.engine.chat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One message of a conversation as a chat template sees it.
 *
 * @param role {@code system}, {@code user}, {@code assistant} or {@code tool}
 * @param content the text, possibly empty
 * @param extra further fields that templates read, such as {@code tool_calls} or {@code name};
 *     values are null, Boolean, Long, Double, String, List or Map of these. A {@code content} here
 *     replaces the text: null, or the parts of a message that is not only text
 */
public record ChatMessage(String role, String content, Map<String, Object> extra) {
  public ChatMessage {
    Objects.requireNonNull(role);
    Objects.requireNonNull(content);
    // Not Map.copyOf: the order of the fields shows in some templates, and a value may be null.
    extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
  }

  public ChatMessage(String role, String content) {
    this(role, content, Map.of());
  }
}
