package dev.kedge.wire.openai;

import dev.kedge.base.Failure;
import dev.kedge.call.AnswerEnd;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.TokenCounts;
import dev.kedge.wire.AnswerHead;
import dev.kedge.wire.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The object {@code response}, which repeats what was asked for. */
record ResponseBody(ChatRequest request, AnswerHead head) {
  private static final List<String> REPEATED =
      List.of(
          "instructions",
          "max_output_tokens",
          "metadata",
          "parallel_tool_calls",
          "reasoning",
          "temperature",
          "text",
          "tool_choice",
          "tools",
          "top_p",
          "truncation",
          "user");

  private static final Map<String, JsonNode> DEFAULTS =
      Map.of(
          "metadata", Json.tree(Map.of()),
          "parallel_tool_calls", Json.tree(true),
          "temperature", Json.tree(1),
          "text", Json.tree(Map.of("format", Map.of("type", "text"))),
          "tool_choice", Json.tree("auto"),
          "tools", Json.tree(List.of()),
          "top_p", Json.tree(1),
          "truncation", Json.tree("disabled"));

  /** Before and while the answer arises. */
  ObjectNode inProgress() {
    return json("in_progress", List.of(), AnswerEnd.STOP);
  }

  /** The whole answer. */
  ObjectNode complete(List<ResponseItem> items, AnswerEnd end, TokenCounts tokens) {
    @Nullable String reason = incomplete(end);
    ObjectNode body = json(reason == null ? "completed" : "incomplete", items, end);
    if (reason != null) body.putObject("incomplete_details").put("reason", reason);
    body.set("usage", Counts.response(tokens));
    return body;
  }

  /** An answer that broke off. */
  ObjectNode failed(List<ResponseItem> items, Failure failure) {
    ObjectNode body = json("failed", items, AnswerEnd.LENGTH);
    body.putObject("error")
        .put("code", failure.status() == 429 ? "rate_limit_exceeded" : "server_error")
        .put("message", failure.message());
    return body;
  }

  /** The status of an item, of so many, of an answer that ended so: only the last is cut short. */
  static String itemStatus(ResponseItem item, int items, AnswerEnd end) {
    return item.index() + 1 < items || incomplete(end) == null ? "completed" : "incomplete";
  }

  private static @Nullable String incomplete(AnswerEnd end) {
    return switch (end) {
      case STOP, TOOL_CALLS -> null;
      case LENGTH -> "max_output_tokens";
      case CONTENT_FILTER -> "content_filter";
    };
  }

  private ObjectNode json(String status, List<ResponseItem> items, AnswerEnd end) {
    ObjectNode body = Json.object();
    body.put("id", head.id());
    body.put("object", "response");
    body.put("created_at", head.created());
    body.put("status", status);
    body.putNull("error");
    body.putNull("incomplete_details");
    body.put("model", head.model());
    ArrayNode output = body.putArray("output");
    for (ResponseItem item : items) output.add(item.json(itemStatus(item, items.size(), end)));
    body.putNull("previous_response_id");
    body.put("store", false);
    for (String name : REPEATED) {
      @Nullable JsonNode asked = request.source().body().get(name);
      if (asked == null || asked.isNull()) asked = DEFAULTS.get(name);
      if (asked == null) body.putNull(name);
      else body.set(name, asked);
    }
    body.putNull("usage");
    return body;
  }
}
