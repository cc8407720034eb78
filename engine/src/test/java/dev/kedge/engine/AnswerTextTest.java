package dev.kedge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnswerTextTest {
  @Test
  void aPossibleBeginningOfAStopTextIsHeldBack() {
    AnswerText text = new AnswerText(List.of("END"));
    assertThat(text.append(bytes("one E"))).isEqualTo("one ");
    assertThat(text.append(bytes("N"))).isEmpty();
    assertThat(text.append(bytes("Gland E"))).isEqualTo("ENGland ");
    assertThat(text.finish()).isEqualTo("E");
    assertThat(text.stopped()).isFalse();
  }

  @Test
  void nothingOfTheStopTextAppears() {
    AnswerText text = new AnswerText(List.of("<|end|>"));
    assertThat(text.append(bytes("yes<|e"))).isEqualTo("yes");
    assertThat(text.append(bytes("nd|> and more"))).isEmpty();
    assertThat(text.stopped()).isTrue();
    assertThat(text.finish()).isEmpty();
  }

  @Test
  void whereTheTextStopsDoesNotDependOnHowItIsCut() {
    List<String> stop = List.of("abab", "bb", "é€", "abc", "c");
    Random random = new Random(4);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder whole = new StringBuilder();
      for (int i = 0; i < 12; i++) whole.append("aaabéx€ab".charAt(random.nextInt(9)));
      String expected = feed(stop, whole.toString(), 1, random);
      assertThat(feed(stop, whole.toString(), 100, random)).isEqualTo(expected);
      assertThat(feed(stop, whole.toString(), 4, random)).isEqualTo(expected);
    }
  }

  @Test
  void anUnfinishedCharacterBecomesAReplacementAtTheEnd() {
    AnswerText text = new AnswerText(List.of());
    assertThat(text.append(new byte[] {'a', (byte) 0xE2, (byte) 0x82})).isEqualTo("a");
    assertThat(text.finish()).isEqualTo("\uFFFD");
  }

  private static String feed(List<String> stop, String whole, int most, Random random) {
    AnswerText text = new AnswerText(stop);
    byte[] bytes = bytes(whole);
    StringBuilder out = new StringBuilder();
    for (int from = 0; from < bytes.length && !text.stopped(); ) {
      int to = Math.min(bytes.length, from + 1 + random.nextInt(most));
      out.append(text.append(java.util.Arrays.copyOfRange(bytes, from, to)));
      from = to;
    }
    return out + text.finish() + (text.stopped() ? "|" : "");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
