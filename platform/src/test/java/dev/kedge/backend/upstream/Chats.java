package dev.kedge.backend.upstream;

import dev.kedge.call.Api;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.call.ChatRequest.Message;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.call.ChatRequest.Role;
import dev.kedge.call.ChatRequest.Tool;
import dev.kedge.call.ChatRequest.ToolChoice;
import dev.kedge.call.Settings;
import dev.kedge.call.Source;
import dev.kedge.config.UpstreamKind;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;

/** Conversations of tests. */
final class Chats {
  private Chats() {}

  /** A chat of the API that this kind of server does not speak. */
  static ChatRequest chat(UpstreamKind kind, boolean stream, Message... messages) {
    Api caller = kind == UpstreamKind.ANTHROPIC ? Api.CHAT_COMPLETIONS : Api.MESSAGES;
    return new ChatRequest(
        "small",
        List.of(messages),
        List.of(),
        new ToolChoice.Auto(),
        true,
        new AnswerFormat.Text(),
        Settings.UNSET,
        stream,
        false,
        new Source(caller, JsonNodeFactory.instance.objectNode()));
  }

  static Message says(Role role, Part... parts) {
    return new Message(role, List.of(parts), Optional.empty());
  }

  static Message user(String text) {
    return says(Role.USER, new Part.Text(text));
  }

  static ChatRequest with(ChatRequest c, List<Tool> tools, ToolChoice choice, boolean parallel) {
    return new ChatRequest(
        c.model(),
        c.messages(),
        tools,
        choice,
        parallel,
        c.format(),
        c.settings(),
        c.stream(),
        c.includeUsage(),
        c.source());
  }

  static ChatRequest with(ChatRequest c, Settings settings, AnswerFormat format) {
    return new ChatRequest(
        c.model(),
        c.messages(),
        c.tools(),
        c.toolChoice(),
        c.parallelToolCalls(),
        format,
        settings,
        c.stream(),
        c.includeUsage(),
        c.source());
  }
}
