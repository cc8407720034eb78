package dev.kedge.wire.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.call.Api;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.call.ChatRequest.Message;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.call.ChatRequest.Role;
import dev.kedge.call.ChatRequest.Tool;
import dev.kedge.call.ChatRequest.ToolChoice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesReaderTest {
  private static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

  private static ChatRequest read(String fields) {
    return MessagesReader.read(
        ("{\"model\":\"m\",\"max_tokens\":9," + fields + "}").getBytes(StandardCharsets.UTF_8));
  }

  private static Message message(Role role, Part... parts) {
    return new Message(role, List.of(parts), Optional.empty());
  }

  @Test
  void settingsAreRead() {
    ChatRequest request =
        read(
            HELLO
                + ",\"temperature\":1,\"top_k\":5,\"top_p\":0.5,\"stop_sequences\":[\"a\"],"
                + "\"stream\":true");
    assertThat(request.settings().maxTokens()).hasValue(9);
    assertThat(request.settings().temperature()).hasValue(1);
    assertThat(request.settings().topK()).hasValue(5);
    assertThat(request.settings().topP()).hasValue(0.5);
    assertThat(request.settings().stop()).containsExactly("a");
    assertThat(request.settings().choices()).isEqualTo(1);
    assertThat(request.stream()).isTrue();
    assertThat(request.source().api()).isEqualTo(Api.MESSAGES);
  }

  @Test
  void blocksBecomePartsAndResultsOfToolsMessagesOfTheirOwn() {
    ChatRequest request =
        read(
            """
            "system":[{"type":"text","text":"be "},{"type":"text","text":"brief",
              "cache_control":{"type":"ephemeral"}}],
            "messages":[
              {"role":"user","content":[{"type":"text","text":"weather?"},
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}},
                {"type":"image","source":{"type":"url","url":"https://x/y"}}]},
              {"role":"assistant","content":[
                {"type":"thinking","thinking":"hm","signature":"sig"},
                {"type":"redacted_thinking","data":"secret"},
                {"type":"tool_use","id":"t1","name":"weather","input":{"place":"Kiel"}},
                {"type":"tool_use","id":"t2","name":"weather","input":{}}]},
              {"role":"user","content":[
                {"type":"tool_result","tool_use_id":"t1","content":"wet"},
                {"type":"tool_result","tool_use_id":"t2","is_error":true,
                  "content":[{"type":"text","text":"no "},{"type":"text","text":"place"}]},
                {"type":"text","text":"so?"}]}]\
            """);
    assertThat(request.messages())
        .containsExactly(
            message(Role.SYSTEM, new Part.Text("be "), new Part.Text("brief")),
            message(
                Role.USER,
                new Part.Text("weather?"),
                new Part.Image("data:image/png;base64,AA=="),
                new Part.Image("https://x/y")),
            message(
                Role.ASSISTANT,
                new Part.Reasoning("hm", "sig"),
                new Part.ToolUse("t1", "weather", "{\"place\":\"Kiel\"}"),
                new Part.ToolUse("t2", "weather", "{}")),
            message(Role.TOOL, new Part.ToolResult("t1", "wet", false)),
            message(Role.TOOL, new Part.ToolResult("t2", "no place", true)),
            message(Role.USER, new Part.Text("so?")));
  }

  @Test
  void toolsAndTheirChoiceAreRead() {
    String tools =
        ",\"tools\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"type\":\"object\"}},"
            + "{\"type\":\"bash_20250124\",\"name\":\"bash\"}]";
    ChatRequest request = read(HELLO + tools);
    assertThat(request.tools()).containsExactly(new Tool("f", "d", "{\"type\":\"object\"}", false));
    assertThat(request.toolChoice()).isEqualTo(new ToolChoice.Auto());
    assertThat(request.parallelToolCalls()).isTrue();
    ChatRequest any =
        read(
            HELLO
                + tools
                + ",\"tool_choice\":{\"type\":\"any\",\"disable_parallel_tool_use\":true}");
    assertThat(any.toolChoice()).isEqualTo(new ToolChoice.Required());
    assertThat(any.parallelToolCalls()).isFalse();
    assertThat(
            read(HELLO + tools + ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"f\"}")
                .toolChoice())
        .isEqualTo(new ToolChoice.Named("f"));
    assertThat(read(HELLO + tools + ",\"tool_choice\":{\"type\":\"none\"}").toolChoice())
        .isEqualTo(new ToolChoice.None());
  }

  @Test
  void aSchemaOfTheAnswerIsRead() {
    assertThat(
            read(HELLO
                    + ",\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":"
                    + "{\"type\":\"object\"}}}")
                .format())
        .isEqualTo(new AnswerFormat.JsonSchema("answer", "{\"type\":\"object\"}", true));
  }

  @Test
  void tokensAreCountedWithoutALimit() {
    ChatRequest request =
        MessagesReader.readToCount(
            ("{\"model\":\"m\"," + HELLO + "}").getBytes(StandardCharsets.UTF_8));
    assertThat(request.settings().maxTokens()).isEmpty();
    assertThatThrownBy(() ->
            MessagesReader.read(
                ("{\"model\":\"m\"," + HELLO + "}").getBytes(StandardCharsets.UTF_8)))
        .hasMessage("'max_tokens' is required");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "\"x\":1|'messages' is required",
        "\"messages\":[]|'messages' must be an array of 1 to 10000 messages",
        "\"messages\":[{\"role\":\"system\",\"content\":\"a\"}]"
            + "|'messages[0].role' must be 'user' or 'assistant'",
        "\"messages\":[{\"role\":\"user\"}]|'messages[0].content' is required",
        "\"messages\":[{\"role\":\"user\",\"content\":[{}]}]"
            + "|'messages[0].content[0].type' is required",
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]"
            + "|'messages[0].content[0].text' is required",
        "\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"a\","
            + "\"name\":\"f\",\"input\":\"{}\"}]}]"
            + "|'messages[0].content[0].input' must be an object, not a string",
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\"}]}]"
            + "|'messages[0].content[0].tool_use_id' is required",
        "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":"
            + "\"base64\",\"media_type\":\"text/html\",\"data\":\"\"}}]}]"
            + "|'messages[0].content[0].source.media_type' must be the type of an image",
        "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"temperature\":1.5"
            + "|'temperature' must be from 0 to 1",
        "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"top_k\":-1|'top_k' must be 0 or"
            + " more",
        "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"stop_sequences\":[\"\"]"
            + "|'stop_sequences' must be texts of 1 to 1000 characters",
        "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"tool_choice\":\"auto\""
            + "|'tool_choice' must be an object, not a string",
        "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"tools\":[{\"name\":\"f\"}]"
            + "|'tools[0].input_schema' is required",
        "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"system\":[{\"type\":\"image\","
            + "\"source\":{\"type\":\"url\",\"url\":\"https://x\"}}]"
            + "|'system' must be blocks of type 'text'"
      })
  void whatIsWrongIsNamed(String fields, String message) {
    assertThatThrownBy(() -> read(fields)).hasMessage(message);
  }
}
