package dev.kedge.usage;

import dev.kedge.store.Store;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that records until it is killed, and says each id on standard output once {@link
 * Meter#record} has returned.
 */
final class RecordingProcess {
  static final int THREADS = 4;

  /** Small files and batches, so that a kill meets every stage of a record's way. */
  static final MeterOptions OPTIONS =
      new MeterOptions(
          16 << 10,
          1 << 20,
          Duration.ofMillis(5),
          Duration.ofMillis(1),
          40,
          Duration.ofSeconds(20));

  private RecordingProcess() {}

  /** Arguments: folder of the journal, URL of the store, a number that begins the ids. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Meter meter = Meter.open(Path.of(args[0]), new UsageStore(Store.open(args[1])), OPTIONS);
    FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      String name = args[2] + "-" + t + "-";
      threads.add(Thread.ofPlatform().start(() -> endlessly(meter, name, out)));
    }
    for (Thread thread : threads) thread.join();
  }

  private static void endlessly(Meter meter, String name, FileOutputStream out) {
    try {
      for (int i = 0; ; i++) {
        String id = name + i;
        meter.record(record(id));
        // One write for the line: lines of several threads do not mix.
        out.write((id + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its tokens follow from its id, so that the store's content can be checked. */
  static UsageRecord record(String id) {
    return Records.record(
        id, Records.START, "sales", "small", java.util.Optional.empty(), tokens(id));
  }

  static long tokens(String id) {
    return 50L + Math.floorMod(id.hashCode(), 1_000);
  }
}
