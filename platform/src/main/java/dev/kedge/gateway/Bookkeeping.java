package dev.kedge.gateway;

import dev.kedge.access.Principal;
import dev.kedge.base.KedgeException;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.observe.CallLog;
import dev.kedge.observe.CallMetrics;
import dev.kedge.observe.Metrics;
import dev.kedge.route.Route;
import dev.kedge.usage.Meter;
import dev.kedge.usage.UsageRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** Writes down what calls used: metrics, one usage record, one log line. Any thread may call. */
final class Bookkeeping {
  private final Metrics metrics;
  private final Optional<Meter> meter;
  private final CallLog log;

  Bookkeeping(Metrics metrics, Optional<Meter> meter, CallLog log) {
    this.metrics = metrics;
    this.meter = meter;
    this.log = log;
  }

  /**
   * What all legs of a call share.
   *
   * @param started when the request came in
   */
  record About(
      Principal principal,
      ApiRequest request,
      CallContext context,
      Optional<String> task,
      String tier,
      String reason,
      Instant started) {
    /** The same for the books of a rollout's side; a tier that was chosen before stays. */
    About as(String side, String rollout) {
      return tier.isEmpty()
          ? new About(principal, request, context, task, side, rollout, started)
          : new About(
              principal,
              request,
              context,
              task,
              tier,
              reason + "; " + side + " " + rollout,
              started);
    }
  }

  CallMetrics series(About about, Target target, Route route) {
    return metrics.of(target.model(), route.answeredBy(), about.principal.tenant().name());
  }

  /**
   * Records a leg. When this returns the record is safe.
   *
   * @param id of the record
   */
  void record(String id, About about, Leg.Ended leg) {
    String tenant = about.principal.tenant().name();
    String outcome = leg.outcome().name().toLowerCase(Locale.ROOT);
    String upstream = leg.route().answeredBy();
    if (meter.isPresent()) meter.get().record(usage(id, about, leg));
    metrics.ended(leg.target().model(), upstream, tenant, outcome, leg.tokens(), leg.cost());
    log.ended(
        new CallLog.Line(
            id,
            tenant,
            about.principal.keyId(),
            about.request.source().api(),
            about.request.model(),
            leg.target().model(),
            upstream,
            outcome,
            leg.tokens(),
            leg.cost(),
            leg.queueNanos(),
            leg.firstNanos(),
            leg.totalNanos()));
  }

  private static UsageRecord usage(String id, About about, Leg.Ended leg) {
    Optional<Duration> first =
        leg.firstNanos() < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(leg.firstNanos()));
    return new UsageRecord(
        id,
        about.started,
        about.principal.keyId(),
        about.principal.tenant().name(),
        about.task,
        about.request.source().api(),
        new UsageRecord.Serving(
            about.request.model(),
            leg.target().model(),
            about.tier,
            about.reason,
            leg.route().answeredBy(),
            leg.target().digests().getOrDefault(leg.route().answeredBy(), "")),
        leg.tokens(),
        leg.price(),
        leg.cost(),
        new UsageRecord.Latency(
            Duration.ofNanos(leg.queueNanos()), first, Duration.ofNanos(leg.totalNanos())),
        leg.outcome(),
        about.request.stream());
  }

  void refused(KedgeException why, String tenant) {
    metrics.refused(why.failure().code(), tenant);
  }

  void open(String model, int change) {
    metrics.inFlight(model, change);
  }
}
