package dev.kedge.bench;

import dev.kedge.eval.run.Asking;
import dev.kedge.eval.run.EvalRun;
import dev.kedge.eval.run.JsonLinesSource;
import dev.kedge.eval.run.RunFolder;
import dev.kedge.eval.run.RunPlan;
import dev.kedge.eval.run.RunProgress;
import dev.kedge.eval.run.Target;
import dev.kedge.eval.score.ClassMetric;
import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.ExactMetric;
import dev.kedge.eval.score.JsonMetric;
import dev.kedge.eval.score.JsonOptions;
import dev.kedge.eval.score.LatencyMetric;
import dev.kedge.eval.score.LengthMetric;
import dev.kedge.eval.score.NormalisedMetric;
import dev.kedge.eval.score.Reply;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * What a long run costs beside the model: time and heap for so many cases against a target that
 * answers at once.
 *
 * <p>Arguments: number of cases (100000), cases at a time (64). Run it with {@code -Xmx512m}.
 */
public final class EvalRunCost {
  private static final double MILLION = 1 << 20;

  private EvalRunCost() {}

  /** Answers at once, right in nine of ten cases. */
  private static final class Instant implements Target {
    @Override
    public String label() {
      return "instant";
    }

    @Override
    public Kind kind() {
      return Kind.SERVER;
    }

    @Override
    public String identity() {
      return "instant";
    }

    @Override
    public Reply ask(EvalCase question, Asking asking) {
      boolean wrong = Math.floorMod(question.input().hashCode(), 10) == 0;
      String text = wrong ? "{\"find\":\"returns\"}" : question.input().substring(8);
      return new Reply(text, "stop", 60, 20, 1, 2, "v1", List.of(), "");
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }

  /** Prints a line for a fresh run and one for a run from the journal. */
  public static void main(String[] args) throws Exception {
    int cases = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
    int concurrency = args.length > 1 ? Integer.parseInt(args[1]) : 64;
    Path folder = Files.createTempDirectory("eval-run");
    Path file = write(folder.resolve("cases.jsonl"), cases);
    System.out.printf(
        "%,d cases, %.1f MB; heap at most %.0f MiB%n",
        cases, Files.size(file) / 1e6, Runtime.getRuntime().maxMemory() / MILLION);
    measure("asked and scored", folder, file, concurrency);
    measure("from the journal", folder, file, concurrency);
  }

  private static Path write(Path file, int cases) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < cases; i++) {
        String answer = "{\"find\":\"orders\",\"where\":{\"number\":\"%d\"}}".formatted(i);
        out.write(
            "{\"id\":\"c%d\",\"input\":\"answer: %s\",\"expected\":%s,\"tags\":[\"t%d\"]}\n"
                .formatted(i, answer.replace("\"", "\\\""), answer, i % 7));
      }
    }
    return file;
  }

  private static void measure(String what, Path folder, Path file, int concurrency)
      throws IOException, InterruptedException {
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) pool.resetPeakUsage();
    long start = System.nanoTime();
    RunPlan plan =
        new RunPlan(
            "bench",
            JsonLinesSource.of(file),
            new Asking("", 64, 0, Asking.Mode.CHAT, 1),
            List.of(
                new ExactMetric("exact", true),
                new NormalisedMetric("normalised"),
                new ClassMetric("class", List.of("a", "b")),
                new JsonMetric("json", Optional.empty(), JsonOptions.EXACT),
                new LengthMetric("length"),
                new LatencyMetric("latency")),
            concurrency,
            "bench");
    RunFolder run =
        new EvalRun(folder, plan, new Instant(), InstantSource.system(), RunProgress.silent())
            .run();
    double seconds = (System.nanoTime() - start) / 1e9;
    double peak = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP) peak += pool.getPeakUsage().getUsed() / MILLION;
    }
    System.gc();
    double kept = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MILLION;
    System.out.printf(
        "%s: %.1f s, %,d calls, heap peak %.0f MiB, %.0f MiB after the run; cases.jsonl %.0f MB%n",
        what, seconds, run.manifest().asked(), peak, kept, Files.size(run.casesFile()) / 1e6);
  }
}
