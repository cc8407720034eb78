package dev.kedge.wire.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.Api;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.call.ChatRequest.Message;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.call.ChatRequest.Role;
import dev.kedge.call.ChatRequest.ToolChoice;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.call.Settings;
import dev.kedge.call.TextInput;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatReaderTest {
  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
  private static final String TOOLS =
      ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"description\":\"of a"
          + " place\",\"parameters\":{\"type\":\"object\"},\"strict\":true}}]";

  private static ChatRequest chat(String body) {
    return ChatReader.read(body.getBytes(StandardCharsets.UTF_8));
  }

  private static ChatRequest chatWith(String fields) {
    return chat("{\"model\":\"m\"," + MESSAGES + fields + "}");
  }

  private static List<Message> messages(String messages) {
    return chat("{\"model\":\"m\",\"messages\":[" + messages + "]}").messages();
  }

  private static CompletionRequest completionWith(String fields) {
    return CompletionReader.read(
        ("{\"model\":\"m\"," + fields + "}").getBytes(StandardCharsets.UTF_8));
  }

  private static EmbeddingRequest embedding(String fields) {
    return EmbeddingReader.read(
        ("{\"model\":\"m\"," + fields + "}").getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsAbsentOrNullIsLeftToTheAnsweringSide() {
    Settings plain = chatWith("").settings();
    assertThat(plain).isEqualTo(Settings.UNSET);
    ChatRequest nulls =
        chatWith(",\"temperature\":null,\"stop\":null,\"n\":null,\"tools\":null,\"seed\":null");
    assertThat(nulls.settings()).isEqualTo(plain);
    assertThat(nulls.tools()).isEmpty();
    assertThat(nulls.toolChoice()).isEqualTo(new ToolChoice.None());
    assertThat(nulls.format()).isEqualTo(new AnswerFormat.Text());
    assertThat(nulls.parallelToolCalls()).isTrue();
    CompletionRequest completion = completionWith("\"prompt\":\"a\"");
    assertThat(completion.settings().maxTokens()).hasValue(16);
    assertThat(completion.source().body().get("max_tokens").intValue()).isEqualTo(16);
  }

  @Test
  void everySettingIsRead() {
    ChatRequest request =
        chatWith(
            ",\"max_tokens\":6,\"max_completion_tokens\":6,\"temperature\":0,\"top_k\":40,"
                + "\"top_p\":0.5,\"min_p\":0.1,\"repetition_penalty\":1.1,"
                + "\"presence_penalty\":-2,\"frequency_penalty\":2,\"seed\":-9223372036854775808,"
                + "\"ignore_eos\":true,\"stop\":[\"a\",\"b\"],\"n\":3,\"logprobs\":true,\"top_logprobs\":4,"
                + "\"stream\":true,\"stream_options\":{\"include_usage\":true}");
    assertThat(request.settings())
        .isEqualTo(
            new Settings(
                OptionalInt.of(6),
                OptionalDouble.of(0),
                OptionalInt.of(40),
                OptionalDouble.of(0.5),
                OptionalDouble.of(0.1),
                OptionalDouble.of(1.1),
                OptionalDouble.of(-2),
                OptionalDouble.of(2),
                OptionalLong.of(Long.MIN_VALUE),
                List.of("a", "b"),
                3,
                4,
                true));
    assertThat(request.stream()).isTrue();
    assertThat(request.includeUsage()).isTrue();
  }

  @Test
  void contentMayBeATextOrParts() {
    assertThat(
            messages(
                "{\"role\":\"developer\",\"content\":\"be brief\"},"
                    + "{\"role\":\"user\",\"name\":\"ann\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                    + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y.png\",\"detail\":\"low\"}},"
                    + "{\"type\":\"text\",\"text\":\"b\"}]}"))
        .containsExactly(
            new Message(Role.SYSTEM, List.of(new Part.Text("be brief")), Optional.empty()),
            new Message(
                Role.USER,
                List.of(new Part.Text("a"), new Part.Image("https://x/y.png"), new Part.Text("b")),
                Optional.of("ann")));
  }

  @Test
  void callsOfToolsAndTheirResultsAreRead() {
    assertThat(
            messages(
                "{\"role\":\"assistant\",\"content\":null,\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":\"c1\","
                    + "\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"a\\\":1}\"}}]},"
                    + "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":[{\"type\":\"text\",\"text\":\"wet\"}]},"
                    + "{\"role\":\"assistant\",\"refusal\":\"no\"}"))
        .extracting(Message::parts)
        .containsExactly(
            List.of(new Part.Reasoning("hm", ""), new Part.ToolUse("c1", "weather", "{\"a\":1}")),
            List.of(new Part.ToolResult("c1", "wet", false)),
            List.of(new Part.Text("no")));
  }

  @Test
  void toolsAndTheirChoiceAreRead() {
    ChatRequest request = chatWith(TOOLS + ",\"parallel_tool_calls\":false");
    assertThat(request.tools())
        .containsExactly(
            new ChatRequest.Tool("weather", "of a place", "{\"type\":\"object\"}", true));
    assertThat(request.toolChoice()).isEqualTo(new ToolChoice.Auto());
    assertThat(request.parallelToolCalls()).isFalse();
    assertThat(chatWith(TOOLS + ",\"tool_choice\":\"required\"").toolChoice())
        .isEqualTo(new ToolChoice.Required());
    assertThat(chatWith(TOOLS + ",\"tool_choice\":\"none\"").toolChoice())
        .isEqualTo(new ToolChoice.None());
    assertThat(
            chatWith(
                    TOOLS
                        + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}")
                .toolChoice())
        .isEqualTo(new ToolChoice.Named("weather"));
  }

  @Test
  void formsOfTheAnswerAreRead() {
    assertThat(chatWith(",\"response_format\":{\"type\":\"json_object\"}").format())
        .isEqualTo(new AnswerFormat.JsonObject());
    assertThat(
            chatWith(
                    ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\","
                        + "\"schema\":{\"type\":\"object\"},\"strict\":true}}")
                .format())
        .isEqualTo(new AnswerFormat.JsonSchema("n", "{\"type\":\"object\"}", true));
  }

  @Test
  void whatTheRecordsCannotHoldStaysInTheSource() {
    ChatRequest request =
        chat(
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\","
                + "\"input_audio\":{\"data\":\"AA==\"}}]}],\"x\":[[]],\"tools\":[{\"type\":\"custom\"}],"
                + "\"response_format\":{\"type\":\"grammar\"}}");
    assertThat(request.source().api()).isEqualTo(Api.CHAT_COMPLETIONS);
    assertThat(request.source().body().get("x").toString()).isEqualTo("[[]]");
    assertThat(request.source().body().at("/messages/0/content/0/type").stringValue())
        .isEqualTo("input_audio");
  }

  @Test
  void promptsComeInFourForms() {
    assertThat(completionWith("\"prompt\":\"a\"").prompts())
        .containsExactly(new TextInput.Text("a"));
    assertThat(completionWith("\"prompt\":[\"a\",\"b\"]").prompts()).hasSize(2);
    assertThat(completionWith("\"prompt\":[1,2,3]").prompts())
        .singleElement()
        .isInstanceOfSatisfying(
            TextInput.Tokens.class, tokens -> assertThat(tokens.ids()).containsExactly(1, 2, 3));
    assertThat(completionWith("\"prompt\":[[1],[2]]").prompts()).hasSize(2);
  }

  @Test
  void embeddingsAreRead() {
    EmbeddingRequest request =
        embedding("\"input\":[\"a\",\"b\"],\"dimensions\":8,\"encoding_format\":\"base64\"");
    assertThat(request.inputs()).hasSize(2);
    assertThat(request.dimensions()).hasValue(8);
    assertThat(request.base64()).isTrue();
    assertThat(embedding("\"input\":\"a\"").base64()).isFalse();
    assertThatThrownBy(() -> embedding("\"input\":\"a\",\"encoding_format\":\"int8\""))
        .hasMessage("'encoding_format' must be 'float' or 'base64'");
    assertThatThrownBy(() -> embedding("\"input\":[]")).hasMessage("'input' must be not empty");
    assertThatThrownBy(() -> embedding("\"input\":\"a\",\"dimensions\":0"))
        .hasMessage("'dimensions' must be from 1 to 65536");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '^',
      value = {
        "temperature; \"hot\"; 'temperature' must be a number, not a string",
        "temperature; 2.01; 'temperature' must be from 0 to 2",
        "temperature; -1; 'temperature' must be from 0 to 2",
        "top_p; 0; 'top_p' must be above 0 and at most 1",
        "top_p; 1.5; 'top_p' must be from 0 to 1",
        "top_k; 1.5; 'top_k' must be an integer, not a number",
        "top_k; -2; 'top_k' must be -1 or more",
        "min_p; true; 'min_p' must be a number, not a boolean",
        "repetition_penalty; 0; 'repetition_penalty' must be above 0 and at most 100",
        "presence_penalty; 3; 'presence_penalty' must be from -2 to 2",
        "seed; 1.5; 'seed' must be an integer, not a number",
        "seed; 9223372036854775808; 'seed' must be an integer of 64 bits",
        "n; 0; 'n' must be from 1 to 128",
        "n; 129; 'n' must be from 1 to 128",
        "max_tokens; 0; 'max_tokens' must be 1 or more",
        "max_tokens; 5,\"max_completion_tokens\":6;"
            + " 'max_tokens' must be left out where 'max_completion_tokens' is sent",
        "max_tokens; 99999999999; 'max_tokens' must be 1 or more",
        "stop; {}; 'stop' must be a string or an array of strings, not an object",
        "stop; [1]; 'stop[0]' must be a string, not a number",
        "stop; \"\"; 'stop' must be texts of 1 to 1000 characters",
        "stream; 1; 'stream' must be true or false, not a number",
        "stream_options; {}; 'stream_options' must be sent together with 'stream': true",
        "logprobs; 1; 'logprobs' must be true or false, not a number",
        "top_logprobs; 3; 'top_logprobs' must be sent together with 'logprobs': true",
        "top_logprobs; 21; 'top_logprobs' must be from 0 to 20",
        "tools; {}; 'tools' must be an array, not an object",
        "tools; [{}]; 'tools[0].type' is required",
        "tools; [{\"type\":\"function\"}]; 'tools[0].function' is required",
        "tools; [{\"type\":\"function\",\"function\":{}}]; 'tools[0].function.name' is required",
        "tool_choice; \"some\";" + " 'tool_choice' must be 'none', 'auto', 'required' or an object",
        "tool_choice; \"required\"; 'tool_choice' must be sent together with 'tools'",
        "tool_choice; {\"type\":\"function\",\"function\":{\"name\":\"x\"}};"
            + " 'tool_choice.function.name' must be the name of one of 'tools'",
        "response_format; 1; 'response_format' must be an object, not a number",
        "response_format; {}; 'response_format.type' is required",
        "response_format; {\"type\":\"json_schema\"};"
            + " 'response_format.json_schema' is required",
        "parallel_tool_calls; 1; 'parallel_tool_calls' must be true or false, not a number"
      })
  void aWrongValueIsNamed(String field, String value, String message) {
    assertThatThrownBy(() -> chatWith(",\"" + field + "\":" + value))
        .isInstanceOfSatisfying(
            KedgeException.class,
            e -> {
              assertThat(e.failure().message()).isEqualTo(message);
              assertThat(((Failure.Invalid) e.failure()).parameter()).startsWith(field);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '^',
      value = {
        "{}; 'messages[0].role' is required",
        "{\"role\":\"boss\"};"
            + " 'messages[0].role' must be 'system', 'developer', 'user', 'assistant' or 'tool'",
        "{\"role\":\"user\"}; 'messages[0].content' is required",
        "{\"role\":\"assistant\"}; 'messages[0].content' is required",
        "{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]};"
            + " 'messages[0].content[0].text' is required",
        "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"file:///x\"}}]};"
            + " 'messages[0].content[0].image_url.url' must be an address that begins with"
            + " https://, http:// or data:image/",
        "{\"role\":\"tool\",\"content\":\"x\"}; 'messages[0].tool_call_id' is required",
        "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\"}]};"
            + " 'messages[0].tool_calls[0].function' is required",
        "{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]};"
            + " 'messages[0].tool_calls[0].id' is required"
      })
  void aWrongMessageIsNamed(String message, String expected) {
    assertThatThrownBy(() -> messages(message)).hasMessage(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '^',
      value = {
        "{}; 'model' is required",
        "[]; the body must be an object, not an array",
        "{\"model\":1}; 'model' must be a string, not a number",
        "{\"model\":\"m\"}; 'messages' is required",
        "{\"model\":\"m\",\"messages\":{}}; 'messages' must be an array, not an object",
        "{\"model\":\"m\",\"messages\":[]}; 'messages' must be an array of 1 to 10000 messages",
        "{\"model\":\"m\",\"messages\":[1]}; 'messages[0]' must be an object, not a number"
      })
  void aWrongBodyIsNamed(String body, String message) {
    assertThatThrownBy(() -> chat(body)).hasMessage(message);
  }

  @Test
  void aNameThatComesTwiceIsRefused() {
    assertThatThrownBy(() -> chatWith(",\"n\":1,\"n\":2")).hasMessageContaining("not valid JSON");
  }

  @Test
  void whatFollowsTheBodyIsRefused() {
    assertThatThrownBy(() -> chat("{\"model\":\"m\"," + MESSAGES + "} {}"))
        .hasMessageContaining("not valid JSON");
  }
}
