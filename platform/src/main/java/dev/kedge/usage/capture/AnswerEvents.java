package dev.kedge.usage.capture;

import dev.kedge.base.KedgeException;
import dev.kedge.wire.Json;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/**
 * Reads answers that were relayed as they came: bodies and stream events of OpenAI's chat
 * completions, completions and responses, and of Anthropic's messages. What it does not know it
 * passes over: this is a record for people, not a protocol.
 */
final class AnswerEvents {
  private static final int MOST_INDEX = 10_000;

  private final AnswerText answer;
  private boolean whole;

  AnswerEvents(AnswerText answer) {
    this.answer = answer;
  }

  /** One event of a stream, with its line ends. */
  void frame(byte[] bytes) {
    StringBuilder data = new StringBuilder();
    new String(bytes, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("data:"))
        .forEach(line -> data.append(line, 5, line.length()).append('\n'));
    if (data.indexOf("{") >= 0) body(data.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** One JSON object. */
  void body(byte[] bytes) {
    JsonNode node;
    try {
      node = Json.parse(bytes);
    } catch (KedgeException e) {
      return; // an upstream's nonsense; the client got it, the record goes without
    }
    if (node.has("choices")) chat(node.path("choices"));
    else if (node.has("output")) response(node);
    else if (node.path("content").isArray()) message(node);
    else event(node);
  }

  private void chat(JsonNode choices) {
    for (JsonNode node : choices) {
      AnswerText.Choice choice = answer.choice(index(node));
      JsonNode said = node.has("delta") ? node.path("delta") : node.path("message");
      append(choice.text, node.path("text"));
      append(choice.text, said.path("content"));
      append(choice.refusal, said.path("refusal"));
      append(choice.reasoning, said.path("reasoning_content"));
      append(choice.reasoning, said.path("reasoning"));
      int position = 0;
      for (JsonNode tool : said.path("tool_calls")) {
        int index = tool.has("index") ? index(tool) : position++;
        call(choice.call(index), tool.path("function"), "arguments");
      }
      if (node.path("finish_reason").isString()) {
        choice.finish = node.path("finish_reason").stringValue();
      }
    }
  }

  private void event(JsonNode event) {
    AnswerText.Choice choice = answer.choice(0);
    JsonNode delta = event.path("delta");
    switch (event.path("type").asString("")) {
      case "content_block_start" -> {
        JsonNode block = event.path("content_block");
        if (block.has("name")) call(choice.call(index(event)), block, "none");
      }
      case "content_block_delta" -> {
        append(choice.text, delta.path("text"));
        append(choice.reasoning, delta.path("thinking"));
        if (delta.has("partial_json")) {
          append(choice.call(index(event)).arguments, delta.path("partial_json"));
        }
      }
      case "message_delta" -> choice.finish = delta.path("stop_reason").asString(choice.finish);
      case "response.output_text.delta" -> {
        if (!whole) append(choice.text, delta);
      }
      case "response.completed", "response.incomplete" -> response(event.path("response"));
      default -> {}
    }
  }

  /** Anthropic's whole message. */
  private void message(JsonNode message) {
    AnswerText.Choice choice = answer.choice(0);
    int position = 0;
    for (JsonNode block : message.path("content")) {
      append(choice.text, block.path("text"));
      append(choice.reasoning, block.path("thinking"));
      if (block.has("name")) call(choice.call(position), block, "input");
      position++;
    }
    choice.finish = message.path("stop_reason").asString("");
  }

  /** OpenAI's whole response; it repeats what its events said. */
  private void response(JsonNode response) {
    whole = true;
    AnswerText.Choice choice = answer.choice(0);
    choice.text.setLength(0);
    int position = 0;
    for (JsonNode item : response.path("output")) {
      for (JsonNode content : item.path("content")) {
        append(choice.text, content.path("text"));
        append(choice.refusal, content.path("refusal"));
      }
      for (JsonNode summary : item.path("summary")) {
        append(choice.reasoning, summary.path("text"));
      }
      if (item.has("name")) call(choice.call(position), item, "arguments");
      position++;
    }
    choice.finish = response.path("status").asString("");
  }

  private static void call(AnswerText.Call call, JsonNode node, String arguments) {
    if (node.path("name").isString()) call.name = node.path("name").stringValue();
    JsonNode given = node.path(arguments);
    if (given.isObject()) call.arguments.append(given);
    else append(call.arguments, given);
  }

  private static int index(JsonNode node) {
    return Math.clamp(node.path("index").asInt(0), 0, MOST_INDEX);
  }

  private static void append(StringBuilder text, JsonNode node) {
    if (node.isString()) text.append(node.stringValue());
  }
}
