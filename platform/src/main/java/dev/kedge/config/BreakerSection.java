package dev.kedge.config;

import java.time.Duration;

/**
 * When an upstream is left alone. Failures are answers that broke off or never came and errors of
 * the server; what the caller did wrong and calls that were given up do not count.
 *
 * @param failures in a row that open the circuit; default 5
 * @param failureRate share of failures that opens it, 0 to 1; default 0.5
 * @param window over which the share is taken; default 30s
 * @param leastCalls in the window for the share to count; default 20
 * @param pause until one call is let through as a trial; doubled after each failed trial; default
 *     5s
 * @param longestPause the pause does not grow beyond; default 2m
 */
public record BreakerSection(
    Integer failures,
    Double failureRate,
    Duration window,
    Integer leastCalls,
    Duration pause,
    Duration longestPause) {
  public static final BreakerSection DEFAULT =
      new BreakerSection(
          5, 0.5, Duration.ofSeconds(30), 20, Duration.ofSeconds(5), Duration.ofMinutes(2));

  public BreakerSection {
    failures = Check.range(failures, 5, 1, 1_000_000, "failures");
    failureRate = Check.range(failureRate, 0.5, 0.01, 1, "failure_rate");
    window = Check.positive(window, Duration.ofSeconds(30), "window");
    leastCalls = Check.range(leastCalls, 20, 1, 1_000_000, "least_calls");
    pause = Check.positive(pause, Duration.ofSeconds(5), "pause");
    longestPause = Check.positive(longestPause, Duration.ofMinutes(2), "longest_pause");
    if (longestPause.compareTo(pause) < 0) {
      throw new IllegalArgumentException("longest_pause is shorter than pause");
    }
  }
}
