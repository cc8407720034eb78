package dev.kedge.usage;

import dev.kedge.base.Money;
import dev.kedge.base.TokenPrice;
import dev.kedge.call.Api;
import dev.kedge.call.TokenCounts;
import dev.kedge.usage.UsageRecord.Latency;
import dev.kedge.usage.UsageRecord.Outcome;
import dev.kedge.usage.UsageRecord.Serving;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** A record as a row of {@code usage_record}. */
final class UsageRow {
  /** The order is that of {@link #bind}. */
  static final String INSERT =
      """
      INSERT INTO usage_record (
        id, started_ms, key_id, tenant, task, api,
        model_asked, model_served, tier, tier_reason, upstream, model_digest,
        input_tokens, cached_tokens, written_tokens, output_tokens, reasoning_tokens, estimated,
        input_price, cached_price, written_price, output_price, cost_nanos,
        queue_ns, first_token_ns, total_ns, outcome, stream)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO NOTHING
      """;

  private UsageRow() {}

  /** Adds a record to the batch. */
  static void bind(PreparedBatch row, UsageRecord record) {
    Serving serving = record.serving();
    TokenCounts tokens = record.tokens();
    TokenPrice price = record.price();
    Latency latency = record.latency();
    row.bind(0, record.id());
    row.bind(1, record.started().toEpochMilli());
    row.bind(2, record.key());
    row.bind(3, record.tenant());
    row.bind(4, orNull(record.task()));
    row.bind(5, record.api().name());
    row.bind(6, serving.asked());
    row.bind(7, serving.served());
    row.bind(8, serving.tier());
    row.bind(9, serving.reason());
    row.bind(10, serving.upstream());
    row.bind(11, serving.digest());
    row.bind(12, tokens.input());
    row.bind(13, tokens.cachedInput());
    row.bind(14, tokens.cacheWrite());
    row.bind(15, tokens.output());
    row.bind(16, tokens.reasoning());
    row.bind(17, tokens.estimated() ? 1L : 0L);
    row.bind(18, price.input());
    row.bind(19, price.cachedInput());
    row.bind(20, price.cacheWrite());
    row.bind(21, price.output());
    row.bind(22, record.cost().nanos());
    row.bind(23, latency.queue().toNanos());
    row.bind(24, orNull(latency.firstToken().map(Duration::toNanos)));
    row.bind(25, latency.total().toNanos());
    row.bind(26, record.outcome().name());
    row.bind(27, record.stream() ? 1L : 0L);
    row.add();
  }

  private static <T> @Nullable T orNull(Optional<T> value) {
    return value.orElse(null);
  }

  static UsageRecord read(ResultSet row) throws SQLException {
    return new UsageRecord(
        row.getString("id"),
        Instant.ofEpochMilli(row.getLong("started_ms")),
        row.getString("key_id"),
        row.getString("tenant"),
        Optional.ofNullable(row.getString("task")),
        Api.valueOf(row.getString("api")),
        new Serving(
            row.getString("model_asked"),
            row.getString("model_served"),
            row.getString("tier"),
            row.getString("tier_reason"),
            row.getString("upstream"),
            row.getString("model_digest")),
        new TokenCounts(
            row.getLong("input_tokens"),
            row.getLong("cached_tokens"),
            row.getLong("written_tokens"),
            row.getLong("output_tokens"),
            row.getLong("reasoning_tokens"),
            row.getLong("estimated") != 0),
        new TokenPrice(
            row.getLong("input_price"),
            row.getLong("cached_price"),
            row.getLong("written_price"),
            row.getLong("output_price")),
        new Money(row.getLong("cost_nanos")),
        latency(row),
        Outcome.valueOf(row.getString("outcome")),
        row.getLong("stream") != 0);
  }

  private static Latency latency(ResultSet row) throws SQLException {
    long first = row.getLong("first_token_ns");
    Optional<Duration> firstToken =
        row.wasNull() ? Optional.empty() : Optional.of(Duration.ofNanos(first));
    return new Latency(
        Duration.ofNanos(row.getLong("queue_ns")),
        firstToken,
        Duration.ofNanos(row.getLong("total_ns")));
  }
}
