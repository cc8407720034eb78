package dev.kedge.backend.upstream;

import static dev.kedge.backend.upstream.RecordedAnswers.model;
import static dev.kedge.backend.upstream.RecordedAnswers.quote;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The form of OpenAI's responses of {@link RecordedAnswers}. */
final class RecordedResponses {
  private RecordedResponses() {}

  static String whole(RecordedAnswers says, JsonNode request) {
    return response(request, "completed", item(says, request, "completed"), usage(says));
  }

  static List<String> stream(RecordedAnswers says, JsonNode request) {
    Events events = new Events();
    String opening = response(request, "in_progress", "", "");
    events.add("response.created", "\"response\":" + opening);
    events.add("response.in_progress", "\"response\":" + opening);
    events.add(
        "response.output_item.added",
        "\"output_index\":0,\"item\":" + item(says, request, "in_progress"));
    if (RecordedAnswers.tool(request).isEmpty()) {
      for (String piece : says.pieces())
        events.add(
            "response.output_text.delta",
            "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":"
                + quote(piece));
      events.add(
          "response.output_text.done",
          "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"text\":"
              + quote(says.text()));
    } else {
      for (String half : RecordedAnswers.halves(says.arguments()))
        events.add(
            "response.function_call_arguments.delta",
            "\"item_id\":\"fc_1\",\"output_index\":0,\"delta\":" + quote(half));
    }
    String item = item(says, request, "completed");
    events.add("response.output_item.done", "\"output_index\":0,\"item\":" + item);
    events.add(
        "response.completed", "\"response\":" + response(request, "completed", item, usage(says)));
    return events.all;
  }

  private static final class Events {
    final List<String> all = new ArrayList<>();

    void add(String type, String fields) {
      all.add(
          "event: "
              + type
              + "\ndata: {\"type\":\""
              + type
              + "\",\"sequence_number\":"
              + all.size()
              + ","
              + fields
              + "}\n\n");
    }
  }

  private static String item(RecordedAnswers says, JsonNode request, String status) {
    String tool = RecordedAnswers.tool(request);
    boolean done = status.equals("completed");
    if (!tool.isEmpty())
      return "{\"id\":\"fc_1\",\"type\":\"function_call\",\"status\":\""
          + status
          + "\",\"call_id\":\"call_1\",\"name\":"
          + quote(tool)
          + ",\"arguments\":"
          + quote(done ? says.arguments() : "")
          + "}";
    String content =
        done
            ? "{\"type\":\"output_text\",\"text\":" + quote(says.text()) + ",\"annotations\":[]}"
            : "";
    return "{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\""
        + status
        + "\",\"role\":\"assistant\",\"content\":["
        + content
        + "]}";
  }

  private static String usage(RecordedAnswers says) {
    if (!says.usage()) return "";
    return ",\"usage\":{\"input_tokens\":"
        + says.input()
        + ",\"input_tokens_details\":{\"cached_tokens\":"
        + says.cached()
        + "},\"output_tokens\":"
        + says.output()
        + ",\"output_tokens_details\":{\"reasoning_tokens\":"
        + says.reasoned()
        + "},\"total_tokens\":"
        + (says.input() + says.output())
        + "}";
  }

  private static String response(JsonNode request, String status, String output, String usage) {
    return "{\"id\":\"resp_9\",\"object\":\"response\",\"created_at\":1719000000,\"status\":\""
        + status
        + "\",\"error\":null,\"incomplete_details\":null,\"model\":"
        + model(request)
        + ",\"output\":["
        + output
        + "],\"store\":false"
        + usage
        + "}";
  }
}
