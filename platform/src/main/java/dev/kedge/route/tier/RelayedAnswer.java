package dev.kedge.route.tier;

import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.TokenScore;
import dev.kedge.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Looks into an answer that was relayed as bytes of the caller's API, as far as a cascade judges
 * it: chat completions, messages and responses, whole or as events. For one answer, one thread.
 */
final class RelayedAnswer {
  private final List<AnswerPart> parts = new ArrayList<>();

  private RelayedAnswer() {}

  /**
   * The answer in neutral parts.
   *
   * @return empty where bytes are of no form that is known here
   */
  static Optional<List<AnswerPart>> read(List<AnswerPart> answer) {
    RelayedAnswer read = new RelayedAnswer();
    try {
      for (AnswerPart part : answer) {
        switch (part) {
          case AnswerPart.Frame frame -> read.frame(frame.bytes());
          case AnswerPart.Body body -> {
            if (!read.whole(Json.parse(body.bytes()))) return Optional.empty();
          }
          case AnswerPart.Text _,
              AnswerPart.Reasoning _,
              AnswerPart.Refusal _,
              AnswerPart.ToolCall _,
              AnswerPart.ToolArguments _,
              AnswerPart.Finish _,
              AnswerPart.Vector _,
              AnswerPart.End _ ->
              read.parts.add(part);
        }
      }
    } catch (KedgeException e) {
      return Optional.empty();
    }
    return Optional.of(read.parts);
  }

  private void frame(byte[] bytes) {
    StringBuilder data = new StringBuilder();
    for (String line : new String(bytes, StandardCharsets.UTF_8).lines().toList()) {
      if (line.startsWith("data:")) data.append(line, 5, line.length()).append('\n');
    }
    String text = data.toString().strip();
    if (text.isEmpty() || text.equals("[DONE]")) return;
    JsonNode event = Json.parse(text.getBytes(StandardCharsets.UTF_8));
    if (event.path("choices").isArray()) choices(event, "delta");
    else messageEvent(event);
  }

  private boolean whole(JsonNode body) {
    if (body.path("choices").isArray()) choices(body, "message");
    else if (body.path("output").isArray()) response(body);
    else if (body.path("content").isArray()) message(body);
    else return false;
    return true;
  }

  private void choices(JsonNode body, String field) {
    for (JsonNode choice : body.path("choices")) {
      int index = choice.path("index").asInt(0);
      JsonNode said = choice.path(field);
      text(index, said.path("content"));
      text(index, choice.path("text"));
      refusal(index, said.path("refusal"));
      int position = 0;
      for (JsonNode call : said.path("tool_calls")) {
        JsonNode function = call.path("function");
        call(
            index,
            call.path("index").asInt(position++),
            call.path("id"),
            function.path("name"),
            function.path("arguments"));
      }
      for (JsonNode token : choice.path("logprobs").path("content")) logprob(index, token);
      finish(index, choice.path("finish_reason"));
    }
  }

  private void message(JsonNode body) {
    int position = 0;
    for (JsonNode block : body.path("content")) {
      text(0, block.path("text"));
      if (block.path("type").asString("").equals("tool_use")) {
        call(0, position, block.path("id"), block.path("name"), block.path("arguments"));
        String input = block.path("input").toString();
        parts.add(new AnswerPart.ToolArguments(0, position, input));
      }
      position++;
    }
    finish(0, body.path("stop_reason"));
  }

  private void messageEvent(JsonNode event) {
    int index = event.path("index").asInt(0);
    JsonNode delta = event.path("delta");
    switch (event.path("type").asString("")) {
      case "content_block_start" -> {
        JsonNode block = event.path("content_block");
        call(0, index, block.path("id"), block.path("name"), block.path("arguments"));
        text(0, block.path("text"));
      }
      case "content_block_delta" -> {
        text(0, delta.path("text"));
        JsonNode json = delta.path("partial_json");
        if (json.isString()) {
          parts.add(new AnswerPart.ToolArguments(0, index, json.asString()));
        }
      }
      case "message_delta" -> finish(0, delta.path("stop_reason"));
      // The last event of a response repeats the whole of it.
      case "response.completed", "response.incomplete" -> response(event.path("response"));
      default -> {}
    }
  }

  private void response(JsonNode body) {
    int position = 0;
    for (JsonNode item : body.path("output")) {
      for (JsonNode piece : item.path("content")) {
        if (!item.path("type").asString("").equals("message")) continue;
        text(0, piece.path("text"));
        refusal(0, piece.path("refusal"));
      }
      if (item.path("type").asString("").equals("function_call")) {
        call(0, position, item.path("call_id"), item.path("name"), item.path("arguments"));
      }
      position++;
    }
    boolean whole = body.path("status").asString("").equals("completed");
    JsonNode why = body.path("incomplete_details").path("reason");
    AnswerEnd end =
        why.asString("").equals("content_filter") ? AnswerEnd.CONTENT_FILTER : AnswerEnd.LENGTH;
    parts.add(new AnswerPart.Finish(0, whole ? AnswerEnd.STOP : end, Optional.empty()));
  }

  private void text(int choice, JsonNode text) {
    if (text.isString()) parts.add(new AnswerPart.Text(choice, text.asString(), Optional.empty()));
  }

  private void refusal(int choice, JsonNode text) {
    if (text.isString()) parts.add(new AnswerPart.Refusal(choice, text.asString()));
  }

  private void call(int choice, int call, JsonNode id, JsonNode name, JsonNode arguments) {
    if (name.isString()) {
      parts.add(new AnswerPart.ToolCall(choice, call, id.asString(""), name.asString()));
    }
    if (arguments.isString()) {
      parts.add(new AnswerPart.ToolArguments(choice, call, arguments.asString()));
    }
  }

  private void logprob(int choice, JsonNode token) {
    float logprob = (float) token.path("logprob").asDouble(0);
    TokenScore score = new TokenScore("", new byte[0], logprob, List.of());
    parts.add(new AnswerPart.Text(choice, "", Optional.of(score)));
  }

  private void finish(int choice, JsonNode reason) {
    @Nullable AnswerEnd end =
        switch (reason.asString("")) {
          case "stop", "end_turn", "stop_sequence" -> AnswerEnd.STOP;
          case "length", "max_tokens", "model_context_window_exceeded" -> AnswerEnd.LENGTH;
          case "tool_calls", "function_call", "tool_use" -> AnswerEnd.TOOL_CALLS;
          case "content_filter", "refusal" -> AnswerEnd.CONTENT_FILTER;
          default -> null;
        };
    if (end != null) parts.add(new AnswerPart.Finish(choice, end, Optional.empty()));
  }
}
