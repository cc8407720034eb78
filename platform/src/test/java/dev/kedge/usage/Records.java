package dev.kedge.usage;

import dev.kedge.base.Money;
import dev.kedge.base.TokenPrice;
import dev.kedge.call.Api;
import dev.kedge.call.TokenCounts;
import dev.kedge.usage.UsageRecord.Latency;
import dev.kedge.usage.UsageRecord.Outcome;
import dev.kedge.usage.UsageRecord.Serving;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Records for tests; all differ by their number. */
final class Records {
  static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
  private static final TokenPrice PRICE =
      TokenPrice.perMillion(
          new BigDecimal("0.60"),
          new BigDecimal("0.10"),
          new BigDecimal("0.75"),
          new BigDecimal("0.80"));

  private Records() {}

  static UsageRecord numbered(int n) {
    return record(
        "call-" + n,
        START.plusSeconds(n),
        n % 2 == 0 ? "sales" : "service",
        n % 3 == 0 ? "llama-70b" : "small",
        n % 5 == 0 ? Optional.of("order-desk") : Optional.empty(),
        100 + n);
  }

  static UsageRecord record(
      String id,
      Instant started,
      String tenant,
      String model,
      Optional<String> task,
      long inputTokens) {
    TokenCounts tokens = new TokenCounts(inputTokens, 40, 10, 25, 5, false);
    return new UsageRecord(
        id,
        started,
        "key-" + tenant,
        tenant,
        task,
        Api.CHAT_COMPLETIONS,
        new Serving("auto", model, "small", "short", "vllm-a", "sha256:00ff"),
        tokens,
        PRICE,
        cost(tokens),
        new Latency(
            Duration.ofNanos(1_500), Optional.of(Duration.ofMillis(80)), Duration.ofMillis(700)),
        Outcome.ANSWERED,
        true);
  }

  private static Money cost(TokenCounts tokens) {
    return PRICE.of(tokens.input(), tokens.cachedInput(), tokens.cacheWrite(), tokens.output());
  }
}
