package dev.kedge.eval.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs are killed with SIGKILL; the server counts what it was asked. */
@Timeout(120)
class EvalKillTest {
  private static final int CASES = 400;
  private static final int KILLS = 2;

  @TempDir Path folder;

  @Test
  void afterKillsEveryCaseIsAnsweredAndOnlyCallsUnderWayWereMadeTwice() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < CASES; i++) {
      lines.append("{\"input\":\"q%d\",\"expected\":\"a q%d\"}\n".formatted(i, i));
    }
    Path cases = Files.writeString(folder.resolve("cases.jsonl"), lines);
    try (CountingUpstream upstream =
        new CountingUpstream(
            3, body -> "a " + body.path("messages").path(0).path("content").asString())) {
      SplittableRandom random = new SplittableRandom(4);
      int killed = 0;
      for (int round = 0; round < KILLS; round++) {
        int enough = upstream.answered.get() + 40 + random.nextInt(100);
        Process process = start(cases, upstream.url());
        while (process.isAlive() && upstream.answered.get() < enough) Thread.sleep(1);
        if (process.isAlive()) killed++;
        process.destroyForcibly();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(killed).isEqualTo(KILLS);
      int before = upstream.asked();
      assertThat(before).isLessThan(CASES);
      Process last = start(cases, upstream.url());
      assertThat(last.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(last.exitValue()).isZero();

      // One folder: a run of the same plan goes on in it.
      assertThat(RunFolder.ids(folder)).hasSize(1);
      RunFolder run = RunFolder.of(folder, RunFolder.ids(folder).getFirst());
      assertThat(run.manifest().state()).isEqualTo(RunManifest.State.COMPLETE);
      assertThat(run.manifest().figure("exact").orElseThrow().value()).isEqualTo(1);
      assertThat(answers(run)).isEqualTo(CASES);
      assertThat(upstream.calls).hasSize(CASES);
      int twice = upstream.asked() - CASES;
      System.out.printf(
          "%d cases, %d kills, %d calls, %d of them made twice; notes: %s%n",
          CASES, killed, upstream.asked(), twice, run.manifest().notes());
      assertThat(twice).isBetween(0, KILLS * RunningEval.CONCURRENCY);
      // Who goes by the names of calls works and charges once for each case, and no case is lost.
      assertThat(upstream.names).hasSize(CASES);
      // The report does not hide them; a call may also have died before the server saw it.
      if (twice > 0) {
        assertThat(run.manifest().notes()).anyMatch(note -> note.contains("under way"));
      }
      assertThat(run.manifest().asked()).isEqualTo((long) upstream.asked() - before);
    }
  }

  private static int answers(RunFolder run) throws IOException {
    int answered = 0;
    try (RunCases cases = run.cases()) {
      for (Optional<RunCase> one = cases.next(); one.isPresent(); one = cases.next()) {
        assertThat(one.get().reply().text()).isEqualTo("a " + one.get().input());
        answered++;
      }
    }
    return answered;
  }

  private Process start(Path cases, String url) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            RunningEval.class.getName(),
            folder.toString(),
            cases.toString(),
            url);
    return new ProcessBuilder(command).inheritIO().start();
  }
}
