package dev.kedge.call;

/** A text as the client gave it. */
public sealed interface TextInput {
  /** Characters; control tokens written out in them are text. */
  record Text(String text) implements TextInput {}

  /** Token ids, at least one. */
  record Tokens(int[] ids) implements TextInput {}
}
