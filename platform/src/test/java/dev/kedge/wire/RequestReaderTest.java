package dev.kedge.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.wire.CompletionRequest.PromptInput;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

  private static ChatRequest chat(String body) {
    return RequestReader.chat(body.getBytes(StandardCharsets.UTF_8));
  }

  private static ChatRequest chatWith(String fields) {
    return chat("{\"model\":\"m\"," + MESSAGES + fields + "}");
  }

  private static CompletionRequest completionWith(String fields) {
    return RequestReader.completion(
        ("{\"model\":\"m\"," + fields + "}").getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsAbsentOrNullHasTheDefaultsOfTheApi() {
    GenerationSettings plain = chatWith("").settings();
    assertThat(plain)
        .isEqualTo(
            new GenerationSettings(
                OptionalInt.empty(),
                1,
                0,
                1,
                0,
                1,
                0,
                0,
                OptionalLong.empty(),
                List.of(),
                1,
                -1,
                false,
                false,
                false));
    assertThat(
            chatWith(",\"temperature\":null,\"stop\":null,\"n\":null,\"tools\":null,\"seed\":null")
                .settings())
        .isEqualTo(plain);
    assertThat(completionWith("\"prompt\":\"a\"").settings().maxTokens()).hasValue(16);
  }

  @Test
  void everySettingIsRead() {
    GenerationSettings settings =
        chatWith(
                ",\"max_tokens\":5,\"max_completion_tokens\":6,\"temperature\":0,\"top_k\":40,"
                    + "\"top_p\":0.5,\"min_p\":0.1,\"repetition_penalty\":1.1,"
                    + "\"presence_penalty\":-2,\"frequency_penalty\":2,\"seed\":-9223372036854775808,"
                    + "\"ignore_eos\":true,\"stop\":[\"a\",\"b\"],\"n\":3,\"logprobs\":true,\"top_logprobs\":4,"
                    + "\"stream\":true,\"stream_options\":{\"include_usage\":true}")
            .settings();
    assertThat(settings)
        .isEqualTo(
            new GenerationSettings(
                OptionalInt.of(6),
                0,
                40,
                0.5f,
                0.1f,
                1.1f,
                -2,
                2,
                OptionalLong.of(Long.MIN_VALUE),
                List.of("a", "b"),
                3,
                4,
                true,
                true,
                true));
  }

  @Test
  void contentMayBeATextOrPartsOfText() {
    ChatRequest request =
        chat(
            "{\"model\":\"m\",\"messages\":[{\"role\":\"developer\",\"content\":\"be brief\"},"
                + "{\"role\":\"user\",\"name\":\"ann\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                + "{\"type\":\"text\",\"text\":\"b\"}]}]}");
    assertThat(request.messages())
        .extracting(message -> message.role() + "/" + message.content() + "/" + message.name())
        .containsExactly("system/be brief/Optional.empty", "user/ab/Optional[ann]");
  }

  @Test
  void fieldsThatNobodyKnowsAreIgnored() {
    assertThat(
            chatWith(",\"user\":\"u\",\"metadata\":{\"a\":[1]},\"store\":false,\"x\":[[]]").model())
        .isEqualTo("m");
  }

  @Test
  void promptsComeInFourForms() {
    assertThat(completionWith("\"prompt\":\"a\"").prompts())
        .containsExactly(new PromptInput.Text("a"));
    assertThat(completionWith("\"prompt\":[\"a\",\"b\"]").prompts()).hasSize(2);
    assertThat(completionWith("\"prompt\":[1,2,3]").prompts())
        .singleElement()
        .isInstanceOfSatisfying(
            PromptInput.Tokens.class, tokens -> assertThat(tokens.ids()).containsExactly(1, 2, 3));
    assertThat(completionWith("\"prompt\":[[1],[2]]").prompts()).hasSize(2);
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
        "n; 0; 'n' must be from 1 to 16",
        "n; 17; 'n' must be from 1 to 16",
        "max_tokens; 0; 'max_tokens' must be 1 or more",
        "max_tokens; 99999999999; 'max_tokens' must be 1 or more",
        "stop; {}; 'stop' must be a string or an array of strings, not an object",
        "stop; [1]; 'stop[0]' must be a string, not a number",
        "stop; \"\"; 'stop' must be texts of 1 to 1000 characters",
        "stream; 1; 'stream' must be true or false, not a number",
        "stream_options; {}; 'stream_options' must be sent together with 'stream': true",
        "logprobs; 1; 'logprobs' must be true or false, not a number",
        "top_logprobs; 3; 'top_logprobs' must be sent together with 'logprobs': true",
        "top_logprobs; 21; 'top_logprobs' must be from 0 to 20"
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
        "{}; 'model' is required",
        "[]; the body must be an object, not an array",
        "{\"model\":1}; 'model' must be a string, not a number",
        "{\"model\":\"m\"}; 'messages' is required",
        "{\"model\":\"m\",\"messages\":{}}; 'messages' must be an array, not an object",
        "{\"model\":\"m\",\"messages\":[]}; 'messages' must be an array of 1 to 10000 messages",
        "{\"model\":\"m\",\"messages\":[1]}; 'messages[0]' must be an object, not a number",
        "{\"model\":\"m\",\"messages\":[{}]}; 'messages[0].role' is required",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"boss\"}]};"
            + " 'messages[0].role' must be 'system', 'developer', 'user' or 'assistant'",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]}; 'messages[0].content' is required",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]};"
            + " 'messages[0].content[0].text' is required"
      })
  void aWrongBodyIsNamed(String body, String message) {
    assertThatThrownBy(() -> chat(body)).hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"tools\":[{}]",
        "\"tool_choice\":\"auto\"",
        "\"functions\":[{}]",
        "\"response_format\":{\"type\":\"json_object\"}",
        "\"response_format\":1",
        "\"modalities\":[\"audio\"]",
        "\"audio\":{}",
        "\"logit_bias\":{\"5\":1}",
        "\"reasoning_effort\":\"high\"",
        "\"guided_json\":{}",
        "\"prediction\":{}"
      })
  void whatIsNotSupportedIsSaid(String field) {
    String name = field.substring(1, field.indexOf('"', 1));
    assertThatThrownBy(() -> chatWith("," + field))
        .hasMessageStartingWith("'" + name + "' is not supported here: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"echo\":true", "\"suffix\":\"x\"", "\"best_of\":2", "\"logit_bias\":{\"1\":1}"})
  void whatIsNotSupportedInCompletionsIsSaid(String field) {
    assertThatThrownBy(() -> completionWith("\"prompt\":\"a\"," + field))
        .hasMessageContaining("is not supported here: ");
  }

  @Test
  void valuesThatAskForNothingAreTaken() {
    chatWith(
        ",\"tools\":[],\"tool_choice\":\"none\",\"response_format\":{\"type\":\"text\"},"
            + "\"modalities\":[\"text\"],\"logit_bias\":{},\"functions\":[]");
    completionWith("\"prompt\":\"a\",\"echo\":false,\"suffix\":\"\",\"best_of\":1");
  }

  @Test
  void imagesAndToolMessagesAreRefused() {
    assertThatThrownBy(() ->
            chat(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":"
                    + "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}}]}]}"))
        .hasMessageContaining("messages[0].content[0].type");
    assertThatThrownBy(
            () -> chat("{\"model\":\"m\",\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]}"))
        .hasMessageContaining("messages[0].role");
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
