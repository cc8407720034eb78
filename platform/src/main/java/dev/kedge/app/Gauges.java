package dev.kedge.app;

import dev.kedge.engine.EngineStats;
import dev.kedge.gateway.Gateway;
import dev.kedge.observe.Metrics;
import dev.kedge.observe.Metrics.Sample;
import dev.kedge.route.Pool;
import dev.kedge.route.UpstreamState;
import dev.kedge.usage.Meter;
import dev.kedge.usage.capture.Capture;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** States that are read when somebody asks for metrics. */
final class Gauges {
  private static final List<String> UPSTREAM = List.of("upstream");
  private static final List<String> MODEL = List.of("model");

  private Gauges() {}

  static void register(
      Metrics metrics,
      Pool pool,
      Gateway gateway,
      Engines engines,
      Optional<Meter> meter,
      Optional<Capture> capture) {
    upstream(metrics, pool, "up", "1 where probes find it well", state -> state.up() ? 1 : 0);
    upstream(
        metrics,
        pool,
        "breaker_state",
        "What its circuit breaker lets pass: 0 all, 1 a trial, 2 nothing",
        state ->
            switch (state.circuit()) {
              case CLOSED -> 0;
              case HALF_OPEN -> 1;
              case OPEN -> 2;
            });
    upstream(metrics, pool, "requests_running", "Calls of ours there", UpstreamState::running);
    upstream(
        metrics,
        pool,
        "pending_tokens",
        "Estimated prompt tokens of ours that wait for a first token there",
        UpstreamState::pendingTokens);
    queue(metrics, gateway, "places_taken", "Calls that hold a place", state -> state.running());
    queue(metrics, gateway, "waiting", "Calls that wait for a place", state -> state.waiting());
    engines(metrics, engines);
    meter.ifPresent(one -> {
      value(
          metrics,
          "kedge_metering_journal_bytes",
          "Usage records on disk that the store has not taken yet",
          () -> one.state().journalBytes());
      value(
          metrics,
          "kedge_metering_stalls",
          "Times that a call waited for room in the journal",
          () -> one.state().stalls());
    });
    capture.ifPresent(one ->
        value(
            metrics,
            "kedge_capture_dropped",
            "Exchanges that were not kept for lack of room",
            () -> one.state().dropped()));
  }

  private static void engines(Metrics metrics, Engines engines) {
    engine(
        metrics,
        engines,
        "sequences",
        "Sequences that it computes at the same time: as configured, or what memory allows",
        EngineStats::sequences);
    engine(
        metrics,
        engines,
        "sequences_full_length",
        "Of these, those that its key-value cache holds when all have their full length",
        EngineStats::fullSequences);
    engine(metrics, engines, "running", "Sequences in its forward passes", EngineStats::running);
    engine(metrics, engines, "waiting", "Requests that wait for a place", EngineStats::waiting);
    engine(
        metrics,
        engines,
        "cache_used_ratio",
        "Share of the key-value cache that running sequences use",
        stats -> (double) stats.cacheTokensUsed() / Math.max(1, stats.cacheTokens()));
    engine(
        metrics,
        engines,
        "cache_kept_ratio",
        "Share of the key-value cache that keeps former texts until memory is needed",
        stats -> (double) stats.cacheTokensKept() / Math.max(1, stats.cacheTokens()));
    engine(
        metrics,
        engines,
        "prefix_hit_ratio",
        "Share of all prompt tokens that was found in the cache",
        stats -> (double) stats.cachedPromptTokens() / Math.max(1, stats.promptTokens()));
    engine(
        metrics,
        engines,
        "preemptions",
        "Times that a sequence was interrupted and computed again",
        EngineStats::preemptions);
  }

  private static void value(Metrics metrics, String name, String help, Supplier<Number> value) {
    metrics.gauge(
        name, help, List.of(), () -> List.of(new Sample(value.get().doubleValue(), List.of())));
  }

  private static void upstream(
      Metrics metrics, Pool pool, String name, String help, ToDoubleFunction<UpstreamState> value) {
    metrics.gauge(
        "kedge_upstream_" + name,
        help,
        UPSTREAM,
        () ->
            pool.states().stream()
                .filter(state -> !state.draining())
                .map(state -> new Sample(value.applyAsDouble(state), List.of(state.name())))
                .toList());
  }

  private static void engine(
      Metrics metrics,
      Engines engines,
      String name,
      String help,
      ToDoubleFunction<EngineStats> value) {
    metrics.gauge(
        "kedge_engine_" + name,
        help,
        MODEL,
        () ->
            engines.stats().entrySet().stream()
                .map(one -> new Sample(value.applyAsDouble(one.getValue()), List.of(one.getKey())))
                .toList());
  }

  private static void queue(
      Metrics metrics,
      Gateway gateway,
      String name,
      String help,
      ToDoubleFunction<dev.kedge.limit.QueueState> value) {
    metrics.gauge(
        "kedge_queue_" + name,
        help,
        MODEL,
        () ->
            gateway.queues().entrySet().stream()
                .map(queue ->
                    new Sample(value.applyAsDouble(queue.getValue()), List.of(queue.getKey())))
                .toList());
  }
}
