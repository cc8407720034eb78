package dev.kedge.config;

import java.util.Optional;

/**
 * How much a key or a tenant may call; a missing key means no limit.
 *
 * @param requestsPerMinute calls that may begin
 * @param tokensPerMinute tokens of prompts and answers together
 * @param concurrency calls that run at the same time
 */
public record RateLimits(
    Optional<Integer> requestsPerMinute,
    Optional<Long> tokensPerMinute,
    Optional<Integer> concurrency) {
  public static final RateLimits NONE =
      new RateLimits(Optional.empty(), Optional.empty(), Optional.empty());

  public RateLimits {
    requestsPerMinute = Check.or(requestsPerMinute, Optional.empty());
    tokensPerMinute = Check.or(tokensPerMinute, Optional.empty());
    concurrency = Check.or(concurrency, Optional.empty());
    positive(requestsPerMinute, "requests_per_minute");
    positive(tokensPerMinute, "tokens_per_minute");
    positive(concurrency, "concurrency");
  }

  /** Whether nothing is limited. */
  public boolean unlimited() {
    return requestsPerMinute.isEmpty() && tokensPerMinute.isEmpty() && concurrency.isEmpty();
  }

  private static void positive(Optional<? extends Number> value, String key) {
    if (value.isPresent() && value.get().longValue() < 1) {
      throw new IllegalArgumentException(
          key + " must be 1 or more, not " + value.get() + "; leave it out for no limit");
    }
  }
}
