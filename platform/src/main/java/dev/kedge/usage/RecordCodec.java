package dev.kedge.usage;

import dev.kedge.base.Money;
import dev.kedge.base.TokenPrice;
import dev.kedge.call.Api;
import dev.kedge.call.TokenCounts;
import dev.kedge.usage.UsageRecord.Latency;
import dev.kedge.usage.UsageRecord.Outcome;
import dev.kedge.usage.UsageRecord.Serving;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A record as a frame of the journal: marker, length and CRC-32C of the payload (4 bytes each, big
 * endian), payload. The payload begins with its version. Numbers are 8 bytes, texts UTF-8 after two
 * bytes of length. A typical frame has 350 bytes.
 */
final class RecordCodec {
  /** In front of every frame, so that a reader finds the next one behind a damaged place. */
  static final int MARKER = 0x4b55_7301;

  static final int HEADER = 12;
  static final int LARGEST_PAYLOAD = 64 * 1024;
  private static final byte VERSION = 1;
  private static final int FIXED_BYTES = 116;
  private static final int TEXTS = 12;

  private RecordCodec() {}

  /** The whole frame of a record. */
  static byte[] frame(UsageRecord record) {
    byte[][] texts = texts(record);
    int length = HEADER + FIXED_BYTES;
    for (byte[] text : texts) length += 2 + text.length;
    ByteBuffer out = ByteBuffer.allocate(length).position(HEADER).put(VERSION);
    for (byte[] text : texts) out.putShort((short) text.length).put(text);
    putNumbers(out, record);
    int payload = out.position() - HEADER;
    byte[] frame = out.array();
    out.putInt(0, MARKER).putInt(4, payload).putInt(8, crc(frame, HEADER, payload));
    return out.position() == frame.length ? frame : Arrays.copyOf(frame, out.position());
  }

  /** Its number for {@code length} bytes from {@code from}. */
  static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private static byte[][] texts(UsageRecord record) {
    Serving serving = record.serving();
    String[] texts = {
      record.id(),
      record.key(),
      record.tenant(),
      record.task().orElse(""),
      serving.asked(),
      serving.served(),
      serving.tier(),
      serving.reason(),
      serving.upstream(),
      serving.digest(),
      // By name: an ordinal would change its meaning when a constant is added.
      record.api().name(),
      record.outcome().name()
    };
    byte[][] encoded = new byte[texts.length][];
    for (int i = 0; i < texts.length; i++) encoded[i] = texts[i].getBytes(StandardCharsets.UTF_8);
    return encoded;
  }

  private static void putNumbers(ByteBuffer out, UsageRecord record) {
    TokenCounts tokens = record.tokens();
    TokenPrice price = record.price();
    Latency latency = record.latency();
    out.putLong(ChronoUnit.MILLIS.between(Instant.EPOCH, record.started()));
    out.putLong(tokens.input()).putLong(tokens.cachedInput()).putLong(tokens.cacheWrite());
    out.putLong(tokens.output()).putLong(tokens.reasoning());
    out.putLong(price.input()).putLong(price.cachedInput());
    out.putLong(price.cacheWrite()).putLong(price.output());
    out.putLong(record.cost().nanos());
    out.putLong(latency.queue().toNanos()).putLong(latency.total().toNanos());
    out.putLong(latency.firstToken().map(Duration::toNanos).orElse(-1L));
    out.put(flag(tokens.estimated()))
        .put(flag(record.stream()))
        .put(flag(record.task().isPresent()));
  }

  private static byte flag(boolean set) {
    return (byte) (set ? 1 : 0);
  }

  /**
   * The record of a payload; empty where a later version of Kedge wrote it.
   *
   * @param in from the payload's first byte to its last
   */
  static Optional<UsageRecord> record(ByteBuffer in) {
    try {
      if (in.get() != VERSION) return Optional.empty();
      String[] texts = new String[TEXTS];
      for (int i = 0; i < TEXTS; i++) texts[i] = text(in);
      return Optional.of(numbers(in, texts));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String text(ByteBuffer in) {
    byte[] bytes = new byte[in.getShort() & 0xffff];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static UsageRecord numbers(ByteBuffer in, String[] texts) {
    Instant started = Instant.EPOCH.plus(in.getLong(), ChronoUnit.MILLIS);
    long[] tokens = longs(in, 5);
    TokenPrice price = new TokenPrice(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    Money cost = new Money(in.getLong());
    long[] nanos = longs(in, 3);
    Api api = Api.valueOf(texts[10]);
    Outcome outcome = Outcome.valueOf(texts[11]);
    boolean estimated = in.get() != 0;
    boolean stream = in.get() != 0;
    boolean task = in.get() != 0;
    return new UsageRecord(
        texts[0],
        started,
        texts[1],
        texts[2],
        task ? Optional.of(texts[3]) : Optional.empty(),
        api,
        new Serving(texts[4], texts[5], texts[6], texts[7], texts[8], texts[9]),
        new TokenCounts(tokens[0], tokens[1], tokens[2], tokens[3], tokens[4], estimated),
        price,
        cost,
        new Latency(
            Duration.ofNanos(nanos[0]),
            nanos[2] < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos[2])),
            Duration.ofNanos(nanos[1])),
        outcome,
        stream);
  }

  private static long[] longs(ByteBuffer in, int count) {
    long[] numbers = new long[count];
    for (int i = 0; i < count; i++) numbers[i] = in.getLong();
    return numbers;
  }
}
