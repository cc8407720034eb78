package dev.kedge.observe;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;

/** The latency series of calls that share model, upstream and tenant. Any thread may call. */
public final class CallMetrics {
  private static final double NANOS = 1e-9;

  private final DistributionDataPoint endToEnd;
  private final DistributionDataPoint firstToken;
  private final DistributionDataPoint betweenTokens;
  private final DistributionDataPoint queueTime;

  CallMetrics(
      DistributionDataPoint endToEnd,
      DistributionDataPoint firstToken,
      DistributionDataPoint betweenTokens,
      DistributionDataPoint queueTime) {
    this.endToEnd = endToEnd;
    this.firstToken = firstToken;
    this.betweenTokens = betweenTokens;
    this.queueTime = queueTime;
  }

  /** A whole call took this long. */
  public void endToEnd(long nanos) {
    endToEnd.observe(nanos * NANOS);
  }

  /** The first part of an answer came after this time. */
  public void firstToken(long nanos) {
    firstToken.observe(nanos * NANOS);
  }

  /** A piece of an answer came this long after the one before. */
  public void betweenTokens(long nanos) {
    betweenTokens.observe(nanos * NANOS);
  }

  /** A call waited this long for a place. */
  public void queueTime(long nanos) {
    queueTime.observe(nanos * NANOS);
  }
}
