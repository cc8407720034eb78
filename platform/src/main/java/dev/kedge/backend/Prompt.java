package dev.kedge.backend;

import dev.kedge.engine.chat.ChatMessage;
import java.util.List;

/** What a model goes on from. */
public sealed interface Prompt {
  /** A conversation, put into the words of the model's chat template. */
  record Chat(List<ChatMessage> messages) implements Prompt {
    public Chat {
      messages = List.copyOf(messages);
    }
  }

  /** A plain text; control tokens written out in it are text. */
  record Text(String text) implements Prompt {}

  /** Token ids. */
  record Tokens(int[] ids) implements Prompt {}
}
