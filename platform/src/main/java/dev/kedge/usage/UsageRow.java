package dev.kedge.usage;

import dev.kedge.base.Money;
import dev.kedge.base.TokenPrice;
import dev.kedge.call.Api;
import dev.kedge.call.TokenCounts;
import dev.kedge.usage.UsageRecord.Latency;
import dev.kedge.usage.UsageRecord.Outcome;
import dev.kedge.usage.UsageRecord.Serving;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

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
      ON CONFLICT (started_ms, id) DO NOTHING
      """;

  private UsageRow() {}

  /** Adds a record to the batch. */
  static void bind(PreparedStatement row, UsageRecord record) throws SQLException {
    Serving serving = record.serving();
    TokenCounts tokens = record.tokens();
    TokenPrice price = record.price();
    Latency latency = record.latency();
    row.setString(1, record.id());
    row.setLong(2, record.started().toEpochMilli());
    row.setString(3, record.key());
    row.setString(4, record.tenant());
    row.setString(5, record.task().orElse(null));
    row.setString(6, record.api().name());
    row.setString(7, serving.asked());
    row.setString(8, serving.served());
    row.setString(9, serving.tier());
    row.setString(10, serving.reason());
    row.setString(11, serving.upstream());
    row.setString(12, serving.digest());
    row.setLong(13, tokens.input());
    row.setLong(14, tokens.cachedInput());
    row.setLong(15, tokens.cacheWrite());
    row.setLong(16, tokens.output());
    row.setLong(17, tokens.reasoning());
    row.setLong(18, tokens.estimated() ? 1L : 0L);
    row.setLong(19, price.input());
    row.setLong(20, price.cachedInput());
    row.setLong(21, price.cacheWrite());
    row.setLong(22, price.output());
    row.setLong(23, record.cost().nanos());
    row.setLong(24, latency.queue().toNanos());
    if (latency.firstToken().isPresent()) row.setLong(25, latency.firstToken().get().toNanos());
    else row.setNull(25, Types.BIGINT);
    row.setLong(26, latency.total().toNanos());
    row.setString(27, record.outcome().name());
    row.setLong(28, record.stream() ? 1L : 0L);
    row.addBatch();
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
