package dev.kedge.wire.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.call.AnswerPart;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.CompletionRequest;
import dev.kedge.wire.AnswerHead;
import dev.kedge.wire.AnswerWriter;
import dev.kedge.wire.ByteSink;
import dev.kedge.wire.RandomAnswers;
import dev.kedge.wire.SseEvents;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a stream says, put together again, is what the answer in one piece says. */
class StreamsAndWholesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int ROUNDS = 400;

  private static byte[] written(AnswerWriter writer, List<AnswerPart> parts) {
    ByteSink sink = new ByteSink();
    parts.forEach(part -> writer.write(part, sink));
    return sink.toBytes();
  }

  private static AnswerHead head(String id) {
    return new AnswerHead(id, 5, "a \"model\"");
  }

  private static ChatRequest chat(boolean stream) {
    String more = stream ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}" : "";
    String body =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]" + more + "}";
    return ChatReader.read(body.getBytes(StandardCharsets.UTF_8));
  }

  private static CompletionRequest completion(boolean stream) {
    String more = stream ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}" : "";
    return CompletionReader.read(
        ("{\"model\":\"m\",\"prompt\":\"a\"" + more + "}").getBytes(StandardCharsets.UTF_8));
  }

  private static ChatRequest response(boolean stream) {
    return ResponseReader.read(
        ("{\"model\":\"m\",\"input\":\"a\",\"stream\":" + stream + "}")
            .getBytes(StandardCharsets.UTF_8));
  }

  private static List<JsonNode> chunks(byte[] stream) {
    List<SseEvents.Event> events = new ArrayList<>(SseEvents.of(stream));
    assertThat(events.removeLast().data()).isEqualTo("[DONE]");
    return events.stream().map(SseEvents.Event::json).toList();
  }

  @Test
  void ofChats() {
    RandomAnswers random = new RandomAnswers(1);
    for (int round = 0; round < ROUNDS; round++) {
      List<AnswerPart> parts = random.answer(1 + random.number(4), RandomAnswers.Words.EVERYTHING);
      JsonNode whole =
          JSON.readTree(written(OpenAiAnswers.chat(chat(false), head("chatcmpl-1")), parts));
      List<JsonNode> chunks =
          chunks(written(OpenAiAnswers.chat(chat(true), head("chatcmpl-1")), parts));
      assertThat(chatOf(chunks)).isEqualTo(whole);
    }
  }

  /* As a client would do it. */
  private static ObjectNode chatOf(List<JsonNode> chunks) {
    Map<Integer, ObjectNode> choices = new TreeMap<>();
    ObjectNode whole = JSON.createObjectNode();
    for (JsonNode chunk : chunks) {
      assertThat(chunk.get("object").stringValue()).isEqualTo("chat.completion.chunk");
      for (JsonNode choice : chunk.get("choices")) {
        int index = choice.get("index").intValue();
        add(choices.computeIfAbsent(index, _ -> JSON.createObjectNode()), choice);
      }
    }
    whole.setAll((ObjectNode) chunks.getLast());
    whole.put("object", "chat.completion");
    ArrayNode list = whole.putArray("choices");
    choices.forEach((index, message) -> list.add(choice(index, message)));
    return whole;
  }

  private static void add(ObjectNode message, JsonNode choice) {
    choice
        .get("delta")
        .properties()
        .forEach(field -> {
          if (field.getKey().equals("role")) message.set("role", field.getValue());
          else if (field.getKey().equals("tool_calls")) addCall(message, field.getValue().get(0));
          else append(message, field.getKey(), field.getValue().stringValue());
        });
    JsonNode scores = choice.get("logprobs");
    if (!scores.isNull()) {
      ArrayNode all = message.withArrayProperty("scores");
      scores.get("content").forEach(all::add);
    }
    if (!choice.get("finish_reason").isNull()) {
      assertThat(message.has("finish")).isFalse();
      message.set("finish", choice.get("finish_reason"));
    }
  }

  private static void append(ObjectNode node, String name, String more) {
    node.put(name, node.path(name).asString("") + more);
  }

  private static void addCall(ObjectNode message, JsonNode delta) {
    ArrayNode calls = message.withArrayProperty("tool_calls");
    int index = delta.get("index").intValue();
    if (index == calls.size()) {
      ObjectNode call = calls.addObject();
      call.set("id", delta.get("id"));
      call.set("type", delta.get("type"));
      call.set("function", delta.get("function"));
    } else {
      ObjectNode function = (ObjectNode) calls.get(index).get("function");
      append(function, "arguments", delta.at("/function/arguments").stringValue());
    }
  }

  private static ObjectNode choice(int index, ObjectNode message) {
    ObjectNode choice = JSON.createObjectNode().put("index", index);
    JsonNode finish = message.remove("finish");
    JsonNode scores = message.remove("scores");
    boolean silent =
        message.get("content").stringValue().isEmpty()
            && (message.has("tool_calls") || message.has("refusal"));
    if (silent) message.putNull("content");
    if (!message.has("refusal")) message.putNull("refusal");
    choice.set("message", message);
    if (scores == null) choice.putNull("logprobs");
    else choice.putObject("logprobs").putNull("refusal").set("content", scores);
    choice.set("finish_reason", finish);
    return choice;
  }

  @Test
  void ofCompletions() {
    RandomAnswers random = new RandomAnswers(2);
    for (int round = 0; round < ROUNDS; round++) {
      List<AnswerPart> parts = random.answer(1 + random.number(4), RandomAnswers.Words.TEXT);
      JsonNode whole =
          JSON.readTree(
              written(OpenAiAnswers.completion(completion(false), head("cmpl-1")), parts));
      List<JsonNode> chunks =
          chunks(written(OpenAiAnswers.completion(completion(true), head("cmpl-1")), parts));
      assertThat(completionOf(chunks)).isEqualTo(whole);
    }
  }

  private static ObjectNode completionOf(List<JsonNode> chunks) {
    Map<Integer, ObjectNode> choices = new TreeMap<>();
    for (JsonNode chunk : chunks) {
      for (JsonNode delta : chunk.get("choices")) {
        ObjectNode choice =
            choices.computeIfAbsent(
                delta.get("index").intValue(),
                index ->
                    JSON.createObjectNode()
                        .put("index", index)
                        .put("text", "")
                        .putNull("logprobs"));
        append(choice, "text", delta.get("text").stringValue());
        choice.set("finish_reason", delta.get("finish_reason"));
        JsonNode scores = delta.get("logprobs");
        if (scores.isNull()) continue;
        ObjectNode all = choice.withObject("/logprobs", JsonNode.OverwriteMode.NULLS, true);
        scores
            .properties()
            .forEach(list -> list.getValue().forEach(all.withArrayProperty(list.getKey())::add));
      }
    }
    ObjectNode whole = (ObjectNode) chunks.getLast();
    ArrayNode list = whole.putArray("choices");
    choices.values().forEach(list::add);
    return whole;
  }

  @Test
  void ofResponses() {
    RandomAnswers random = new RandomAnswers(3);
    for (int round = 0; round < ROUNDS; round++) {
      List<AnswerPart> parts = random.answer(1, RandomAnswers.Words.EVERYTHING);
      JsonNode whole =
          JSON.readTree(written(OpenAiAnswers.response(response(false), head("resp_1")), parts));
      List<SseEvents.Event> events =
          SseEvents.of(written(OpenAiAnswers.response(response(true), head("resp_1")), parts));
      assertThat(events.getLast().json().get("response")).isEqualTo(whole);
      assertThat(events.getLast().name())
          .isEqualTo("response." + whole.get("status").stringValue());
      for (int i = 0; i < events.size(); i++) {
        JsonNode event = events.get(i).json();
        assertThat(event.get("sequence_number").intValue()).isEqualTo(i);
        assertThat(event.get("type").stringValue()).isEqualTo(events.get(i).name());
      }
      assertThat(outputOf(events)).isEqualTo(whole.get("output"));
    }
  }

  /* From what is added and the deltas; what the closing events repeat must be the same. */
  private static ArrayNode outputOf(List<SseEvents.Event> events) {
    ArrayNode output = JSON.createArrayNode();
    for (SseEvents.Event named : events) {
      JsonNode event = named.json();
      ObjectNode item = (ObjectNode) output.get(event.path("output_index").asInt(-1));
      switch (named.name()) {
        case "response.output_item.added" -> output.add(event.get("item"));
        case "response.content_part.added" ->
            item.withArrayProperty("content").add(event.get("part"));
        case "response.output_text.delta", "response.reasoning_text.delta" -> {
          append(part(item, event), "text", event.get("delta").stringValue());
          if (event.has("logprobs")) {
            event.get("logprobs").forEach(part(item, event).withArrayProperty("logprobs")::add);
          }
        }
        case "response.refusal.delta" ->
            append(part(item, event), "refusal", event.get("delta").stringValue());
        case "response.function_call_arguments.delta" ->
            append(item, "arguments", event.get("delta").stringValue());
        case "response.output_text.done", "response.reasoning_text.done" ->
            assertThat(part(item, event).get("text")).isEqualTo(event.get("text"));
        case "response.refusal.done" ->
            assertThat(part(item, event).get("refusal")).isEqualTo(event.get("refusal"));
        case "response.function_call_arguments.done" ->
            assertThat(item.get("arguments")).isEqualTo(event.get("arguments"));
        case "response.content_part.done" ->
            assertThat(part(item, event)).isEqualTo(event.get("part"));
        case "response.output_item.done" -> {
          item.set("status", event.at("/item/status"));
          assertThat(item).isEqualTo(event.get("item"));
        }
        default -> assertThat(event.has("response")).isTrue();
      }
    }
    return output;
  }

  private static ObjectNode part(ObjectNode item, JsonNode event) {
    assertThat(event.get("item_id")).isEqualTo(item.get("id"));
    return (ObjectNode) item.get("content").get(event.get("content_index").intValue());
  }
}
