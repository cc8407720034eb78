package dev.kedge.backend.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kedge.backend.upstream.TestingUpstream.Fault;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Watchdog;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.Api;
import dev.kedge.call.CallContext;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.Dialect;
import dev.kedge.call.TokenCounts;
import dev.kedge.config.UpstreamKind;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Caller and server speak the same API: the server's bytes are the answer. */
class RelayTest {
  private static final String CHAT =
      "{\"model\":\"small\",\"messages\":[{\"role\":\"user\",\"content\":\"What is up there?\"}],"
          + "\"vendor_field\":{\"a\":[1,2.50]}";

  private TestingUpstream server;
  private Watchdog watchdog;
  private Upstream upstream;

  @BeforeEach
  void start() throws IOException {
    server = new TestingUpstream();
    watchdog = new Watchdog();
    upstream = Calls.upstream(server.url(), UpstreamKind.OPENAI, watchdog);
  }

  @AfterEach
  void stop() throws IOException {
    upstream.close();
    watchdog.close();
    server.close();
  }

  private List<AnswerPart> ask(Api api, String body) throws InterruptedException {
    return Calls.all(upstream.start(Calls.sent(api, body), Calls.context()));
  }

  @Test
  void aWholeChatIsRelayedAndCounted() throws InterruptedException {
    List<AnswerPart> parts = ask(Api.CHAT_COMPLETIONS, CHAT + "}");

    String expected =
        RecordedAnswers.saying("Hello there, wörld 🌍!")
            .whole("/v1/chat/completions", server.last().json());
    assertThat(Calls.bytes(parts)).isEqualTo(expected);
    assertThat(Calls.end(parts).tokens()).isEqualTo(new TokenCounts(17, 5, 0, 4, 0, false));
  }

  @Test
  void onlyTheModelOfTheBodyIsReplaced() throws InterruptedException {
    ask(Api.CHAT_COMPLETIONS, CHAT + "}");

    assertThat(server.last().json())
        .isEqualTo(Calls.JSON.readTree(CHAT.replace("\"small\"", "\"org/small-7b\"") + "}"));
    assertThat(server.last().headers())
        .containsEntry("authorization", "Bearer secret-key-1")
        .containsEntry("x-team", "anchor")
        .containsEntry("x-request-id", "call-1");
  }

  @Test
  void aStreamIsRelayedEventByEventWithoutTheCountsThatNobodyAskedFor()
      throws InterruptedException {
    List<AnswerPart> parts = ask(Api.CHAT_COMPLETIONS, CHAT + ",\"stream\":true}");

    List<String> sent =
        RecordedAnswers.saying("Hello there, wörld 🌍!").stream(
            "/v1/chat/completions", server.last().json());
    List<String> withheld =
        sent.stream().filter(event -> !event.contains("\"choices\":[]")).toList();
    assertThat(withheld).hasSize(sent.size() - 1);
    assertThat(parts.subList(0, parts.size() - 1).stream().map(p -> Calls.bytes(List.of(p))))
        .containsExactlyElementsOf(withheld);
    assertThat(Calls.end(parts).tokens()).isEqualTo(new TokenCounts(17, 5, 0, 4, 0, false));
  }

  @Test
  void theCountsAreRelayedWhereTheyWereAskedFor() throws InterruptedException {
    List<AnswerPart> parts =
        ask(
            Api.CHAT_COMPLETIONS,
            CHAT + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");

    assertThat(Calls.bytes(parts)).contains("\"choices\":[],\"usage\":{\"prompt_tokens\":17");
  }

  @Test
  void tokensAreCountedPerEvent() throws InterruptedException {
    List<AnswerPart> parts = ask(Api.CHAT_COMPLETIONS, CHAT + ",\"stream\":true}");

    int tokens = 0;
    for (AnswerPart part : parts)
      if (part instanceof AnswerPart.Frame frame) tokens += frame.tokens();
    assertThat(tokens).isEqualTo(4);
  }

  @Test
  void bytesSentOneByOneMakeTheSameEvents() throws InterruptedException {
    List<AnswerPart> atOnce = ask(Api.CHAT_COMPLETIONS, CHAT + ",\"stream\":true}");
    server.then(new Fault.Trickle(0));
    List<AnswerPart> oneByOne = ask(Api.CHAT_COMPLETIONS, CHAT + ",\"stream\":true}");

    assertThat(oneByOne).hasSameSizeAs(atOnce);
    assertThat(Calls.bytes(oneByOne)).isEqualTo(Calls.bytes(atOnce));
  }

  @ParameterizedTest
  @CsvSource({
    "COMPLETIONS,/v1/completions,'{\"model\":\"small\",\"prompt\":\"Hi\"}'",
    "EMBEDDINGS,/v1/embeddings,'{\"model\":\"small\",\"input\":[\"a\",\"b\"]}'",
    "RESPONSES,/v1/responses,'{\"model\":\"small\",\"input\":\"Hi\"}'",
    "MESSAGES,/v1/messages,'{\"model\":\"small\",\"max_tokens\":9,\"messages\":[]}'"
  })
  void everyApiIsRelayedWhole(Api api, String path, String body) throws InterruptedException {
    List<AnswerPart> parts = asker(api).apply(body);

    assertThat(server.last().path()).isEqualTo(path);
    assertThat(Calls.bytes(parts)).isEqualTo(said().whole(path, server.last().json()));
    assertThat(Calls.end(parts).tokens())
        .isEqualTo(new TokenCounts(17, api == Api.EMBEDDINGS ? 0 : 5, 0, out(api), 0, false));
  }

  @ParameterizedTest
  @CsvSource({
    "COMPLETIONS,/v1/completions,'{\"model\":\"small\",\"prompt\":\"Hi\",\"stream\":true}'",
    "RESPONSES,/v1/responses,'{\"model\":\"small\",\"input\":\"Hi\",\"stream\":true}'",
    "MESSAGES,/v1/messages,'{\"model\":\"small\",\"max_tokens\":9,\"stream\":true}'"
  })
  void everyApiIsRelayedAsAStream(Api api, String path, String body) throws InterruptedException {
    List<AnswerPart> parts = asker(api).apply(body);

    String sent = String.join("", said().stream(path, server.last().json()));
    String expected = sent.replaceAll("data: [^\n]*\"choices\":\\[\\][^\n]*\n\n", "");
    assertThat(Calls.bytes(parts)).isEqualTo(expected);
    assertThat(Calls.end(parts).tokens()).isEqualTo(new TokenCounts(17, 5, 0, 4, 0, false));
    int tokens = 0;
    for (AnswerPart part : parts)
      if (part instanceof AnswerPart.Frame frame) tokens += frame.tokens();
    assertThat(tokens).isEqualTo(4);
  }

  private static int out(Api api) {
    return api == Api.EMBEDDINGS ? 0 : 4;
  }

  private static RecordedAnswers said() {
    return RecordedAnswers.saying("Hello there, wörld 🌍!");
  }

  private Function<String, List<AnswerPart>> asker(Api api) {
    UpstreamKind kind =
        api.dialect() == Dialect.ANTHROPIC ? UpstreamKind.ANTHROPIC : UpstreamKind.OPENAI;
    Upstream asked = Calls.upstream(server.url(), kind, watchdog);
    return body -> {
      try {
        return Calls.all(asked.start(Calls.sent(api, body), Calls.context()));
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    };
  }

  @Test
  void countsThatAreMissingAreEstimated() throws InterruptedException {
    server.says(said().withoutUsage());
    List<AnswerPart> parts = ask(Api.CHAT_COMPLETIONS, CHAT + ",\"stream\":true}");

    assertThat(Calls.end(parts).tokens()).isEqualTo(new TokenCounts(9, 0, 0, 4, 0, true));
  }

  @Test
  void whatIsNoAnswerIsNoAnswer() {
    for (String body : List.of("", "[]", "<html>", "{\"error\":{\"message\":\"x\"}}", "{\"a\":1")) {
      server.then(new Fault.Body(body));
      assertThat(
              catchThrowableOfType(
                  KedgeException.class, () -> ask(Api.CHAT_COMPLETIONS, CHAT + "}")))
          .as(body)
          .isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = UpstreamKind.class,
      names = {"OPENAI", "ANTHROPIC"},
      mode = EnumSource.Mode.EXCLUDE)
  void aLimitComesUnderTheNameThatEveryServerHeeds(UpstreamKind kind) throws InterruptedException {
    Upstream other = Calls.upstream(server.url(), kind, watchdog);
    for (CallContext context : List.of(Calls.context(), Calls.context().neutral())) {
      String body = CHAT + ",\"max_tokens\":null,\"max_completion_tokens\":7}";
      Calls.all(other.start(Calls.sent(Api.CHAT_COMPLETIONS, body), context));
      assertThat(server.last().json().path("max_tokens").intValue()).isEqualTo(7);
      assertThat(server.last().json().has("max_completion_tokens")).isFalse();
    }
    other.close();
  }

  @Test
  void theServiceThatRenamedTheLimitGetsItAsItWasSent() throws InterruptedException {
    ask(Api.CHAT_COMPLETIONS, CHAT + ",\"max_completion_tokens\":7}");
    assertThat(server.last().json().path("max_completion_tokens").intValue()).isEqualTo(7);
    assertThat(server.last().json().has("max_tokens")).isFalse();
  }

  private static CallContext withBeta() {
    CallContext plain = Calls.context();
    return new CallContext(
        plain.id(),
        1,
        1,
        plain.deadline(),
        false,
        Map.of("anthropic-beta", "files-1,tools-2"),
        "",
        0);
  }

  @Test
  void whichNewPartsTheCallerWantsIsPassedOnWithItsOwnWordsOnly() throws InterruptedException {
    Upstream anthropic = Calls.upstream(server.url(), UpstreamKind.ANTHROPIC, watchdog);
    String body = CHAT.substring(0, CHAT.indexOf(",\"vendor_field")) + ",\"max_tokens\":9}";
    Calls.all(anthropic.start(Calls.sent(Api.MESSAGES, body), withBeta()));
    assertThat(server.last().headers()).containsEntry("anthropic-beta", "files-1,tools-2");
    Calls.all(anthropic.start(Calls.sent(Api.CHAT_COMPLETIONS, body), withBeta()));
    assertThat(server.last().headers()).doesNotContainKey("anthropic-beta");
    Calls.all(upstream.start(Calls.sent(Api.CHAT_COMPLETIONS, body), withBeta()));
    assertThat(server.last().headers()).doesNotContainKey("anthropic-beta");
    anthropic.close();
  }

  @Test
  void tokensAreCountedByTheServerWhereItsApiCan() throws InterruptedException {
    Upstream anthropic = Calls.upstream(server.url(), UpstreamKind.ANTHROPIC, watchdog);
    ChatRequest asked = (ChatRequest) Calls.sent(Api.MESSAGES, CHAT + "}");
    server.then(new Fault.Body("{\"input_tokens\":4711}"));
    assertThat(anthropic.count(asked, withBeta())).hasValue(4711);
    assertThat(server.last().path()).endsWith("/v1/messages/count_tokens");
    assertThat(server.last().json().path("model").stringValue()).isEqualTo("org/small-7b");
    assertThat(server.last().headers())
        .containsEntry("x-api-key", "secret-key-1")
        .containsEntry("anthropic-beta", "files-1,tools-2");
    for (String nonsense : List.of("{}", "[]", "{\"input_tokens\":\"many\"}")) {
      server.then(new Fault.Body(nonsense));
      assertThat(
              catchThrowableOfType(
                  KedgeException.class, () -> anthropic.count(asked, Calls.context())))
          .as(nonsense)
          .isNotNull();
    }
    assertThat(upstream.count(asked, Calls.context())).isEmpty();
    anthropic.close();
  }

  @Test
  void oneConnectionServesCallAfterCall() throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      ask(Api.CHAT_COMPLETIONS, CHAT + ",\"stream\":true}");
      ask(Api.CHAT_COMPLETIONS, CHAT + "}");
    }

    assertThat(server.accepted()).isEqualTo(1);
  }
}
