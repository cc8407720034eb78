package dev.kedge.engine.chat;

/** What an answer of a model that may call tools consists of. */
public sealed interface ToolCallPart {
  /** Words, not empty. */
  record Text(String text) implements ToolCallPart {}

  /**
   * A call begins.
   *
   * @param call 0 for the first of the answer
   */
  record Begin(int call, String name) implements ToolCallPart {}

  /** The next piece of the JSON text of a call's arguments, not empty. */
  record Arguments(int call, String json) implements ToolCallPart {}
}
