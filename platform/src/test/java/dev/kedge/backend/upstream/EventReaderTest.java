package dev.kedge.backend.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.backend.upstream.http.Pieces;
import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.Api;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events are cut as the standard says, whatever the pieces in which their bytes come. */
class EventReaderTest {
  /** Bytes in pieces of random sizes. */
  private static final class Cut implements Pieces {
    private final byte[] bytes;
    private final Random random;
    private final int most;
    private int from;
    private int to;

    Cut(byte[] bytes, long seed, int most) {
      this.bytes = bytes;
      this.random = new Random(seed);
      this.most = most;
    }

    @Override
    public boolean next() {
      from = to;
      to = Math.min(bytes.length, from + 1 + random.nextInt(most));
      return to > from;
    }

    @Override
    public byte[] bytes() {
      return bytes;
    }

    @Override
    public int from() {
      return from;
    }

    @Override
    public int to() {
      return to;
    }
  }

  private static List<String> events(String stream, long seed, int most) throws IOException {
    EventReader reader =
        new EventReader(new Cut(stream.getBytes(StandardCharsets.UTF_8), seed, most));
    List<String> events = new ArrayList<>();
    while (reader.next()) events.add(new String(reader.frame(), StandardCharsets.UTF_8));
    return events;
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void everyKindOfLineEndAndEveryCutGivesTheSameEvents(String end) throws IOException {
    List<String> expected =
        List.of(
            "\n: a comment\n\n".replace("\n", end),
            "event: x\nid: 7\nretry: 10\nunknown: field\ndata: {\"a\":\"wörld 🌍\"}\n\n"
                .replace("\n", end),
            "data: [DONE]\n\n".replace("\n", end));
    String stream = String.join("", expected);
    for (int seed = 0; seed < 300; seed++) {
      assertThat(events(stream, seed, 1 + seed % 20)).isEqualTo(expected);
    }
  }

  @Test
  void noByteIsLostOrAddedWhateverComes() throws IOException {
    Random random = new Random(7);
    String alphabet = "\n\n\r: datex{}\"";
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(60); i > 0; i--)
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      String joined = String.join("", events(text.toString(), round, 5));
      assertThat(text.toString()).startsWith(joined);
    }
  }

  @Test
  void severalLinesOfDataAreOneText() throws IOException {
    EventReader reader =
        new EventReader(
            new Cut("data: {\"a\":\r\ndata:1\ndata: }\n\n".getBytes(StandardCharsets.UTF_8), 1, 3));
    reader.next();

    assertThat(reader.findData()).isTrue();
    assertThat(
            new String(
                reader.data(),
                reader.dataFrom(),
                reader.dataTo() - reader.dataFrom(),
                StandardCharsets.UTF_8))
        .isEqualTo("{\"a\":\n1\n}");
  }

  @Test
  void commentsBeforeTheFirstEventComeWithIt() throws IOException {
    String stream = ": one\n\n: two\n\ndata: {}\n\n: three\n\n";
    EventReader reader = new EventReader(new Cut(stream.getBytes(StandardCharsets.UTF_8), 1, 9));
    Relay relay = new Relay(Api.CHAT_COMPLETIONS, false, Calls.sent(Api.CHAT_COMPLETIONS, "{}"));
    ArrayDeque<AnswerPart> parts = new ArrayDeque<>();
    while (reader.next()) relay.event(reader, parts);

    assertThat(parts.stream().map(part -> Calls.bytes(List.of(part))))
        .containsExactly(": one\n\n: two\n\ndata: {}\n\n", ": three\n\n");
  }

  @Test
  void aRelayEitherTakesAnEventOrFailsWithAReason() throws IOException {
    Random random = new Random(11);
    byte[] event =
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\\\"b\"}}],\"usage\":{\"prompt_tokens\":3}}"
            .getBytes(StandardCharsets.UTF_8);
    int taken = 0;
    int failed = 0;
    for (int round = 0; round < 5_000; round++) {
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      byte[] mutated = event.clone();
      for (int i = random.nextInt(3); i > 0; i--)
        mutated[6 + random.nextInt(event.length - 6)] = (byte) random.nextInt(32, 127);
      stream.writeBytes(mutated);
      stream.writeBytes(new byte[] {'\n', '\n'});
      EventReader reader = new EventReader(new Cut(stream.toByteArray(), round, 40));
      Relay relay = new Relay(Api.CHAT_COMPLETIONS, true, Calls.sent(Api.CHAT_COMPLETIONS, "{}"));
      ArrayDeque<AnswerPart> parts = new ArrayDeque<>();
      try {
        while (reader.next()) relay.event(reader, parts);
        assertThat(Calls.bytes(List.copyOf(parts)).getBytes(StandardCharsets.UTF_8))
            .isEqualTo(stream.toByteArray());
        taken++;
      } catch (KedgeException e) {
        failed++;
      }
    }
    assertThat(taken).isPositive();
    assertThat(failed).isPositive();
  }
}
