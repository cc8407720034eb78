package dev.kedge.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.store.StoreContract;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Processes that record are killed with SIGKILL; what they were told is recorded must be there. */
class MeterKillTest extends StoreContract {
  private static final int ROUNDS = 2;

  @Test
  void noAcknowledgedRecordIsLostOrDoubledWhenTheProcessIsKilled() throws Exception {
    Path journal = folder.resolve("journal");
    SplittableRandom random = new SplittableRandom(20);
    Set<String> acknowledged = new HashSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      acknowledged.addAll(recordAndKill(journal, round, 500 + random.nextInt(2_500)));
    }
    UsageStore usage = new UsageStore(store);
    Meter.open(journal, usage, RecordingProcess.OPTIONS).close();

    Map<String, UsageRecord> stored = new HashMap<>();
    long rows = usage.export(UsageQuery.all(), record -> stored.put(record.id(), record));
    assertThat(rows).as("rows, against different ids").isEqualTo(stored.size());
    assertThat(stored.keySet()).as("recorded and acknowledged").containsAll(acknowledged);
    assertThat(stored.size() - acknowledged.size())
        .as("recorded, but killed before the acknowledgement was written")
        .isBetween(0, ROUNDS * RecordingProcess.THREADS);
    stored.forEach((id, record) -> assertThat(record).isEqualTo(RecordingProcess.record(id)));
    System.out.printf(
        "%s: %d kills, %d records acknowledged, %d stored, %d in flight when killed%n",
        kind, ROUNDS, acknowledged.size(), stored.size(), stored.size() - acknowledged.size());
  }

  /** Lets a process record until it has acknowledged so many, and kills it. */
  private Set<String> recordAndKill(Path journal, int round, int enough) throws Exception {
    Process process = start(journal, round);
    Set<String> acknowledged = new HashSet<>();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      StringBuilder line = new StringBuilder();
      for (int c = out.read(); c >= 0; c = out.read()) {
        if (c != '\n') {
          line.append((char) c);
          continue;
        }
        assertThat(acknowledged.add(line.toString())).isTrue();
        line.setLength(0);
        // Through the handle: the process itself would close the stream that is still to be read.
        if (acknowledged.size() == enough) process.toHandle().destroyForcibly();
      }
      // What is left in the line was cut off by the kill: nobody was told.
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(enough);
    return acknowledged;
  }

  private Process start(Path journal, int round) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            RecordingProcess.class.getName(),
            journal.toString(),
            url,
            Integer.toString(round));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
