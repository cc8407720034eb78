package dev.kedge.gateway;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.call.Settings;
import dev.kedge.call.TextInput;
import java.util.List;
import java.util.OptionalLong;

/**
 * How many tokens a call can use at most and how many it will probably use, without a tokenizer:
 * the model may be somebody else's.
 *
 * <p>No tokenizer makes more tokens of a text than it has bytes in UTF-8, so the bytes bound the
 * prompt. A likely count is half of that for texts that are not English and a quarter for those
 * that are; in between lies what is used for rates.
 *
 * @param input upper bound of the prompt's tokens
 * @param likelyInput what a prompt of this size usually has
 * @param output upper bound of the answers' tokens, all choices together; absent: the caller set
 *     none
 */
record TokenBounds(long input, long likelyInput, OptionalLong output) {
  /* What chat templates put around a message, a tool and a call. */
  private static final int PER_MESSAGE = 16;
  private static final int PER_CALL = 64;
  /* More than any published model counts for one picture at its highest resolution. */
  private static final int PER_IMAGE = 20_000;
  private static final int UNLIMITED_ANSWER = 1_024;

  static TokenBounds of(ApiRequest request) {
    return switch (request) {
      case ChatRequest chat -> chat(chat);
      case CompletionRequest completion ->
          of(PER_CALL, bytes(completion.prompts()), completion.settings(), completion.prompts());
      case EmbeddingRequest embedding ->
          new TokenBounds(
              PER_CALL + bytes(embedding.inputs()),
              bytes(embedding.inputs()) / 3 + 1,
              OptionalLong.of(0));
    };
  }

  private static TokenBounds chat(ChatRequest chat) {
    long fixed = PER_CALL;
    long bytes = 0;
    for (ChatRequest.Message message : chat.messages()) {
      fixed += PER_MESSAGE;
      for (ChatRequest.Part part : message.parts()) {
        switch (part) {
          case ChatRequest.Part.Text text -> bytes += utf8(text.text());
          case ChatRequest.Part.Image _ -> fixed += PER_IMAGE;
          case ChatRequest.Part.ToolUse use ->
              bytes += utf8(use.name()) + utf8(use.arguments()) + PER_MESSAGE;
          case ChatRequest.Part.ToolResult result -> bytes += utf8(result.text()) + PER_MESSAGE;
          case ChatRequest.Part.Reasoning reasoning -> bytes += utf8(reasoning.text());
        }
      }
    }
    for (ChatRequest.Tool tool : chat.tools()) {
      fixed += PER_MESSAGE;
      bytes += utf8(tool.name()) + utf8(tool.description()) + 2 * utf8(tool.parameters());
    }
    if (chat.format() instanceof ChatRequest.AnswerFormat.JsonSchema schema) {
      bytes += 2 * utf8(schema.schema());
    }
    return of(fixed, bytes, chat.settings(), List.of());
  }

  private static TokenBounds of(
      long fixed, long bytes, Settings settings, List<TextInput> prompts) {
    long answers = (long) settings.choices() * Math.max(1, prompts.size());
    OptionalLong output =
        settings.maxTokens().isPresent()
            ? OptionalLong.of(answers * settings.maxTokens().getAsInt())
            : OptionalLong.empty();
    return new TokenBounds(fixed + bytes, fixed / 4 + bytes / 3 + 1, output);
  }

  private static long bytes(List<TextInput> inputs) {
    long sum = 0;
    for (TextInput input : inputs) {
      sum +=
          switch (input) {
            case TextInput.Text text -> utf8(text.text());
            case TextInput.Tokens tokens -> tokens.ids().length;
          };
    }
    return sum;
  }

  private static long utf8(String text) {
    long bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
    }
    return bytes;
  }

  /** Tokens for rates and queues. */
  long likely() {
    return likelyInput + output.orElse(UNLIMITED_ANSWER);
  }

  /**
   * The answers' upper bound.
   *
   * @param context of the model in tokens, 0 where it is not known
   * @throws KedgeException if nothing bounds the answer
   */
  long outputWithin(int context) {
    if (output.isPresent()) return output.getAsLong();
    if (context > 0) return context;
    throw new KedgeException(
        new Failure.Invalid(
            "this key has a budget, so the longest answer must be known before the call: send"
                + " 'max_tokens', or have the model's 'context' set in the gateway's configuration",
            "max_tokens_required",
            "max_tokens"));
  }
}
