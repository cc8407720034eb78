package dev.kedge.bench.balancing;

import java.util.List;
import java.util.function.LongConsumer;

/** How calls are given to servers. */
interface Policy {
  /** Starts a call at one of the servers. */
  void start(Turn turn, long now, LongConsumer onFirstToken, LongConsumer onEnd);

  /** One after the other. */
  static Policy roundRobin(List<SimulatedServer> servers, Events events) {
    int[] next = new int[1];
    return (turn, now, onFirstToken, onEnd) ->
        servers
            .get(next[0]++ % servers.size())
            .add(new SimulatedServer.Call(turn, onFirstToken, onEnd), now, events);
  }

  /** The one with the fewest calls; equal ones in turn. */
  static Policy leastConnections(List<SimulatedServer> servers, Events events) {
    int[] next = new int[1];
    return (turn, now, onFirstToken, onEnd) -> {
      int best = next[0]++ % servers.size();
      for (int i = 0; i < servers.size(); i++) {
        int other = (next[0] + i) % servers.size();
        if (servers.get(other).calls() < servers.get(best).calls()) best = other;
      }
      servers.get(best).add(new SimulatedServer.Call(turn, onFirstToken, onEnd), now, events);
    };
  }
}
