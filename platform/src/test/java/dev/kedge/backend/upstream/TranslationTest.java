package dev.kedge.backend.upstream;

import static dev.kedge.backend.upstream.Chats.chat;
import static dev.kedge.backend.upstream.Chats.says;
import static dev.kedge.backend.upstream.Chats.user;
import static dev.kedge.backend.upstream.Chats.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Watchdog;
import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.Api;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.call.ChatRequest.Role;
import dev.kedge.call.ChatRequest.Tool;
import dev.kedge.call.ChatRequest.ToolChoice;
import dev.kedge.call.Settings;
import dev.kedge.call.TokenCounts;
import dev.kedge.config.UpstreamKind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Caller and server speak different APIs. */
class TranslationTest {
  private static final Tool WEATHER =
      new Tool(
          "weather",
          "Weather of a city",
          "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}",
          true);

  private TestingUpstream server;
  private Watchdog watchdog;

  @BeforeEach
  void start() throws IOException {
    server = new TestingUpstream();
    watchdog = new Watchdog();
  }

  @AfterEach
  void stop() throws IOException {
    watchdog.close();
    server.close();
  }

  private List<AnswerPart> ask(UpstreamKind kind, ChatRequest request) throws InterruptedException {
    return Calls.all(Calls.upstream(server.url(), kind, watchdog).start(request, Calls.context()));
  }

  private static String text(List<AnswerPart> parts) {
    StringBuilder text = new StringBuilder();
    for (AnswerPart part : parts)
      if (part instanceof AnswerPart.Text words) text.append(words.text());
    return text.toString();
  }

  private static AnswerPart.Finish finish(List<AnswerPart> parts) {
    return (AnswerPart.Finish) parts.get(parts.size() - 2);
  }

  @ParameterizedTest
  @CsvSource({"OPENAI,true", "OPENAI,false", "ANTHROPIC,true", "ANTHROPIC,false"})
  void wordsThoughtsAndCountsArrive(UpstreamKind kind, boolean stream) throws InterruptedException {
    server.says(RecordedAnswers.saying("Hello there, wörld 🌍!").thinking("Hm, what is up?"));
    List<AnswerPart> parts = ask(kind, chat(kind, stream, user("Hello")));

    assertThat(parts.getFirst())
        .isInstanceOfSatisfying(
            AnswerPart.Reasoning.class, r -> assertThat(r.text()).isEqualTo("Hm, what is up?"));
    assertThat(text(parts)).isEqualTo("Hello there, wörld 🌍!");
    assertThat(finish(parts)).isEqualTo(new AnswerPart.Finish(0, AnswerEnd.STOP, Optional.empty()));
    int reasoned = kind == UpstreamKind.OPENAI ? 3 : 0;
    assertThat(Calls.end(parts).tokens()).isEqualTo(new TokenCounts(17, 5, 0, 7, reasoned, false));
  }

  @ParameterizedTest
  @CsvSource({"OPENAI,true", "OPENAI,false", "ANTHROPIC,true", "ANTHROPIC,false"})
  void callsOfToolsArrive(UpstreamKind kind, boolean stream) throws InterruptedException {
    ChatRequest request =
        with(
            chat(kind, stream, user("Weather?")),
            List.of(WEATHER),
            new ToolChoice.Required(),
            false);
    List<AnswerPart> parts = ask(kind, request);

    String id = kind == UpstreamKind.OPENAI ? "call_1" : "toolu_1";
    assertThat(parts.getFirst()).isEqualTo(new AnswerPart.ToolCall(0, 0, id, "weather"));
    StringBuilder arguments = new StringBuilder();
    for (AnswerPart part : parts)
      if (part instanceof AnswerPart.ToolArguments piece) arguments.append(piece.json());
    assertThat(Calls.JSON.readTree(arguments.toString()))
        .isEqualTo(Calls.JSON.readTree("{\"city\":\"Köln\"}"));
    assertThat(finish(parts).reason()).isEqualTo(AnswerEnd.TOOL_CALLS);
  }

  @ParameterizedTest
  @CsvSource({"OPENAI,true", "OPENAI,false", "ANTHROPIC,true", "ANTHROPIC,false"})
  void countsThatTheServerDoesNotTellAreEstimated(UpstreamKind kind, boolean stream)
      throws InterruptedException {
    server.says(RecordedAnswers.saying("Twelve chars").withoutUsage());
    List<AnswerPart> parts = ask(kind, chat(kind, stream, user("Eight ch")));

    assertThat(Calls.end(parts).tokens()).isEqualTo(new TokenCounts(6, 0, 0, 3, 0, true));
  }

  @Test
  void aConversationBecomesABodyOfChatCompletions() throws InterruptedException {
    Settings settings =
        new Settings(
            OptionalInt.of(99),
            OptionalDouble.of(0.5),
            OptionalInt.of(7),
            OptionalDouble.of(0.9),
            OptionalDouble.empty(),
            OptionalDouble.of(1.1),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalLong.of(5),
            List.of("END"),
            1,
            -1,
            false);
    ChatRequest request =
        with(
            chat(
                UpstreamKind.LLAMACPP,
                true,
                says(Role.SYSTEM, new Part.Text("Be brief.")),
                says(Role.USER, new Part.Text("Look"), new Part.Image("https://a.example/b.png")),
                says(
                    Role.ASSISTANT,
                    new Part.Reasoning("mhm", "sig"),
                    new Part.ToolUse("t1", "weather", "{\"city\":\"Ulm\"}")),
                says(
                    Role.USER,
                    new Part.ToolResult("t1", "no such city", true),
                    new Part.Text("Well?"))),
            settings,
            new AnswerFormat.JsonSchema("shape", "{\"type\":\"object\"}", true));
    ask(
        UpstreamKind.LLAMACPP,
        with(request, List.of(WEATHER), new ToolChoice.Named("weather"), false));

    assertThat(server.last().path()).isEqualTo("/v1/chat/completions");
    assertThat(server.last().json())
        .isEqualTo(
            Calls.JSON.readTree(
                """
                {"model":"org/small-7b","messages":[
                  {"role":"system","content":"Be brief."},
                  {"role":"user","content":[{"type":"text","text":"Look"},
                    {"type":"image_url","image_url":{"url":"https://a.example/b.png"}}]},
                  {"role":"assistant","tool_calls":[{"id":"t1","type":"function",
                    "function":{"name":"weather","arguments":"{\\"city\\":\\"Ulm\\"}"}}],
                    "content":null,"reasoning_content":"mhm"},
                  {"role":"tool","tool_call_id":"t1","content":"Error: no such city"},
                  {"role":"user","content":"Well?"}],
                 "tools":[{"type":"function","function":{"name":"weather",
                    "description":"Weather of a city","parameters":{"type":"object",
                    "properties":{"city":{"type":"string"}}},"strict":true}}],
                 "tool_choice":{"type":"function","function":{"name":"weather"}},
                 "parallel_tool_calls":false,
                 "response_format":{"type":"json_schema","json_schema":
                    {"name":"shape","schema":{"type":"object"},"strict":true}},
                 "max_tokens":99,"temperature":0.5,"top_p":0.9,"seed":5,"stop":["END"],
                 "top_k":7,"repeat_penalty":1.1,
                 "stream":true,"stream_options":{"include_usage":true}}
                """));
  }

  @Test
  void aConversationBecomesABodyOfMessages() throws InterruptedException {
    ChatRequest request =
        with(
            chat(
                UpstreamKind.ANTHROPIC,
                false,
                says(Role.SYSTEM, new Part.Text("Be brief.")),
                says(
                    Role.USER,
                    new Part.Text("Look"),
                    new Part.Image("data:image/png;base64,iVBORw0="),
                    new Part.Image("https://a.example/b.png")),
                says(Role.ASSISTANT, new Part.ToolUse("t1", "weather", "")),
                says(Role.TOOL, new Part.ToolResult("t1", "sunny", false)),
                user("Well?")),
            Settings.UNSET,
            new AnswerFormat.JsonSchema("shape", "{\"type\":\"object\"}", true));
    ask(
        UpstreamKind.ANTHROPIC,
        with(request, List.of(new Tool("now", "", "{}", false)), new ToolChoice.Required(), false));

    assertThat(server.last().path()).isEqualTo("/v1/messages");
    assertThat(server.last().headers())
        .containsEntry("x-api-key", "secret-key-1")
        .containsEntry("anthropic-version", "2023-06-01")
        .doesNotContainKey("authorization");
    assertThat(server.last().json())
        .isEqualTo(
            Calls.JSON.readTree(
                """
                {"model":"org/small-7b","max_tokens":4096,
                 "system":[{"type":"text","text":"Be brief."}],
                 "messages":[
                  {"role":"user","content":[{"type":"text","text":"Look"},
                    {"type":"image","source":
                      {"type":"base64","media_type":"image/png","data":"iVBORw0="}},
                    {"type":"image","source":{"type":"url","url":"https://a.example/b.png"}}]},
                  {"role":"assistant","content":[
                    {"type":"tool_use","id":"t1","name":"weather","input":{}}]},
                  {"role":"user","content":[
                    {"type":"tool_result","tool_use_id":"t1","content":"sunny"},
                    {"type":"text","text":"Well?"}]}],
                 "tools":[{"name":"now","input_schema":{"type":"object"}}],
                 "tool_choice":{"type":"any","disable_parallel_tool_use":true},
                 "output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}}
                """));
  }

  @Test
  void responsesAreTranslatedWhereTheServerDoesNotKnowThem() throws InterruptedException {
    UnaryOperator<String> path =
        kind -> {
          try {
            ask(
                UpstreamKind.valueOf(kind),
                (ChatRequest) Calls.sent(Api.RESPONSES, "{\"input\":\"Hi\",\"stream\":true}"));
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return server.last().path();
        };

    assertThat(path.apply("VLLM")).isEqualTo("/v1/responses");
    assertThat(path.apply("LLAMACPP")).isEqualTo("/v1/chat/completions");
    assertThat(path.apply("ANTHROPIC")).isEqualTo("/v1/messages");
  }

  @ParameterizedTest
  @CsvSource({"OPENAI,CHAT_COMPLETIONS", "ANTHROPIC,MESSAGES"})
  void anAnswerThatIsLookedIntoComesInPartsThoughTheApiIsTheSame(UpstreamKind kind, Api api)
      throws InterruptedException {
    String body = "{\"model\":\"small\",\"messages\":[],\"stream\":true,\"vendor\":1}";
    List<AnswerPart> parts =
        Calls.all(
            Calls.upstream(server.url(), kind, watchdog)
                .start(Calls.sent(api, body), Calls.context().neutral()));

    assertThat(text(parts)).isEqualTo("Hello there, wörld 🌍!");
    assertThat(server.last().json().path("vendor").intValue()).isEqualTo(1);
  }

  @Test
  void severalCallsInOneStreamKeepTheirOrder() throws InterruptedException {
    server.then(
        TestingUpstream.Fault.Events.of(
            """
            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}}]}

            data: {"choices":[{"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"g"}}]}}]}

            data: {"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]},"finish_reason":"tool_calls"}]}

            data: [DONE]

            """));
    List<AnswerPart> parts =
        ask(UpstreamKind.OPENAI, chat(UpstreamKind.OPENAI, true, user("Both")));

    assertThat(parts.subList(0, 5))
        .containsExactly(
            new AnswerPart.ToolCall(0, 0, "a", "f"),
            new AnswerPart.ToolArguments(0, 0, "{}"),
            new AnswerPart.ToolCall(0, 1, "b", "g"),
            new AnswerPart.ToolArguments(0, 1, "{}"),
            new AnswerPart.Finish(0, AnswerEnd.TOOL_CALLS, Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\ndata: [DONE]\n\n",
        "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"x\"}}]}\n\ndata: [DONE]\n\n",
        "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"abort\"}]}\n\ndata: [DONE]\n\n",
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{}}]}}]}\n\n",
        "data: {\"error\":{\"message\":\"full\"}}\n\n"
      })
  void aChatStreamThatMakesNoSenseFails(String stream) {
    server.then(TestingUpstream.Fault.Events.of(stream));
    UpstreamKind kind = UpstreamKind.OPENAI;

    KedgeException thrown =
        catchThrowableOfType(
            KedgeException.class, () -> ask(kind, chat(kind, true, user("Hello"))));
    assertThat(thrown.failure()).isInstanceOf(Failure.UpstreamFailed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"type\":\"message_stop\"}\n\n",
        "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n",
        "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"pause_turn\"}}\n\n",
        "data: {\"type\":\"content_block_start\",\"content_block\":{\"type\":\"odd\"}}\n\n",
        "data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"input_json_delta\"}}\n\n",
        "data: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"no\"}}\n\n"
      })
  void aStreamOfMessagesThatMakesNoSenseFails(String stream) {
    server.then(TestingUpstream.Fault.Events.of(stream));
    UpstreamKind kind = UpstreamKind.ANTHROPIC;

    KedgeException thrown =
        catchThrowableOfType(
            KedgeException.class, () -> ask(kind, chat(kind, true, user("Hello"))));
    assertThat(thrown.failure()).isInstanceOf(Failure.UpstreamFailed.class);
  }
}
