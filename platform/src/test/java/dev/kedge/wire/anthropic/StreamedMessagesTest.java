package dev.kedge.wire.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.base.Failure;
import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.TokenCounts;
import dev.kedge.wire.AnswerHead;
import dev.kedge.wire.AnswerWriter;
import dev.kedge.wire.ByteSink;
import dev.kedge.wire.RandomAnswers;
import dev.kedge.wire.SseEvents;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class StreamedMessagesTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static byte[] written(boolean stream, List<AnswerPart> parts) {
    ChatRequest request =
        MessagesReader.read(
            ("{\"model\":\"m\",\"max_tokens\":9,\"stream\":"
                    + stream
                    + ",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}")
                .getBytes(StandardCharsets.UTF_8));
    AnswerWriter writer = MessageAnswers.message(request, new AnswerHead("msg_1", 5, "m"));
    ByteSink sink = new ByteSink();
    parts.forEach(part -> writer.write(part, sink));
    return sink.toBytes();
  }

  @Test
  void whatAStreamSaysIsWhatTheAnswerInOnePieceSays() {
    RandomAnswers random = new RandomAnswers(4);
    for (int round = 0; round < 400; round++) {
      List<AnswerPart> parts = random.answer(1, RandomAnswers.Words.EVERYTHING);
      List<SseEvents.Event> events = SseEvents.of(written(true, parts));
      events.forEach(
          event -> assertThat(event.json().get("type").stringValue()).isEqualTo(event.name()));
      assertThat(messageOf(events)).isEqualTo(JSON.readTree(written(false, parts)));
    }
  }

  /* As a client would do it. */
  private static ObjectNode messageOf(List<SseEvents.Event> events) {
    ObjectNode message = (ObjectNode) events.getFirst().json().get("message");
    ArrayNode content = (ArrayNode) message.get("content");
    for (SseEvents.Event named : events) {
      JsonNode event = named.json();
      switch (named.name()) {
        case "content_block_start" -> {
          assertThat(event.get("index").intValue()).isEqualTo(content.size());
          content.add(event.get("content_block"));
        }
        case "content_block_delta" ->
            add((ObjectNode) content.get(event.get("index").intValue()), event.get("delta"));
        case "content_block_stop" ->
            assertThat(event.get("index").intValue()).isEqualTo(content.size() - 1);
        case "message_delta" -> {
          message.setAll((ObjectNode) event.get("delta"));
          message.set("usage", event.get("usage"));
        }
        default -> assertThat(named.name()).isIn("message_start", "ping", "message_stop");
      }
    }
    for (JsonNode block : content) {
      JsonNode json = ((ObjectNode) block).remove("json");
      if (json != null) ((ObjectNode) block).set("input", input(json.stringValue()));
    }
    return message;
  }

  private static void add(ObjectNode block, JsonNode delta) {
    switch (delta.get("type").stringValue()) {
      case "text_delta" -> append(block, "text", delta.get("text"));
      case "thinking_delta" -> append(block, "thinking", delta.get("thinking"));
      case "signature_delta" -> append(block, "signature", delta.get("signature"));
      case "input_json_delta" -> append(block, "json", delta.get("partial_json"));
      default -> throw new AssertionError(delta);
    }
  }

  private static void append(ObjectNode node, String name, JsonNode more) {
    node.put(name, node.path(name).asString("") + more.stringValue());
  }

  private static JsonNode input(String json) {
    if (json.isBlank()) return JSON.createObjectNode();
    try {
      JsonNode node = JSON.readTree(json);
      if (node.isObject()) return node;
    } catch (JacksonException _) {
      /* No JSON: below. */
    }
    return JSON.createObjectNode().put("INVALID_JSON", json);
  }

  @Test
  void aCallOfAToolStreamsAsTheDocumentationShows() {
    List<AnswerPart> parts =
        List.of(
            new AnswerPart.Reasoning(0, "hm", ""),
            new AnswerPart.Reasoning(0, "", "sig"),
            new AnswerPart.Text(0, "Let me look.", Optional.empty()),
            new AnswerPart.ToolCall(0, 0, "toolu_1", "weather"),
            new AnswerPart.ToolArguments(0, 0, "{\"place\":"),
            new AnswerPart.ToolArguments(0, 0, "\"Kiel\"}"),
            new AnswerPart.Finish(0, AnswerEnd.TOOL_CALLS, Optional.empty()),
            new AnswerPart.End(new TokenCounts(100, 60, 10, 20, 3, false)));
    assertThat(new String(written(true, parts), StandardCharsets.UTF_8))
        .isEqualTo(
            """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}

            event: ping
            data: {"type":"ping"}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: content_block_start
            data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Let me look."}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":1}

            event: content_block_start
            data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"weather","input":{}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\\"place\\":"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"\\"Kiel\\"}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":2}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":30,"cache_creation_input_tokens":10,"cache_read_input_tokens":60,"output_tokens":20}}

            event: message_stop
            data: {"type":"message_stop"}

            """);
    assertThat(new String(written(false, parts), StandardCharsets.UTF_8))
        .contains("\"input\":{\"place\":\"Kiel\"}");
  }

  @Test
  void aStopTextIsTold() {
    List<AnswerPart> parts =
        List.of(
            new AnswerPart.Text(0, "a", Optional.empty()),
            new AnswerPart.Finish(0, AnswerEnd.STOP, Optional.of("###")),
            new AnswerPart.End(TokenCounts.of(1, 0, 1)));
    JsonNode message = JSON.readTree(written(false, parts));
    assertThat(message.get("stop_reason").stringValue()).isEqualTo("stop_sequence");
    assertThat(message.get("stop_sequence").stringValue()).isEqualTo("###");
  }

  @Test
  void aStreamThatBreaksOffEndsWithAnEventThatSaysWhy() {
    ByteSink sink = new ByteSink();
    new MessageStream(new AnswerHead("msg_1", 5, "m"))
        .fail(new Failure.Unavailable("no server is healthy", "no_upstream", 3), sink);
    assertThat(new String(sink.toBytes(), StandardCharsets.UTF_8))
        .isEqualTo(
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
                + "\"message\":\"no server is healthy\"},\"request_id\":\"msg_1\"}\n\n");
  }
}
