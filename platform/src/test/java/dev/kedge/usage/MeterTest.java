package dev.kedge.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.observe.Warns;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The meter over files of its own, with a store that can be slow and broken. */
class MeterTest {
  private static final MeterOptions SMALL =
      new MeterOptions(
          4_000, 16_000, Duration.ofMillis(5), Duration.ofMillis(5), 7, Duration.ofSeconds(5));

  @TempDir Path folder;
  private final MemorySink sink = new MemorySink();

  @Test
  void everyRecordReachesTheStoreUnchangedAndInOrder() throws IOException {
    List<UsageRecord> sent = IntStream.range(0, 500).mapToObj(Records::numbered).toList();
    try (Meter meter = Meter.open(folder, sink, SMALL)) {
      sent.forEach(meter::record);
    }
    assertThat(sink.records()).containsExactlyElementsOf(sent);
    assertThat(sink.given()).isEqualTo(500);
    assertThat(journalFiles()).as("files whose records the store has").isEmpty();
  }

  @Test
  void manyThreadsLoseNothing() throws Exception {
    try (Meter meter = Meter.open(folder, sink, SMALL);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < 16; t++) {
        int first = t * 200;
        done.add(
            threads.submit(() -> {
              for (int i = 0; i < 200; i++) meter.record(Records.numbered(first + i));
            }));
      }
      for (Future<?> each : done) each.get();
    }
    assertThat(sink.records()).hasSize(3_200);
  }

  @Test
  @Warns("usage records wait for the store")
  void aStoreThatFailsGetsTheSameRecordsAgain() throws IOException {
    sink.failing(3);
    try (Meter meter = Meter.open(folder, sink, SMALL)) {
      for (int i = 0; i < 50; i++) meter.record(Records.numbered(i));
      await(() -> meter.state().stored() == 50);
      assertThat(meter.state().storeFailures()).isEqualTo(3);
    }
    assertThat(sink.records()).hasSize(50);
  }

  @Test
  void aSlowStoreHoldsCallersUpInsteadOfLosingRecords() throws Exception {
    sink.stop();
    try (Meter meter = Meter.open(folder, sink, SMALL)) {
      Thread caller =
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < 400; i++) meter.record(Records.numbered(i));
              });
      await(() -> meter.state().stalls() > 0);
      assertThat(meter.state().journalBytes()).isLessThanOrEqualTo(SMALL.journalBytes());
      assertThat(meter.state().recorded()).isLessThan(400);
      await(meter::stalled);
      sink.resume();
      assertThat(caller.join(Duration.ofSeconds(10))).isTrue();
      assertThat(meter.stalled()).isFalse();
    }
    assertThat(sink.records()).hasSize(400);
  }

  @Test
  void whoWaitsAtTheEndIsLetIn() throws Exception {
    sink.stop();
    Meter meter = Meter.open(folder, sink, SMALL);
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              while (meter.state().stalls() == 0) {
                meter.record(Records.numbered((int) meter.state().recorded()));
              }
            });
    await(() -> meter.state().stalls() > 0);
    ExecutorService closer = Executors.newSingleThreadExecutor();
    Future<?> closed =
        closer.submit(() -> {
          meter.close();
          return true;
        });
    assertThat(caller.join(Duration.ofSeconds(10))).isTrue();
    sink.resume();
    closed.get(10, TimeUnit.SECONDS);
    closer.shutdown();
    assertThat(sink.records()).hasSize((int) meter.state().recorded());
    assertThatThrownBy(() -> meter.record(Records.numbered(1)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  @Warns("usage records wait for the store")
  void whatTheStoreDidNotTakeComesAgainAtTheNextStart() throws IOException {
    sink.failing(Integer.MAX_VALUE);
    try (Meter meter = Meter.open(folder, sink, SMALL)) {
      for (int i = 0; i < 30; i++) meter.record(Records.numbered(i));
    }
    assertThat(sink.records()).isEmpty();
    sink.failing(0);
    try (Meter meter = Meter.open(folder, sink, SMALL)) {
      meter.record(Records.numbered(30));
    }
    assertThat(sink.records()).hasSize(31);
  }

  @Test
  void aRecordGivenTwiceCountsOnce() throws IOException {
    try (Meter meter = Meter.open(folder, sink, SMALL)) {
      meter.record(Records.numbered(1));
      meter.record(Records.numbered(1));
    }
    assertThat(sink.records()).hasSize(1);
  }

  @Test
  @Warns("usage records wait for the store")
  void aTornTailIsWhatACrashLeavesAndCostsOnlyTheTornRecord() throws IOException {
    Path file = journalOf(20);
    try (RandomAccessFile torn = new RandomAccessFile(file.toFile(), "rw")) {
      torn.setLength(torn.length() - 5);
    }
    try (Meter meter = Meter.open(folder, sink, SMALL)) {
      await(() -> meter.state().stored() == 19);
      assertThat(meter.state().damagedFiles()).isZero();
    }
    assertThat(sink.records()).hasSize(19);
    assertThat(Files.exists(file)).isFalse();
  }

  @Test
  @Warns({"usage records wait for the store", "set aside as .damaged"})
  void aDamagedPlaceIsSteppedOverAndTheFileKept() throws IOException {
    Path file = journalOf(20);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 0x40;
    Files.write(file, bytes);
    try (Meter meter = Meter.open(folder, sink, SMALL)) {
      await(() -> meter.state().damagedFiles() == 1);
    }
    assertThat(sink.records()).hasSize(19);
    Path aside = file.resolveSibling(file.getFileName() + ".damaged");
    assertThat(Files.readAllBytes(aside)).isEqualTo(bytes);
    // A later file never gets its name, or it could be overwritten.
    assertThat(journalOf(1).getFileName()).isNotEqualTo(file.getFileName());
  }

  @Test
  @Warns("was deleted before the store had its records")
  void aFileThatSomebodyDeletedDoesNotHoldUpTheOthers() throws IOException {
    sink.stop();
    try (Meter meter = Meter.open(folder, sink, SMALL)) {
      for (int i = 0; i < 60; i++) meter.record(Records.numbered(i));
      List<Path> files = journalFiles();
      assertThat(files).hasSizeGreaterThan(3);
      Files.delete(files.get(1));
      sink.resume();
      await(() -> meter.state().damagedFiles() == 1);
      meter.record(Records.numbered(60));
    }
    assertThat(sink.records()).hasSizeBetween(40, 50).contains(Records.numbered(60));
  }

  @Test
  void aFolderBelongsToOneProcess() throws IOException {
    try (Meter meter = Meter.open(folder, sink, SMALL)) {
      assertThat(meter.state().recorded()).isZero();
      assertThatThrownBy(() -> Meter.open(folder, sink, SMALL))
          .isInstanceOf(KedgeException.class)
          .hasMessageContaining("a folder of its own");
    }
    Meter.open(folder, sink, SMALL).close();
  }

  @Test
  void anInterruptedCallerStillRecordsAndStaysInterrupted() throws IOException {
    try (Meter meter = Meter.open(folder, sink, SMALL)) {
      Thread.currentThread().interrupt();
      meter.record(Records.numbered(1));
      assertThat(Thread.interrupted()).isTrue();
      meter.record(Records.numbered(2));
    }
    assertThat(sink.records()).hasSize(2);
  }

  /** A file as a process leaves it whose store was away. */
  private Path journalOf(int records) throws IOException {
    sink.failing(Integer.MAX_VALUE);
    MeterOptions oneFile =
        new MeterOptions(
            1 << 20, 2 << 20, SMALL.syncEvery(), SMALL.storeEvery(), 7, SMALL.closeWithin());
    try (Meter meter = Meter.open(folder, sink, oneFile)) {
      for (int i = 0; i < records; i++) meter.record(Records.numbered(i));
    }
    sink.failing(0);
    return journalFiles().getFirst();
  }

  private List<Path> journalFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".journal")).sorted().toList();
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) throw new AssertionError("it did not come to that");
      LockSupport.parkNanos(1_000_000);
    }
  }
}
