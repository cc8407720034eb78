package dev.kedge.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolUseBlock;
import dev.kedge.app.Platform;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Anthropic's official Java client against the embedded engine and recorded upstreams. */
class AnthropicJavaClientTest {
  private static final int TOKENS = 24;

  @TempDir private static Path folder;
  private static Platform engine;
  private static AnthropicClient toEngine;
  private static Servers servers;
  private static AnthropicClient toUpstreams;

  @BeforeAll
  static void start() throws Exception {
    engine = TinyServer.start(folder);
    toEngine = client(Servers.root(engine));
    servers = new Servers(folder);
    toUpstreams = client(Servers.root(servers.platform));
  }

  private static AnthropicClient client(String url) {
    return AnthropicOkHttpClient.builder().baseUrl(url).apiKey("none").maxRetries(0).build();
  }

  @AfterAll
  static void stop() throws Exception {
    toEngine.close();
    toUpstreams.close();
    engine.close();
    servers.close();
  }

  private static MessageCreateParams.Builder hello(String model) {
    return MessageCreateParams.builder()
        .model(model)
        .maxTokens(TOKENS)
        .system("Be brief.")
        .addUserMessage("Hällo?");
  }

  private static MessageCreateParams.Builder greedy() {
    return hello(TinyServer.MODEL).putAdditionalBodyProperty("temperature", JsonValue.from(0));
  }

  private static String text(Message message) {
    return message.content().getFirst().text().orElseThrow().text();
  }

  private static Message streamed(AnthropicClient client, MessageCreateParams params) {
    MessageAccumulator accumulator = MessageAccumulator.create();
    try (StreamResponse<RawMessageStreamEvent> stream = client.messages().createStreaming(params)) {
      stream.stream().peek(RawMessageStreamEvent::validate).forEach(accumulator::accumulate);
    }
    return accumulator.message();
  }

  @Test
  void theEngineAnswersAMessage() {
    Message message = toEngine.messages().create(greedy().build());
    message.validate();
    assertThat(text(message)).isNotEmpty();
    assertThat(message.usage().outputTokens()).isBetween(1L, (long) TOKENS);
    assertThat(message.usage().inputTokens()).isPositive();
  }

  @Test
  void theEnginesStreamAddsUpToItsWholeAnswer() {
    Message whole = toEngine.messages().create(greedy().build());
    Message streamed = streamed(toEngine, greedy().build());
    assertThat(text(streamed)).isEqualTo(text(whole));
    assertThat(streamed.stopReason()).isEqualTo(whole.stopReason());
    assertThat(streamed.usage().outputTokens()).isEqualTo(whole.usage().outputTokens());
  }

  @Test
  void theEngineCountsTokensAsItBillsThem() {
    MessageCountTokensParams params =
        MessageCountTokensParams.builder()
            .model(TinyServer.MODEL)
            .system("Be brief.")
            .addUserMessage("Hällo?")
            .build();
    assertThat(toEngine.messages().countTokens(params).inputTokens())
        .isEqualTo(toEngine.messages().create(greedy().build()).usage().inputTokens());
  }

  @Test
  void errorsArriveAsTheClientKnowsThem() {
    assertThatThrownBy(() -> toEngine.messages().create(hello("nobody").build()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("nobody");
    assertThatThrownBy(() -> toEngine.messages().create(greedy().maxTokens(1_000_000).build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("context");
  }

  @ParameterizedTest
  @ValueSource(strings = {Servers.ANTHROPIC, Servers.OPENAI})
  void anUpstreamOfEitherDialectAnswersWholeAndStreamed(String model) {
    Message whole = toUpstreams.messages().create(hello(model).build());
    whole.validate();
    assertThat(text(whole)).isEqualTo("Hello there, wörld 🌍!");
    assertThat(whole.stopReason()).hasValue(StopReason.END_TURN);
    Message streamed = streamed(toUpstreams, hello(model).build());
    assertThat(text(streamed)).isEqualTo(text(whole));
    assertThat(streamed.usage().outputTokens()).isEqualTo(whole.usage().outputTokens());
    assertThat(streamed.stopReason()).isEqualTo(whole.stopReason());
  }

  @ParameterizedTest
  @ValueSource(strings = {Servers.ANTHROPIC, Servers.OPENAI})
  void toolsAreCalledThroughAnUpstreamOfEitherDialect(String model) {
    Tool weather =
        Tool.builder()
            .name("weather")
            .description("The weather of a city.")
            .inputSchema(
                Tool.InputSchema.builder()
                    .putAdditionalProperty(
                        "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                    .required(List.of("city"))
                    .build())
            .build();
    MessageCreateParams params = hello(model).addTool(weather).build();
    for (Message message :
        List.of(toUpstreams.messages().create(params), streamed(toUpstreams, params))) {
      assertThat(message.stopReason()).hasValue(StopReason.TOOL_USE);
      ToolUseBlock call =
          message.content().stream()
              .flatMap(block -> block.toolUse().stream())
              .findFirst()
              .orElseThrow();
      assertThat(call.name()).isEqualTo("weather");
      assertThat(call._input().toString()).contains("Köln");
    }
  }
}
