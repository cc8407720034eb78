package dev.kedge.wire.openai;

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

class ResponseReaderTest {
  private static ChatRequest read(String fields) {
    return ResponseReader.read(
        ("{\"model\":\"m\"," + fields + "}").getBytes(StandardCharsets.UTF_8));
  }

  private static Message message(Role role, Part... parts) {
    return new Message(role, List.of(parts), Optional.empty());
  }

  @Test
  void aTextWithInstructionsIsAConversation() {
    ChatRequest request =
        read(
            "\"instructions\":\"be brief\",\"input\":\"hi\",\"max_output_tokens\":7,"
                + "\"temperature\":0.5,\"stream\":true");
    assertThat(request.messages())
        .containsExactly(
            message(Role.SYSTEM, new Part.Text("be brief")),
            message(Role.USER, new Part.Text("hi")));
    assertThat(request.settings().maxTokens()).hasValue(7);
    assertThat(request.settings().temperature()).hasValue(0.5);
    assertThat(request.stream()).isTrue();
    assertThat(request.source().api()).isEqualTo(Api.RESPONSES);
  }

  @Test
  void whatTheAssistantThoughtSaidAndCalledInARowIsOneMessage() {
    ChatRequest request =
        read(
            """
            "input":[
              {"role":"user","content":[{"type":"input_text","text":"weather?"},
                {"type":"input_image","image_url":"https://x/y.png"}]},
              {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"a"},
                {"type":"summary_text","text":"b"}]},
              {"type":"message","role":"assistant","content":[
                {"type":"output_text","text":"one moment","annotations":[]}]},
              {"type":"function_call","call_id":"c1","name":"weather","arguments":"{}"},
              {"type":"function_call","call_id":"c2","name":"weather","arguments":"{ }"},
              {"type":"function_call_output","call_id":"c1","output":"wet"},
              {"type":"function_call_output","call_id":"c2","output":[
                {"type":"input_text","text":"dry"}]},
              {"role":"developer","content":"be brief"}]\
            """);
    assertThat(request.messages())
        .containsExactly(
            message(Role.USER, new Part.Text("weather?"), new Part.Image("https://x/y.png")),
            message(
                Role.ASSISTANT,
                new Part.Reasoning("a\nb", ""),
                new Part.Text("one moment"),
                new Part.ToolUse("c1", "weather", "{}"),
                new Part.ToolUse("c2", "weather", "{ }")),
            message(Role.TOOL, new Part.ToolResult("c1", "wet", false)),
            message(Role.TOOL, new Part.ToolResult("c2", "dry", false)),
            message(Role.SYSTEM, new Part.Text("be brief")));
  }

  @Test
  void toolsFormatsAndLogprobsAreRead() {
    ChatRequest request =
        read(
            """
            "input":"a","tools":[{"type":"function","name":"f","parameters":{"type":"object"}},
              {"type":"web_search"}],"tool_choice":{"type":"function","name":"f"},
            "parallel_tool_calls":false,"top_logprobs":3,
            "text":{"format":{"type":"json_schema","name":"n","schema":{},"strict":true}}\
            """);
    assertThat(request.tools()).containsExactly(new Tool("f", "", "{\"type\":\"object\"}", false));
    assertThat(request.toolChoice()).isEqualTo(new ToolChoice.Named("f"));
    assertThat(request.parallelToolCalls()).isFalse();
    assertThat(request.format()).isEqualTo(new AnswerFormat.JsonSchema("n", "{}", true));
    assertThat(request.settings().topLogprobs()).isEqualTo(3);
    assertThat(read("\"input\":\"a\"").settings().topLogprobs()).isEqualTo(-1);
  }

  @Test
  void nothingIsStoredAnywhereUnlessTheCallerKnows() {
    assertThat(read("\"input\":\"a\"").source().body().get("store").booleanValue()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "\"input\":\"a\",\"store\":true|'store' is not supported here: this server keeps no state;"
            + " leave it out or send false",
        "\"input\":\"a\",\"previous_response_id\":\"resp_1\""
            + "|'previous_response_id' is not supported here: this server keeps no state; send the"
            + " whole conversation in 'input'",
        "\"input\":\"a\",\"conversation\":\"c\""
            + "|'conversation' is not supported here: this server keeps no state; send the whole"
            + " conversation in 'input'",
        "\"input\":\"a\",\"background\":true"
            + "|'background' is not supported here: this server keeps no state; wait for the answer"
            + " or stream it",
        "\"input\":[{\"type\":\"item_reference\",\"id\":\"i\"}]"
            + "|'input[0].type' is not supported here: this server keeps no state; send the item"
            + " itself",
        "\"x\":1|'input' is required",
        "\"input\":[]|'input' must be not empty",
        "\"input\":5|'input' must be a string or an array of items, not a number",
        "\"input\":[{\"content\":\"a\"}]|'input[0].role' is required",
        "\"input\":[{\"type\":\"function_call\",\"name\":\"f\"}]|'input[0].call_id' is required",
        "\"input\":[{\"type\":\"function_call_output\",\"call_id\":\"c\"}]"
            + "|'input[0].output' is required",
        "\"input\":\"a\",\"max_output_tokens\":0|'max_output_tokens' must be 1 or more",
        "\"input\":\"a\",\"text\":{\"format\":{}}|'text.format.type' is required",
        "\"input\":\"a\",\"tools\":[{\"type\":\"function\"}]|'tools[0].name' is required"
      })
  void whatIsWrongIsNamed(String fields, String message) {
    assertThatThrownBy(() -> read(fields)).hasMessage(message);
  }
}
