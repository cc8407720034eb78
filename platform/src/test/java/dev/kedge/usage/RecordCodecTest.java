package dev.kedge.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.base.Money;
import dev.kedge.base.TokenPrice;
import dev.kedge.call.Api;
import dev.kedge.call.TokenCounts;
import dev.kedge.usage.UsageRecord.Latency;
import dev.kedge.usage.UsageRecord.Outcome;
import dev.kedge.usage.UsageRecord.Serving;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Records as bytes. */
class RecordCodecTest {
  private static UsageRecord roundTrip(UsageRecord record) {
    byte[] frame = RecordCodec.frame(record);
    int payload = frame.length - RecordCodec.HEADER;
    return RecordCodec.record(ByteBuffer.wrap(frame, RecordCodec.HEADER, payload)).orElseThrow();
  }

  private static String anyText(SplittableRandom random) {
    int length = random.nextInt(4) == 0 ? 300 : random.nextInt(30);
    StringBuilder text = new StringBuilder();
    // Any UTF-16 unit: control characters, halves of pairs, private characters.
    for (int i = 0; i < length; i++) text.append((char) random.nextInt(0x10000));
    return text.toString();
  }

  private static UsageRecord any(SplittableRandom random) {
    Api[] apis = Api.values();
    Outcome[] outcomes = Outcome.values();
    return new UsageRecord(
        "x" + anyText(random),
        Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L)),
        anyText(random),
        anyText(random),
        random.nextBoolean() ? Optional.of(anyText(random)) : Optional.empty(),
        apis[random.nextInt(apis.length)],
        new Serving(
            anyText(random),
            anyText(random),
            anyText(random),
            anyText(random),
            anyText(random),
            anyText(random)),
        new TokenCounts(
            random.nextLong(1L << 60), 2, 3, random.nextLong(9), 1, random.nextBoolean()),
        new TokenPrice(1, 2, 3, random.nextLong(1L << 60)),
        new Money(random.nextLong()),
        new Latency(
            Duration.ofNanos(random.nextLong(1L << 40)),
            random.nextBoolean() ? Optional.of(Duration.ofNanos(7)) : Optional.empty(),
            Duration.ofNanos(random.nextLong(1L << 40))),
        outcomes[random.nextInt(outcomes.length)],
        random.nextBoolean());
  }

  @Test
  void whatIsWrittenIsRead() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 2_000; i++) {
      UsageRecord record = any(random);
      assertThat(roundTrip(record)).isEqualTo(record);
    }
  }

  @Test
  void brokenPayloadsGiveNothingOrARecordButNoException() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 5_000; i++) {
      byte[] frame = RecordCodec.frame(any(random));
      int changes = 1 + random.nextInt(4);
      for (int c = 0; c < changes; c++) {
        frame[RecordCodec.HEADER + random.nextInt(frame.length - RecordCodec.HEADER)] =
            (byte) random.nextInt(256);
      }
      int length = random.nextInt(frame.length - RecordCodec.HEADER + 1);
      assertThat(RecordCodec.record(ByteBuffer.wrap(frame, RecordCodec.HEADER, length)))
          .isNotNull();
    }
  }

  @Test
  void textsThatADatabaseRefusesAreMadeFit() {
    UsageRecord hostile =
        Records.record(
            "id\u0000",
            Records.START,
            "half \ud83d of a pair, line\nbreak",
            "m".repeat(100_000),
            Optional.of("\ud83d\ude00".repeat(200)),
            1);
    assertThat(hostile.id()).isEqualTo("id\ufffd");
    assertThat(hostile.tenant()).isEqualTo("half \ufffd of a pair, line\ufffdbreak");
    assertThat(hostile.serving().served()).hasSize(UsageRecord.LONGEST_TEXT);
    assertThat(hostile.task().orElseThrow()).isEqualTo("\ud83d\ude00".repeat(128));
  }

  @Test
  void aFrameHasAFewHundredBytes() {
    assertThat(RecordCodec.frame(Records.numbered(7)).length).isBetween(200, 400);
  }
}
