package dev.kedge.usage.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.call.AnswerPart;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers of every API, whole and in events. */
class AnswerTextTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static JsonNode frames(String... data) {
    List<AnswerPart> parts = new ArrayList<>();
    for (String each : data) parts.add(new AnswerPart.Frame(event(each), 1));
    return AnswerText.of(parts).json(text -> text);
  }

  private static byte[] event(String data) {
    return ("event: any\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode body(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return AnswerText.of(List.of(new AnswerPart.Body(bytes))).json(text -> text);
  }

  private static JsonNode expected(String json) {
    return JSON.readTree(json);
  }

  @Test
  void chatCompletionsInChunks() {
    assertThat(
            frames(
                "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hel\"}}]}",
                "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"Other\"}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lo\"},\"finish_reason\":null}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\","
                    + "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\"\"}}]}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,"
                    + "\"function\":{\"arguments\":\":1}\"}}]},\"finish_reason\":\"tool_calls\"}]}",
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":1}}",
                "[DONE]"))
        .isEqualTo(
            expected(
                """
                {"text":"Hello","tool_calls":[{"name":"f","arguments":"{\\"a\\":1}"}],
                 "finish":"tool_calls","others":[{"text":"Other"}]}
                """));
  }

  @Test
  void chatCompletionsWhole() {
    assertThat(
            body(
                """
                {"choices":[{"index":0,"message":{"content":"Hi","reasoning_content":"hm",
                 "tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"}}]},
                 "finish_reason":"stop"}]}
                """))
        .isEqualTo(
            expected(
                """
                {"text":"Hi","reasoning":"hm","tool_calls":[{"name":"f","arguments":"{}"}],
                 "finish":"stop"}
                """));
  }

  @Test
  void completionsWholeAndInChunks() {
    assertThat(body("{\"choices\":[{\"index\":0,\"text\":\"abc\",\"finish_reason\":\"length\"}]}"))
        .isEqualTo(expected("{\"text\":\"abc\",\"finish\":\"length\"}"));
    assertThat(frames("{\"choices\":[{\"text\":\"a\"}]}", "{\"choices\":[{\"text\":\"b\"}]}"))
        .isEqualTo(expected("{\"text\":\"ab\"}"));
  }

  @Test
  void messagesInEventsAndWhole() {
    String answer =
        """
        {"text":"Hello","reasoning":"hm","tool_calls":[{"name":"f","arguments":"{\\"a\\":1}"}],
         "finish":"tool_use"}
        """;
    assertThat(
            frames(
                "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"content\":[]}}",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}}",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}",
                "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
                "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}",
                "{\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}}",
                "{\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\":1}\"}}",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":3}}",
                "{\"type\":\"message_stop\"}"))
        .isEqualTo(expected(answer));
    assertThat(
            body(
                """
                {"type":"message","content":[{"type":"thinking","thinking":"hm"},
                 {"type":"text","text":"Hello"},{"type":"tool_use","name":"f","input":{"a":1}}],
                 "stop_reason":"tool_use"}
                """))
        .isEqualTo(expected(answer));
  }

  @Test
  void responsesInEventsAndWhole() {
    String whole =
        """
        {"object":"response","status":"completed","output":[
         {"type":"message","content":[{"type":"output_text","text":"Hello"}]},
         {"type":"function_call","name":"f","arguments":"{}"}]}
        """;
    JsonNode answer =
        expected(
            """
            {"text":"Hello","tool_calls":[{"name":"f","arguments":"{}"}],"finish":"completed"}
            """);
    assertThat(body(whole)).isEqualTo(answer);
    assertThat(
            frames(
                "{\"type\":\"response.output_text.delta\",\"delta\":\"Hel\"}",
                "{\"type\":\"response.completed\",\"response\":" + whole.replace("\n", "") + "}"))
        .isEqualTo(answer);
    assertThat(frames("{\"type\":\"response.output_text.delta\",\"delta\":\"Hel\"}"))
        .isEqualTo(expected("{\"text\":\"Hel\"}"));
  }

  @Test
  void brokenFramesLeaveTheRest() {
    assertThat(frames("{\"choices\":[{\"text\":\"a\"}]}", "{\"choices\":[{\"te", "{}", "[1]"))
        .isEqualTo(expected("{\"text\":\"a\"}"));
    byte[] good =
        event("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"x\":[{}]}]}");
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 3_000; i++) {
      byte[] broken = good.clone();
      for (int c = 0; c < 3; c++)
        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      assertThat(
              AnswerText.of(List.of(new AnswerPart.Frame(broken, 1)))
                  .json(text -> text)
                  .has("text"))
          .isTrue();
    }
  }
}
