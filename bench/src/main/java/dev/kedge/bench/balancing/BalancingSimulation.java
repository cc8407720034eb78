package dev.kedge.bench.balancing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Time to first token under three ways of balancing, as a table.
 *
 * <p>Arguments: seed (1), seconds of arrivals (600).
 */
public final class BalancingSimulation {
  private static final long NANOS = 1_000_000_000L;
  /* Caches and measured speeds need a while; calls of this time are not counted. */
  private static final long WARM_UP_NANOS = 60 * NANOS;

  private BalancingSimulation() {}

  /** How calls are balanced. */
  enum Kind {
    ROUND_ROBIN("round robin"),
    LEAST_CONNECTIONS("least connections"),
    KEDGE("kedge");

    private final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  /**
   * Servers and load.
   *
   * @param slowness of each server
   * @param rate conversations per second
   */
  record Scenario(String name, List<Double> slowness, double rate) {}

  /**
   * Times to first token in seconds.
   *
   * @param hitRate share of prompt tokens found in a cache
   */
  record Result(int calls, double p50, double p90, double p99, double hitRate) {}

  static final List<Scenario> SCENARIOS =
      List.of(
          new Scenario("4 equal servers, at ease", List.of(1.0, 1.0, 1.0, 1.0), 2),
          new Scenario("4 equal servers, busy", List.of(1.0, 1.0, 1.0, 1.0), 2.4),
          new Scenario("4 servers, one at half speed", List.of(1.0, 1.0, 1.0, 2.0), 2.1),
          new Scenario("8 equal servers, busy", Collections.nCopies(8, 1.0), 4.8));

  /** Prints the table. */
  public static void main(String[] args) {
    long seed = args.length > 0 ? Long.parseLong(args[0]) : 1;
    long seconds = args.length > 1 ? Long.parseLong(args[1]) : 600;
    System.out.println(
        "time to first token in ms; seed " + seed + ", " + seconds + " s of arrivals\n");
    System.out.println(
        "| servers and load | balanced by | calls | p50 | p90 | p99 | cached prompt tokens |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (Scenario scenario : SCENARIOS) {
      for (Kind kind : Kind.values()) {
        Result result = run(scenario, kind, seed, seconds);
        System.out.println(
            String.format(
                Locale.ROOT,
                "| %s, %s conversations/s | %s | %d | %.0f | %.0f | %.0f | %.0f %% |",
                scenario.name(),
                scenario.rate(),
                kind.label,
                result.calls(),
                result.p50() * 1e3,
                result.p90() * 1e3,
                result.p99() * 1e3,
                result.hitRate() * 100));
      }
    }
  }

  /** Runs one scenario; the same seed gives the same conversations to every kind. */
  static Result run(Scenario scenario, Kind kind, long seed, long seconds) {
    Events events = new Events();
    List<SimulatedServer> servers =
        scenario.slowness().stream()
            .map(slowness -> new SimulatedServer(new ServiceTimes(slowness)))
            .toList();
    long end = seconds * NANOS;
    Policy policy =
        switch (kind) {
          case ROUND_ROBIN -> Policy.roundRobin(servers, events);
          case LEAST_CONNECTIONS -> Policy.leastConnections(servers, events);
          case KEDGE -> {
            GatewayPolicy gateway = new GatewayPolicy(servers, events, seed);
            events.at(0, now -> gateway.readMetrics(now, end));
            yield gateway;
          }
        };
    List<Double> waits = new ArrayList<>();
    new Arrivals(new Workload(seed), policy, events, scenario.rate(), end, waits).begin();
    events.run();
    double[] sorted = waits.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double hitRate = servers.stream().mapToDouble(SimulatedServer::hitRate).average().orElseThrow();
    return new Result(sorted.length, at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), hitRate);
  }

  private static double at(double[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1, Math.ceil(share * sorted.length))];
  }

  /** Conversations as they come and go on. */
  private record Arrivals(
      Workload workload, Policy policy, Events events, double rate, long end, List<Double> waits) {
    void begin() {
      events.at(workload.arrivalNanos(rate), this::arrive);
    }

    private void arrive(long now) {
      if (now > end) return;
      events.at(now + workload.arrivalNanos(rate), this::arrive);
      ask(Workload.nextTurn(workload.conversation()), now);
    }

    private void ask(Turn turn, long now) {
      policy.start(
          turn,
          now,
          first -> {
            if (now >= WARM_UP_NANOS) waits.add((first - now) / (double) NANOS);
          },
          last -> {
            Conversation conversation = turn.conversation();
            if (conversation.isOver()) return;
            conversation.answered(turn.answerTokens());
            events.at(
                last + Workload.thinkingNanos(conversation),
                time -> ask(Workload.nextTurn(conversation), time));
          });
    }
  }
}
