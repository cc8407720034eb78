package dev.kedge.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.base.Failure;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.TokenCounts;
import dev.kedge.wire.anthropic.MessageAnswers;
import dev.kedge.wire.anthropic.MessagesReader;
import dev.kedge.wire.openai.ChatReader;
import dev.kedge.wire.openai.OpenAiAnswers;
import dev.kedge.wire.openai.ResponseReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayingTest {
  private static final AnswerHead HEAD = new AnswerHead("id_1", 5, "m");
  private static final AnswerPart.End END = new AnswerPart.End(TokenCounts.of(1, 0, 1));
  private static final String DONE = "data: [DONE]\n\n";

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static AnswerWriter chat(boolean stream) {
    return OpenAiAnswers.chat(
        ChatReader.read(
            utf8(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"stream\":"
                    + stream
                    + "}")),
        HEAD);
  }

  private static AnswerWriter message() {
    return MessageAnswers.message(
        MessagesReader.read(
            utf8(
                "{\"model\":\"m\",\"max_tokens\":1,\"stream\":true,\"messages\":"
                    + "[{\"role\":\"user\",\"content\":\"a\"}]}")),
        HEAD);
  }

  private static AnswerWriter response() {
    return OpenAiAnswers.response(
        ResponseReader.read(utf8("{\"model\":\"m\",\"input\":\"a\",\"stream\":true}")), HEAD);
  }

  private static String text(ByteSink sink) {
    return new String(sink.toBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void framesArrivesByteByByteWhereverTheyAreCut() {
    byte[] stream =
        utf8(
            "data: {\"text\":\"äöü € 漢字 👩‍👩‍👧\"}\r\n\r\n: comment\n\ndata: {\"x\":1}\n\n"
                + DONE);
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 500; round++) {
      AnswerWriter writer = chat(true);
      ByteSink sink = new ByteSink();
      int from = 0;
      while (from < stream.length - DONE.length()) {
        int to = Math.min(stream.length - DONE.length(), from + random.nextInt(1, 9));
        writer.write(new AnswerPart.Frame(Arrays.copyOfRange(stream, from, to), 0), sink);
        from = to;
      }
      writer.write(new AnswerPart.Frame(utf8(DONE), 0), sink);
      writer.write(END, sink);
      assertThat(sink.toBytes()).isEqualTo(stream);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"data: [DONE]\n\n", "data:[DONE]\r\n\r\n", ": x\n\ndata: [DONE]\n\n"})
  void theLastEventIsNotSentTwice(String last) {
    AnswerWriter writer = chat(true);
    ByteSink sink = new ByteSink();
    writer.write(new AnswerPart.Frame(utf8(last), 0), sink);
    writer.write(END, sink);
    assertThat(text(sink)).isEqualTo(last);
  }

  @Test
  void theLastEventIsSentWhereTheServerHasNone() {
    AnswerWriter writer = chat(true);
    ByteSink sink = new ByteSink();
    writer.write(new AnswerPart.Frame(utf8("data: {}\n\n"), 1), sink);
    writer.write(END, sink);
    assertThat(text(sink)).isEqualTo("data: {}\n\n" + DONE);
    AnswerWriter messages = message();
    sink.clear();
    messages.write(new AnswerPart.Frame(utf8("event: message_stop\ndata: {}\n\n"), 0), sink);
    messages.write(END, sink);
    assertThat(text(sink)).isEqualTo("event: message_stop\ndata: {}\n\n");
  }

  @Test
  void aBodyIsSentAsItIs() {
    AnswerWriter writer = chat(false);
    ByteSink sink = new ByteSink();
    writer.write(new AnswerPart.Body(utf8("{\"a\" : \"ä\"}")), sink);
    writer.write(END, sink);
    assertThat(text(sink)).isEqualTo("{\"a\" : \"ä\"}");
  }

  @Test
  void aRelayedStreamThatBreaksOffEndsWithAnEventOfItsApi() {
    Failure broken = new Failure.UpstreamFailed("the server hung up", "upstream_broke", 502, true);
    ByteSink sink = new ByteSink();
    for (AnswerWriter writer : new AnswerWriter[] {chat(true), message(), response()}) {
      writer.write(new AnswerPart.Frame(utf8("data: {}\n\n"), 1), sink);
      sink.clear();
      writer.fail(broken, sink);
      assertThat(SseEvents.of(sink.toBytes())).hasSize(1);
      assertThat(text(sink)).contains("the server hung up").doesNotContain("[DONE]");
    }
    assertThat(text(sink))
        .isEqualTo(
            "event: error\ndata: {\"type\":\"error\",\"sequence_number\":0,\"code\":"
                + "\"upstream_broke\",\"message\":\"the server hung up\",\"param\":null}\n\n");
  }
}
