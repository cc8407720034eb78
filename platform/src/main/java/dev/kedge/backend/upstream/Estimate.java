package dev.kedge.backend.upstream;

import dev.kedge.call.ApiRequest;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.call.TextInput;
import java.util.List;

/** Token counts where a server tells none: a token for every four characters, rounded up. */
final class Estimate {
  private static final int CHARACTERS = 4;
  private static final int TOKENS_PER_MESSAGE = 4;
  private static final int TOKENS_PER_IMAGE = 1_000;

  private Estimate() {}

  static long input(ApiRequest request) {
    return switch (request) {
      case ChatRequest chat -> chat(chat);
      case CompletionRequest completion -> texts(completion.prompts());
      case EmbeddingRequest embedding -> texts(embedding.inputs());
    };
  }

  static long tokens(long characters) {
    return Math.ceilDiv(characters, CHARACTERS);
  }

  private static long chat(ChatRequest chat) {
    long tokens = 0;
    for (ChatRequest.Message message : chat.messages()) {
      tokens += TOKENS_PER_MESSAGE;
      for (ChatRequest.Part part : message.parts()) tokens += part(part);
    }
    for (ChatRequest.Tool tool : chat.tools())
      tokens += tokens(tool.name().length() + tool.description().length());
    for (ChatRequest.Tool tool : chat.tools()) tokens += tokens(tool.parameters().length());
    return tokens;
  }

  private static long part(ChatRequest.Part part) {
    return switch (part) {
      case ChatRequest.Part.Text text -> tokens(text.text().length());
      case ChatRequest.Part.Image _ -> TOKENS_PER_IMAGE;
      case ChatRequest.Part.ToolUse use -> tokens(use.name().length() + use.arguments().length());
      case ChatRequest.Part.ToolResult result -> tokens(result.text().length());
      case ChatRequest.Part.Reasoning reasoning -> tokens(reasoning.text().length());
    };
  }

  private static long texts(List<TextInput> inputs) {
    long tokens = 0;
    for (TextInput input : inputs) {
      tokens +=
          switch (input) {
            case TextInput.Text text -> tokens(text.text().length());
            case TextInput.Tokens given -> given.ids().length;
          };
    }
    return tokens;
  }
}
