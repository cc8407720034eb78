package dev.kedge.bench.balancing;

import dev.kedge.backend.Answer;
import dev.kedge.backend.Backend;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.call.TokenCounts;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.UpstreamSection;
import dev.kedge.config.Upstreams;
import dev.kedge.route.Balancer;
import dev.kedge.route.Dispatched;
import dev.kedge.route.Dispatcher;
import dev.kedge.route.Pool;
import dev.kedge.route.RetryPolicy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The gateway's own pool, balancer and dispatcher in front of simulated servers. */
final class GatewayPolicy implements Policy {
  private static final long METRICS_NANOS = 1_000_000_000L;
  private static final long DEADLINE_NANOS = 600_000_000_000L;

  private final List<SimulatedServer> servers;
  private final Events events;
  private final Pool pool;
  private final Dispatcher dispatcher;
  private @Nullable Turn starting;
  private @Nullable Waiting started;

  GatewayPolicy(List<SimulatedServer> servers, Events events, long seed) {
    this.servers = servers;
    this.events = events;
    Balancer balancer = new Balancer(Balancer.DEFAULT_BLOCKS, seed);
    this.pool =
        new Pool(
            Map.of(),
            section -> new Server(index(section)),
            (section, _, _) ->
                servers.get(index(section)).metricsPage().getBytes(StandardCharsets.UTF_8),
            balancer,
            events::now);
    StringBuilder yaml = new StringBuilder("upstreams:\n");
    for (int i = 0; i < servers.size(); i++) {
      yaml.append(
          "  - {name: s%d, url: \"http://s%d/v1\", kind: vllm, models: [{name: %s}]}\n"
              .formatted(i, i, Conversation.MODEL));
    }
    pool.reload(ConfigFile.parse(yaml.toString(), "simulation", Upstreams.class));
    this.dispatcher = new Dispatcher(balancer, RetryPolicy.DEFAULT, events::now);
  }

  private static int index(UpstreamSection section) {
    return Integer.parseInt(section.name().substring(1));
  }

  /** Reads the servers' metrics each second, up to some time. */
  void readMetrics(long now, long until) {
    uninterrupted(pool::refresh);
    if (now < until) events.at(now + METRICS_NANOS, time -> readMetrics(time, until));
  }

  @Override
  public void start(Turn turn, long now, LongConsumer onFirstToken, LongConsumer onEnd) {
    starting = turn;
    CallContext context = new CallContext("", 0, 1, now + DEADLINE_NANOS);
    Dispatched answer =
        dispatcher.start(
            pool.candidates(Conversation.MODEL).orElseThrow(), turn.request(), context);
    Waiting call = started;
    if (call == null) throw new IllegalStateException("no server was asked");
    SimulatedServer server = servers.get(call.server());
    server.add(
        new SimulatedServer.Call(
            turn,
            time -> {
              uninterrupted(answer::next);
              onFirstToken.accept(time);
            },
            time -> {
              uninterrupted(answer::next);
              onEnd.accept(time);
            }),
        now,
        events);
  }

  private interface Act {
    void run() throws InterruptedException;
  }

  private static void uninterrupted(Act step) {
    try {
      step.run();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a simulation", e);
    }
  }

  /** A simulated server as the gateway sees it. */
  private final class Server implements Backend {
    private final int index;

    Server(int index) {
      this.index = index;
    }

    @Override
    public String name() {
      return "s" + index;
    }

    @Override
    public Answer start(ApiRequest request, CallContext context) {
      if (starting == null) throw new IllegalStateException("nothing is to be started");
      started = new Waiting(index, starting);
      return started;
    }
  }

  /** Parts come when the simulation reads them: first a text, then the end. */
  private static final class Waiting implements Answer {
    private final int server;
    private final Turn turn;
    private boolean first = true;

    Waiting(int server, Turn turn) {
      this.server = server;
      this.turn = turn;
    }

    int server() {
      return server;
    }

    @Override
    public AnswerPart next() {
      if (first) {
        first = false;
        return new AnswerPart.Text(0, "", Optional.empty());
      }
      return new AnswerPart.End(TokenCounts.of(turn.promptTokens(), 0, turn.answerTokens()));
    }

    @Override
    public void cancel() {
      throw new IllegalStateException("nobody cancels in this simulation");
    }
  }
}
