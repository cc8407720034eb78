package dev.kedge.http;

import dev.kedge.call.Api;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.Settings;
import dev.kedge.call.Source;
import dev.kedge.call.TextInput;
import dev.kedge.wire.CompletionRequest.PromptInput;
import dev.kedge.wire.GenerationSettings;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import tools.jackson.databind.node.JsonNodeFactory;

/** The records of the wire in neutral form. */
final class NeutralCalls {
  private NeutralCalls() {}

  static ChatRequest chat(dev.kedge.wire.ChatRequest request) {
    return new ChatRequest(
        request.model(),
        request.messages().stream()
            .map(message ->
                new ChatRequest.Message(
                    ChatRequest.Role.valueOf(message.role().toUpperCase(Locale.ROOT)),
                    List.of(new ChatRequest.Part.Text(message.content())),
                    message.name()))
            .toList(),
        List.of(),
        new ChatRequest.ToolChoice.Auto(),
        true,
        new ChatRequest.AnswerFormat.Text(),
        settings(request.settings()),
        request.settings().stream(),
        request.settings().includeUsage(),
        new Source(Api.CHAT_COMPLETIONS, JsonNodeFactory.instance.objectNode()));
  }

  static CompletionRequest completion(dev.kedge.wire.CompletionRequest request) {
    return new CompletionRequest(
        request.model(),
        request.prompts().stream()
            .<TextInput>map(prompt ->
                switch (prompt) {
                  case PromptInput.Text text -> new TextInput.Text(text.text());
                  case PromptInput.Tokens tokens -> new TextInput.Tokens(tokens.ids());
                })
            .toList(),
        settings(request.settings()),
        request.settings().stream(),
        request.settings().includeUsage(),
        new Source(Api.COMPLETIONS, JsonNodeFactory.instance.objectNode()));
  }

  private static Settings settings(GenerationSettings from) {
    return new Settings(
        from.maxTokens(),
        OptionalDouble.of(from.temperature()),
        from.topK() == 0 ? OptionalInt.empty() : OptionalInt.of(from.topK()),
        OptionalDouble.of(from.topP()),
        OptionalDouble.of(from.minP()),
        OptionalDouble.of(from.repetitionPenalty()),
        OptionalDouble.of(from.presencePenalty()),
        OptionalDouble.of(from.frequencyPenalty()),
        from.seed(),
        from.stop(),
        from.choices(),
        from.topLogprobs(),
        from.ignoreEos());
  }
}
