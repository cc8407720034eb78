package dev.kedge.route.tier;

import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;

/** Calls and answers for tests. */
public final class Calls {
  static final Source SOURCE =
      new Source(Api.CHAT_COMPLETIONS, JsonNodeFactory.instance.objectNode());

  private Calls() {}

  /** A question without anything else. */
  public static ChatRequest chat(String text) {
    return chat(new AnswerFormat.Text(), List.of(), user(new Part.Text(text)));
  }

  static ChatRequest chat(AnswerFormat format, List<Tool> tools, Message... messages) {
    return new ChatRequest(
        "auto",
        Arrays.asList(messages),
        tools,
        new ToolChoice.Auto(),
        true,
        format,
        Settings.UNSET,
        false,
        false,
        SOURCE);
  }

  static Message user(Part... parts) {
    return new Message(Role.USER, Arrays.asList(parts), Optional.empty());
  }

  /** An answer in pieces of a few characters, as a stream brings it. */
  static List<AnswerPart> answer(String text, AnswerEnd end) {
    List<AnswerPart> parts = new ArrayList<>();
    for (int i = 0; i < text.length(); i += 5) {
      String piece = text.substring(i, Math.min(text.length(), i + 5));
      parts.add(new AnswerPart.Text(0, piece, Optional.empty()));
    }
    parts.add(new AnswerPart.Finish(0, end, Optional.empty()));
    return parts;
  }
}
