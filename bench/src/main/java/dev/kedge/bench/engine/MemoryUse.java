package dev.kedge.bench.engine;

import dev.kedge.engine.Engine;
import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.EngineStats;
import dev.kedge.engine.Generation;
import dev.kedge.engine.MemoryPlan;
import dev.kedge.engine.Model;
import dev.kedge.engine.Request;
import dev.kedge.engine.Sampling;
import dev.kedge.engine.TokenEvent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Memory beyond weights and cache: what the process holds that is no page of a file, less keys and
 * values, after sixteen answers at a time. Weights are mapped, so they count as pages of a file. On
 * Linux.
 *
 * <p>Arguments: model file, threads, tokens of a prompt.
 */
public final class MemoryUse {
  private static final int SEQUENCES = 16;
  private static final int ANSWER = 8;

  private MemoryUse() {}

  /** Prints the figures. */
  public static void main(String[] arguments) throws Exception {
    int threads = Integer.parseInt(arguments[1]);
    int prompt = Integer.parseInt(arguments[2]);
    int positions = SEQUENCES * (prompt + 64);
    EngineOptions options =
        new EngineOptions(threads, SEQUENCES, SEQUENCES, prompt + 64, positions, 256, true);
    try (Model model = Model.load(Path.of(arguments[0]))) {
      print("model open", 0);
      MemoryPlan plan = model.plan(options);
      try (Engine engine = Engine.start(model, options)) {
        answer(model, engine, 1, 16);
        print("one short answer", cache(engine.stats(), plan));
        answer(model, engine, SEQUENCES, prompt);
        print("sixteen answers", cache(engine.stats(), plan));
        System.gc();
        print("after a collection", cache(engine.stats(), plan));
      }
    }
  }

  private static long cache(EngineStats stats, MemoryPlan plan) {
    return stats.cacheTokensHeld() * plan.tokenBytes();
  }

  private static void answer(Model model, Engine engine, int sequences, int prompt)
      throws InterruptedException {
    Random random = new Random(2);
    List<Generation> running = new ArrayList<>();
    for (int i = 0; i < sequences; i++) {
      int[] tokens = random.ints(prompt, 3, model.info().vocabularySize()).toArray();
      running.add(engine.submit(new Request(tokens, ANSWER, Sampling.GREEDY, List.of(), -1, true)));
    }
    for (Generation one : running) {
      try (one) {
        TokenEvent event = one.next();
        while (event instanceof TokenEvent.Token) event = one.next();
      }
    }
  }

  private static void print(String when, long cache) throws IOException {
    long anonymous = kilobytes("Anonymous:") * 1024;
    System.out.printf(
        Locale.ROOT,
        "%-20s resident %7.1f MB, no file's %6.1f MB, keys and values %6.1f MB, beyond %6.1f MB%n",
        when,
        kilobytes("Rss:") * 1024 / 1e6,
        anonymous / 1e6,
        cache / 1e6,
        (anonymous - cache) / 1e6);
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    System.out.printf(
        Locale.ROOT,
        "%-20s Java heap %.1f MB of %.1f MB, classes and compiled code %.1f MB%n",
        "",
        memory.getHeapMemoryUsage().getUsed() / 1e6,
        memory.getHeapMemoryUsage().getCommitted() / 1e6,
        memory.getNonHeapMemoryUsage().getUsed() / 1e6);
  }

  private static long kilobytes(String key) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps_rollup"))) {
      if (line.startsWith(key)) return Long.parseLong(line.replaceAll("\\D", ""));
    }
    throw new IOException("no " + key + " in /proc/self/smaps_rollup");
  }
}
