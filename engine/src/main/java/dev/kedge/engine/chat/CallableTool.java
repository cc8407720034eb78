package dev.kedge.engine.chat;

/**
 * A tool that an answer may call.
 *
 * @param parameters JSON Schema of its arguments, as a text
 * @param strict whether arguments must fit the schema even where it cannot be held to: then such a
 *     schema is refused. Otherwise arguments are any object where it cannot
 */
public record CallableTool(String name, String parameters, boolean strict) {
  public CallableTool {
    if (name.isEmpty()) throw new IllegalArgumentException("a tool has no name");
  }
}
