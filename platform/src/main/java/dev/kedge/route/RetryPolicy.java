package dev.kedge.route;

import java.time.Duration;

/**
 * Bounds of retries.
 *
 * @param attempts at upstreams per call, the first included; the last resort is not counted
 * @param ratio retries per call, over all calls in the long run
 * @param reserve retries that may be made at once after a quiet time
 * @param pause before an upstream that failed is tried a second time, half more or less
 */
public record RetryPolicy(int attempts, double ratio, int reserve, Duration pause) {
  public static final RetryPolicy DEFAULT = new RetryPolicy(3, 0.2, 32, Duration.ofMillis(50));

  public RetryPolicy {
    if (attempts < 1 || !(ratio >= 0 && ratio <= 1) || reserve < 0 || pause.isNegative()) {
      throw new IllegalArgumentException("attempts from 1, ratio from 0 to 1, reserve from 0");
    }
  }
}
