package dev.kedge.wire.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.call.TokenCounts;
import dev.kedge.wire.AnswerHead;
import dev.kedge.wire.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ChunkTemplateTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final AnswerHead HEAD = new AnswerHead("id", 5, "m");

  private static JsonNode event(ByteSink sink) {
    String text = new String(sink.array(), 0, sink.size(), StandardCharsets.UTF_8);
    assertThat(text).startsWith("data: ").endsWith("\n\n");
    assertThat(text.strip()).doesNotContain("\n");
    return JSON.readTree(text.substring(6));
  }

  @Test
  void anyTextComesBackFromTheBytesAsItWas() {
    SplittableRandom random = new SplittableRandom(7);
    ChunkTemplate chat =
        ChunkTemplate.chat(new AnswerHead("id\"1", 5, "a \"model\" \u0001 é"), 3, false);
    ChunkTemplate text = ChunkTemplate.text(HEAD, 0, true);
    for (int round = 0; round < 3_000; round++) {
      StringBuilder written = new StringBuilder();
      for (int i = random.nextInt(40); i > 0; i--) {
        int range = random.nextInt(5);
        int point = random.nextInt(new int[] {0x20, 0x80, 0x800, 0x10000, 0x110000}[range]);
        if (point >= 0xD800 && point < 0xE000) continue;
        written.appendCodePoint(point);
      }
      ByteSink sink = new ByteSink();
      chat.piece(sink, written.toString());
      JsonNode event = event(sink);
      assertThat(event.at("/choices/0/delta/content").stringValue()).isEqualTo(written.toString());
      assertThat(event.at("/model").stringValue()).isEqualTo("a \"model\" \u0001 é");
      assertThat(event.at("/choices/0/index").intValue()).isEqualTo(3);
      sink.clear();
      text.piece(sink, written.toString());
      assertThat(event(sink).at("/choices/0/text").stringValue()).isEqualTo(written.toString());
      assertThat(event(sink).get("usage").isNull()).isTrue();
    }
  }

  @Test
  void unpairedSurrogatesBecomeTheReplacementCharacter() {
    ByteSink sink = new ByteSink();
    ChunkTemplate.text(HEAD, 0, false).piece(sink, "a\ud83d" + "b\ude00\ud83d");
    assertThat(event(sink).at("/choices/0/text").stringValue()).isEqualTo("a\uFFFDb\uFFFD\uFFFD");
  }

  @Test
  void everyEventIsJson() {
    ChunkTemplate chat = ChunkTemplate.chat(HEAD, 0, true);
    ByteSink sink = new ByteSink();
    chat.opening(sink);
    assertThat(event(sink).at("/choices/0/delta/role").stringValue()).isEqualTo("assistant");
    sink.clear();
    chat.finish(sink, "length");
    assertThat(event(sink).at("/choices/0/finish_reason").stringValue()).isEqualTo("length");
    sink.clear();
    ChunkTemplate.usage(sink, HEAD, true, Counts.completion(TokenCounts.of(3, 1, 2)));
    assertThat(event(sink).at("/usage/total_tokens").intValue()).isEqualTo(5);
    sink.clear();
    chat.toolCall(sink, 12, "call\"1", "f");
    assertThat(event(sink).at("/choices/0/delta/tool_calls/0").toString())
        .isEqualTo(
            "{\"index\":12,\"id\":\"call\\\"1\",\"type\":\"function\",\"function\":"
                + "{\"name\":\"f\",\"arguments\":\"\"}}");
    sink.clear();
    chat.toolArguments(sink, 0, "{\"a\":");
    assertThat(event(sink).at("/choices/0/delta/tool_calls/0").toString())
        .isEqualTo("{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":\"}}");
    sink.clear();
    chat.reasoning(sink, "hm");
    assertThat(event(sink).at("/choices/0/delta").toString())
        .isEqualTo("{\"reasoning_content\":\"hm\"}");
  }

  @Test
  void aTextCompletionHasNoOpening() {
    ByteSink sink = new ByteSink();
    ChunkTemplate.text(HEAD, 0, false).opening(sink);
    assertThat(sink.size()).isZero();
  }
}
