package dev.kedge.engine;

import java.time.Duration;
import java.util.Optional;

/**
 * How a request stands to others. Higher priorities are served first and may interrupt lower ones,
 * which are then computed again where they stopped; the answers stay the same.
 *
 * @param priority higher comes first, −1,000 to 1,000
 * @param timeLimit how long after it came the answer is of use: of equal priorities the one whose
 *     time ends earlier comes first, and when it has ended so does the request, as {@link
 *     FinishReason#EXPIRED}
 */
public record Urgency(int priority, Optional<Duration> timeLimit) {
  /** Priority 0, as long as it takes. */
  public static final Urgency NORMAL = new Urgency(0, Optional.empty());

  public Urgency {
    if (Math.abs((long) priority) > 1_000) {
      throw new IllegalArgumentException("a priority must be from -1000 to 1000, not " + priority);
    }
    if (timeLimit.isPresent() && !timeLimit.get().isPositive()) {
      throw new IllegalArgumentException("a time limit must be positive, not " + timeLimit.get());
    }
  }
}
