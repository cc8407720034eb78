package dev.kedge.observe;

import dev.kedge.base.Money;
import dev.kedge.call.TokenCounts;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one process. Any thread may call. An observation costs well below a microsecond:
 * the series of a (model, upstream, tenant) are looked up once per call and kept in its {@link
 * CallMetrics}.
 */
public final class Metrics {
  /* From a token of a fast model on a fast machine to a call at its deadline. */
  private static final double[] LONG = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640
  };
  private static final double[] FIRST_TOKEN = {
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80
  };
  private static final double[] PER_TOKEN = {
    0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3,
    0.5, 1, 2.5
  };
  private static final String[] BY_CALL = {"model", "upstream", "tenant"};

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final ConcurrentHashMap<Series, CallMetrics> series = new ConcurrentHashMap<>();

  private final Histogram endToEnd =
      histogram("kedge_request_duration_seconds", "From a call's arrival to its end", LONG);
  private final Histogram firstToken =
      histogram(
          "kedge_time_to_first_token_seconds",
          "From a call's arrival to the first part of its answer",
          FIRST_TOKEN);
  private final Histogram betweenTokens =
      histogram(
          "kedge_time_per_output_token_seconds",
          "Between successive pieces of a streamed answer",
          PER_TOKEN);
  private final Histogram queueTime =
      histogram("kedge_queue_time_seconds", "What a call waited for a place", FIRST_TOKEN);
  private final Counter calls =
      counter(
          "kedge_requests",
          "Calls that reached a model, by outcome: answered, client_left, upstream_failed",
          "model",
          "upstream",
          "tenant",
          "outcome");
  private final Counter tokens =
      counter(
          "kedge_tokens",
          "Tokens by type: input, cached_input, output, reasoning",
          "model",
          "upstream",
          "tenant",
          "type");
  private final Counter dollars =
      counter("kedge_cost_dollars", "Money spent, in US dollars", BY_CALL);
  private final Counter rejections =
      counter("kedge_rejections", "Calls refused before they reached a model", "reason", "tenant");
  private final Gauge inFlight =
      Gauge.builder()
          .name("kedge_requests_in_flight")
          .help("Calls that are open, by model")
          .labelNames("model")
          .register(registry);
  private final Counter failedTries =
      counter(
          "kedge_upstream_failures",
          "Tries that an upstream failed, also where another answered; by the status of the"
              + " failure",
          "upstream",
          "status");

  /* Guarded by this. */
  private boolean ofMachine;

  private record Series(String model, String upstream, String tenant) {}

  /** The value of one series of a gauge. */
  public record Sample(double value, List<String> labels) {}

  /** A gauge whose values are read when somebody asks for them. */
  public void gauge(String name, String help, List<String> labels, Supplier<List<Sample>> samples) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(labels.toArray(String[]::new))
        .callback(callback ->
            samples
                .get()
                .forEach(sample ->
                    callback.call(sample.value(), sample.labels().toArray(String[]::new))))
        .register(registry);
  }

  /** The series of calls of this model by this tenant that this upstream answers. */
  public CallMetrics of(String model, String upstream, String tenant) {
    return series.computeIfAbsent(new Series(model, upstream, tenant), this::create);
  }

  private CallMetrics create(Series key) {
    String[] labels = {key.model, key.upstream, key.tenant};
    return new CallMetrics(
        endToEnd.labelValues(labels),
        firstToken.labelValues(labels),
        betweenTokens.labelValues(labels),
        queueTime.labelValues(labels));
  }

  /** Counts a call that reached a model and has ended. */
  public void ended(
      String model,
      String upstream,
      String tenant,
      String outcome,
      TokenCounts counts,
      Money cost) {
    calls.labelValues(model, upstream, tenant, outcome).inc();
    count(model, upstream, tenant, "input", counts.input());
    count(model, upstream, tenant, "cached_input", counts.cachedInput());
    count(model, upstream, tenant, "output", counts.output());
    count(model, upstream, tenant, "reasoning", counts.reasoning());
    if (cost.nanos() > 0) dollars.labelValues(model, upstream, tenant).inc(cost.nanos() * 1e-9);
  }

  private void count(String model, String upstream, String tenant, String type, long number) {
    if (number > 0) tokens.labelValues(model, upstream, tenant, type).inc(number);
  }

  /** Counts a call that was refused. */
  public void refused(String reason, String tenant) {
    rejections.labelValues(reason, tenant).inc();
  }

  /** Counts a try that an upstream failed. */
  public void upstreamFailed(String upstream, int status) {
    failedTries.labelValues(upstream, Integer.toString(status)).inc();
  }

  /** A call of this model begins (1) or ends (-1). */
  public void inFlight(String model, int change) {
    inFlight.labelValues(model).inc(change);
  }

  /** All metrics in a format that the reader takes. */
  public record Page(String contentType, byte[] body) {}

  /**
   * All metrics.
   *
   * @param accept what the reader takes, as in HTTP's header of this name
   */
  public Page page(@Nullable String accept) {
    addMachine();
    ExpositionFormatWriter writer = formats.findWriter(accept == null ? "" : accept);
    ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 14);
    try {
      writer.write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Page(writer.getContentType(), out.toByteArray());
  }

  /* When first asked for: the JDK takes a quarter of a second to tell of itself, which a start has
   * no use for. */
  private synchronized void addMachine() {
    if (ofMachine) return;
    ofMachine = true;
    JvmMetrics.builder().register(registry);
  }

  private Histogram histogram(String name, String help, double[] bounds) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames(BY_CALL)
        .classicOnly()
        .classicUpperBounds(bounds)
        .register(registry);
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
  }
}
