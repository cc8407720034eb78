package dev.kedge.usage;

import java.time.Duration;

/**
 * Bounds of the {@link Meter}.
 *
 * @param segmentBytes of one file of the journal; this much is read again after a crash
 * @param journalBytes of all files; when the store is slow for so long that they are full, {@link
 *     Meter#record} waits; at least twice {@code segmentBytes}
 * @param syncEvery how much a loss of power may cost
 * @param storeEvery how old a record is at most when the store gets it, while the store is well
 * @param batch records per transaction; on SQLite every other writer waits for it
 * @param closeWithin how long closing waits for the store; what it does not take stays in the
 *     journal
 */
public record MeterOptions(
    long segmentBytes,
    long journalBytes,
    Duration syncEvery,
    Duration storeEvery,
    int batch,
    Duration closeWithin) {
  public MeterOptions {
    if (segmentBytes < 1 || journalBytes < 2 * segmentBytes || batch < 1) {
      throw new IllegalArgumentException(
          "the journal must hold two segments of at least a byte, a batch at least a record");
    }
  }

  /** 256 MiB, which is about 700,000 records; a loss of power costs at most 50 ms. */
  public static MeterOptions defaults() {
    return new MeterOptions(
        4 << 20,
        256 << 20,
        Duration.ofMillis(50),
        Duration.ofMillis(200),
        256,
        Duration.ofSeconds(10));
  }
}
