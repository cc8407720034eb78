package dev.kedge.route;

import dev.kedge.call.Api;
import dev.kedge.call.CallContext;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.call.ChatRequest.Message;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.call.ChatRequest.Role;
import dev.kedge.call.ChatRequest.ToolChoice;
import dev.kedge.call.Settings;
import dev.kedge.call.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;

/** Calls for tests. */
final class Requests {

  private Requests() {}

  /** A conversation of alternating user and assistant messages. */
  static ChatRequest chat(String model, String... texts) {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < texts.length; i++) {
      Role role = i % 2 == 0 ? Role.USER : Role.ASSISTANT;
      messages.add(new Message(role, List.of(new Part.Text(texts[i])), Optional.empty()));
    }
    return new ChatRequest(
        model,
        messages,
        List.of(),
        new ToolChoice.Auto(),
        true,
        new AnswerFormat.Text(),
        Settings.UNSET,
        true,
        true,
        new Source(Api.CHAT_COMPLETIONS, JsonNodeFactory.instance.objectNode()));
  }

  static CallContext until(long deadline) {
    return new CallContext("call", 0, 1, deadline);
  }
}
