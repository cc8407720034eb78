package dev.kedge.limit;

import dev.kedge.store.Store;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * One budget, spent by processes that are killed at random and started again, until nothing is left
 * or time is up. The ledger in this process sees what really was spent.
 */
final class KillRound {
  static final long LIMIT = 2_000_000;
  private static final long STILL_MILLIS = 1_500;
  private static final long START_MILLIS = 15_000;

  private final String url;
  private final int nodes;
  private final int threads;
  private final long killEveryMillis;
  private final long longestMillis;
  private final SplittableRandom random;
  private final String name;
  private final long started = System.currentTimeMillis();
  private final List<Process> running = new ArrayList<>();
  private int kills;

  /**
   * A round to be run once.
   *
   * @param threads of all nodes together
   * @param killEveryMillis on average; 0 kills nobody
   * @param longestMillis after the first call
   */
  KillRound(
      String url, int nodes, int threads, long killEveryMillis, long longestMillis, long seed) {
    this.url = url;
    this.nodes = nodes;
    this.threads = threads;
    this.killEveryMillis = killEveryMillis;
    this.longestMillis = longestMillis;
    this.random = new SplittableRandom(seed);
    this.name = "kill-" + seed + "-" + killEveryMillis;
  }

  /**
   * What became of the budget. Money in nanos.
   *
   * @param charged by the upstream, counted there
   * @param status as the store has it after the end
   * @param exhausted whether it ended because nothing more could be spent
   */
  record Outcome(
      String store,
      int nodes,
      int threads,
      int kills,
      long calls,
      long charged,
      BudgetStatus status,
      boolean exhausted,
      double seconds) {
    String line() {
      return String.format(
          Locale.ROOT,
          "%-10s %d node(s), %d threads, %2d kills, %4.1f s: budget %,d, upstream charged %,d in"
              + " %,d calls (%.3f %%), store knows %,d settled, %,d not accounted for, %,d left%s",
          store,
          nodes,
          threads,
          kills,
          seconds,
          LIMIT,
          charged,
          calls,
          100.0 * charged / LIMIT,
          status.spent().nanos(),
          status.held().nanos() + status.unaccounted().nanos(),
          status.left().nanos(),
          exhausted ? "" : " (time was up)");
    }
  }

  Outcome run() throws IOException, InterruptedException {
    try (UpstreamLedger ledger = new UpstreamLedger()) {
      for (int i = 0; i < nodes; i++) running.add(start(ledger.port()));
      boolean exhausted = watch(ledger);
      double seconds = (System.currentTimeMillis() - started) / 1e3;
      for (Process node : running) node.getOutputStream().close();
      for (Process node : running) {
        if (!node.waitFor(10, TimeUnit.SECONDS)) node.destroyForcibly().waitFor();
      }
      try (Store store = Store.open(url)) {
        BudgetStatus status =
            Budgets.status(store, BudgetNode.clock(started)).stream()
                .filter(each -> each.account().equals(name))
                .findFirst()
                .orElseThrow();
        return new Outcome(
            url.substring(0, url.indexOf(':')),
            nodes,
            threads,
            kills,
            ledger.calls(),
            ledger.charged(),
            status,
            exhausted,
            seconds);
      }
    } finally {
      for (Process node : running) node.destroyForcibly();
    }
  }

  /** Kills and starts again until the upstream sees no more calls although all nodes run. */
  private boolean watch(UpstreamLedger ledger) throws IOException, InterruptedException {
    long before = 0;
    long still = System.currentTimeMillis();
    long nextKill = Long.MAX_VALUE;
    long end = started + START_MILLIS + longestMillis;
    while (System.currentTimeMillis() < end) {
      Thread.sleep(10);
      long now = System.currentTimeMillis();
      // How long processes take to start on a busy machine does not count.
      boolean spending = ledger.charged() != before;
      if (before == 0 && spending) end = Math.min(end, now + longestMillis);
      before = ledger.charged();
      if (spending || !allBusy()) still = now;
      if (now - still > STILL_MILLIS) return true;
      if (nextKill == Long.MAX_VALUE && spending) nextKill = nextKill();
      if (now >= nextKill && killOne(ledger.port())) nextKill = Long.MAX_VALUE;
    }
    return false;
  }

  private boolean allBusy() throws IOException {
    for (Process node : running) if (node.getInputStream().available() == 0) return false;
    return true;
  }

  private long nextKill() {
    if (killEveryMillis == 0) return Long.MAX_VALUE;
    return System.currentTimeMillis() + random.nextLong(killEveryMillis * 2) + 1;
  }

  /** Kills a node amid its calls; not one that still starts. */
  private boolean killOne(int port) throws IOException, InterruptedException {
    int index = random.nextInt(nodes);
    if (running.get(index).getInputStream().available() == 0) return false;
    running.get(index).destroyForcibly().waitFor();
    kills++;
    running.set(index, start(port));
    return true;
  }

  private Process start(int port) throws IOException {
    List<String> command =
        List.of(
            System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
            "-Xmx96m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-Dslf4j.internal.verbosity=ERROR",
            "-cp",
            System.getProperty("java.class.path"),
            BudgetNode.class.getName(),
            url,
            String.valueOf(port),
            name,
            String.valueOf(LIMIT),
            String.valueOf(threads / nodes),
            String.valueOf(started),
            String.valueOf(random.nextLong()));
    return new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
  }
}
