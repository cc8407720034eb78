package dev.kedge.route.tier;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.call.ChatRequest.Message;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.call.ChatRequest.Role;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.call.TextInput;
import dev.kedge.config.TierSection.Format;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What rules and classifier look at.
 *
 * @param text the user's last messages, in order, as far as {@link Features#MOST} characters reach,
 *     the last one whole
 * @param characters of everything that is sent to the model
 * @param bytes the same in UTF-8
 * @param tokenIds ids that stand in place of text
 */
record RequestFacts(
    String text,
    long characters,
    long bytes,
    long tokenIds,
    boolean tools,
    boolean images,
    Format format) {

  /**
   * Of a call.
   *
   * @throws KedgeException for embeddings: vectors of two models cannot be compared
   */
  static RequestFacts of(ApiRequest request) {
    return switch (request) {
      case ChatRequest chat -> ofChat(chat);
      case CompletionRequest completion -> ofCompletion(completion);
      case EmbeddingRequest embedding ->
          throw new KedgeException(
              new Failure.Invalid(
                  "the model '"
                      + embedding.model()
                      + "' chooses between two models, whose embeddings cannot be compared; name"
                      + " one model",
                  "unsupported_model",
                  "model"));
    };
  }

  /** Tokens as estimated: a quarter of the bytes. */
  long tokens() {
    return tokenIds + (bytes + 3) / 4;
  }

  private static RequestFacts ofChat(ChatRequest chat) {
    Size size = new Size();
    boolean images = false;
    for (Message message : chat.messages()) {
      for (Part part : message.parts()) {
        switch (part) {
          case Part.Text text -> size.add(text.text());
          case Part.Image _ -> images = true;
          case Part.ToolUse use -> size.add(use.arguments());
          case Part.ToolResult result -> size.add(result.text());
          case Part.Reasoning reasoning -> size.add(reasoning.text());
        }
      }
    }
    return new RequestFacts(
        userText(chat.messages()),
        size.characters,
        size.bytes,
        0,
        !chat.tools().isEmpty(),
        images,
        format(chat.format()));
  }

  private static Format format(AnswerFormat format) {
    return switch (format) {
      case AnswerFormat.Text _ -> Format.TEXT;
      case AnswerFormat.JsonObject _ -> Format.JSON_OBJECT;
      case AnswerFormat.JsonSchema _ -> Format.JSON_SCHEMA;
    };
  }

  private static String userText(List<Message> messages) {
    Deque<String> last = new ArrayDeque<>();
    int characters = 0;
    for (Message message : messages.reversed()) {
      if (message.role() != Role.USER) continue;
      String text = text(message);
      if (!last.isEmpty() && characters + text.length() > Features.MOST) break;
      characters += text.length() + 1;
      last.addFirst(text);
    }
    return last.size() == 1 ? last.getFirst() : String.join("\n", last);
  }

  /** Nearly all messages are one text, which need not be copied. */
  private static String text(Message message) {
    return message.parts().size() == 1 && message.parts().getFirst() instanceof Part.Text only
        ? only.text()
        : message.text();
  }

  private static RequestFacts ofCompletion(CompletionRequest completion) {
    Size size = new Size();
    long ids = 0;
    Optional<String> first = Optional.empty();
    for (TextInput prompt : completion.prompts()) {
      switch (prompt) {
        case TextInput.Text text -> {
          size.add(text.text());
          if (first.isEmpty()) first = Optional.of(text.text());
        }
        case TextInput.Tokens tokens -> ids += tokens.ids().length;
      }
    }
    return new RequestFacts(
        first.orElse(""), size.characters, size.bytes, ids, false, false, Format.TEXT);
  }

  /** Adds up sizes without encoding anything. */
  private static final class Size {
    private long characters;
    private long bytes;

    void add(String text) {
      characters += text.length();
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        // Half of a pair counts 2, so that a pair counts its 4 bytes.
        bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
      }
    }
  }
}
