package dev.kedge.backend.upstream;

import static dev.kedge.backend.upstream.RecordedAnswers.model;
import static dev.kedge.backend.upstream.RecordedAnswers.quote;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Anthropic's form of {@link RecordedAnswers}. */
final class RecordedMessages {
  private RecordedMessages() {}

  static String whole(RecordedAnswers says, JsonNode request) {
    String tool = RecordedAnswers.tool(request);
    String thoughts =
        says.reasoning().isEmpty()
            ? ""
            : "{\"type\":\"thinking\",\"thinking\":"
                + quote(says.reasoning())
                + ",\"signature\":\"sig-1\"},";
    String block =
        tool.isEmpty()
            ? "{\"type\":\"text\",\"text\":" + quote(says.text()) + "}"
            : "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":"
                + quote(tool)
                + ",\"input\":"
                + says.arguments()
                + "}";
    return message(request, thoughts + block, stop(tool), usage(says, says.output()));
  }

  static List<String> stream(RecordedAnswers says, JsonNode request) {
    List<String> events = new ArrayList<>();
    String opening = message(request, "", "null", usage(says, 1));
    events.add(event("message_start", "\"message\":" + opening));
    int index = 0;
    if (!says.reasoning().isEmpty()) {
      start(events, index, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}");
      delta(events, index, "thinking", quote(says.reasoning()), "thinking_delta");
      delta(events, index, "signature", "\"sig-1\"", "signature_delta");
      events.add(event("content_block_stop", "\"index\":" + index++));
    }
    events.add(event("ping", ""));
    String tool = RecordedAnswers.tool(request);
    if (tool.isEmpty()) {
      start(events, index, "{\"type\":\"text\",\"text\":\"\"}");
      for (String piece : says.pieces()) delta(events, index, "text", quote(piece), "text_delta");
    } else {
      start(
          events,
          index,
          "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":" + quote(tool) + ",\"input\":{}}");
      delta(events, index, "partial_json", "\"\"", "input_json_delta");
      for (String half : RecordedAnswers.halves(says.arguments()))
        delta(events, index, "partial_json", quote(half), "input_json_delta");
    }
    events.add(event("content_block_stop", "\"index\":" + index));
    events.add(
        event(
            "message_delta",
            "\"delta\":{\"stop_reason\":"
                + stop(tool)
                + ",\"stop_sequence\":null}"
                + (says.usage() ? ",\"usage\":{\"output_tokens\":" + says.output() + "}" : "")));
    events.add(event("message_stop", ""));
    return events;
  }

  private static void start(List<String> events, int index, String block) {
    events.add(event("content_block_start", "\"index\":" + index + ",\"content_block\":" + block));
  }

  private static void delta(
      List<String> events, int index, String field, String value, String type) {
    events.add(
        event(
            "content_block_delta",
            "\"index\":"
                + index
                + ",\"delta\":{\"type\":\""
                + type
                + "\",\""
                + field
                + "\":"
                + value
                + "}"));
  }

  private static String event(String type, String fields) {
    return "event: "
        + type
        + "\ndata: {\"type\":\""
        + type
        + "\""
        + (fields.isEmpty() ? "" : "," + fields)
        + "}\n\n";
  }

  private static String stop(String tool) {
    return tool.isEmpty() ? "\"end_turn\"" : "\"tool_use\"";
  }

  private static String usage(RecordedAnswers says, int output) {
    if (!says.usage()) return "";
    return ",\"usage\":{\"input_tokens\":"
        + (says.input() - says.cached())
        + ",\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":"
        + says.cached()
        + ",\"output_tokens\":"
        + output
        + ",\"service_tier\":\"standard\"}";
  }

  private static String message(JsonNode request, String content, String stop, String usage) {
    return "{\"id\":\"msg_9\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
        + model(request)
        + ",\"content\":["
        + content
        + "],\"stop_reason\":"
        + stop
        + ",\"stop_sequence\":null"
        + usage
        + "}";
  }
}
