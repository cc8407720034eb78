package dev.kedge.rollout.replay;

import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.TokenCounts;
import dev.kedge.eval.score.JsonText;
import dev.kedge.rollout.Heard;
import dev.kedge.rollout.HeardParts;
import dev.kedge.wire.Json;
import dev.kedge.wire.anthropic.MessagesReader;
import dev.kedge.wire.openai.ChatReader;
import dev.kedge.wire.openai.ResponseReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call of the past.
 *
 * @param id of the call; empty where the log has none
 * @param request never streamed
 * @param recorded what was answered then, without time and cost
 */
record PastCall(String id, ChatRequest request, Optional<Heard> recorded) {
  private static final List<String> REQUESTS =
      List.of("request", "body", "kwargs", "proxy_server_request");
  private static final List<String> IDS =
      List.of("id", "request_id", "custom_id", "litellm_call_id");
  private static final TokenCounts UNCOUNTED = new TokenCounts(0, 0, 0, 0, 0, true);

  /** The call of a line; empty where it is none that can be sent again. */
  static Optional<PastCall> of(byte[] line) {
    try {
      JsonNode node = Json.parse(line);
      ObjectNode body = request(node).deepCopy();
      if (!body.has("model")) body.put("model", "recorded");
      body.remove(List.of("stream", "stream_options"));
      ChatRequest request = read(body);
      return Optional.of(new PastCall(id(node), request, answer(node, request)));
    } catch (KedgeException e) {
      return Optional.empty();
    }
  }

  private static String id(JsonNode line) {
    for (String name : IDS) {
      String id = line.path(name).asString("");
      if (!id.isBlank() && id.length() <= 200) return id;
    }
    return "";
  }

  private static ObjectNode request(JsonNode line) {
    for (String name : REQUESTS) {
      JsonNode found = opened(line.path(name));
      if (found.path("body").isObject()) found = found.path("body");
      if (found instanceof ObjectNode body && isCall(body)) return body;
    }
    if (line instanceof ObjectNode body && isCall(body)) return body;
    throw KedgeException.invalid("no request");
  }

  private static boolean isCall(ObjectNode body) {
    return opened(body.path("messages")).isArray() || body.has("input");
  }

  /* Logs hold bodies as texts of JSON too. */
  private static JsonNode opened(JsonNode node) {
    if (!node.isString()) return node;
    return JsonText.parse(node.stringValue()).orElse(node);
  }

  private static ChatRequest read(ObjectNode body) {
    JsonNode messages = opened(body.path("messages"));
    if (!messages.isArray()) return ResponseReader.read(Json.write(body));
    body.set("messages", messages);
    boolean anthropic = body.has("system") || body.has("anthropic_version");
    if (anthropic) return MessagesReader.read(Json.write(body));
    return ChatReader.read(Json.write(body));
  }

  private static Optional<Heard> answer(JsonNode line, ChatRequest request) {
    HeardParts parts = new HeardParts();
    if (line.path("answer").isObject()) {
      captured(line.path("answer"), parts);
    } else {
      JsonNode response = opened(line.path("response"));
      if (response.path("body").isObject()) response = response.path("body");
      if (!response.isObject()) return Optional.empty();
      parts.add(new AnswerPart.Body(Json.write(response)));
    }
    parts.add(new AnswerPart.End(UNCOUNTED));
    return Optional.of(parts.heard(request, Duration.ZERO, 0));
  }

  private static void captured(JsonNode answer, HeardParts parts) {
    parts.add(new AnswerPart.Text(0, answer.path("text").asString(""), Optional.empty()));
    if (answer.has("refusal")) {
      parts.add(new AnswerPart.Refusal(0, answer.path("refusal").asString("")));
    }
    int call = 0;
    for (JsonNode tool : answer.path("tool_calls")) {
      parts.add(new AnswerPart.ToolCall(0, call, "", tool.path("name").asString("")));
      parts.add(new AnswerPart.ToolArguments(0, call, tool.path("arguments").asString("")));
      call++;
    }
    AnswerEnd end =
        switch (answer.path("finish").asString("")) {
          case "length", "max_tokens" -> AnswerEnd.LENGTH;
          case "tool_calls", "tool_use" -> AnswerEnd.TOOL_CALLS;
          case "content_filter", "refusal" -> AnswerEnd.CONTENT_FILTER;
          default -> AnswerEnd.STOP;
        };
    parts.add(new AnswerPart.Finish(0, end, Optional.empty()));
  }
}
