package dev.kedge.usage;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Money;
import dev.kedge.store.Store;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The usage records in the store. Any thread may call. */
public final class UsageStore implements UsageSink {
  private static final long DAY_MILLIS = 86_400_000;
  private static final int PAGE = 2_000;
  private static final int MOST_GROUPS = 100_000;

  private static final String SUMS =
      """
      COUNT(*) AS requests,
      SUM(CASE outcome WHEN 'CLIENT_LEFT' THEN 1 ELSE 0 END) AS client_left,
      SUM(CASE outcome WHEN 'UPSTREAM_FAILED' THEN 1 ELSE 0 END) AS failed,
      SUM(estimated) AS estimated,
      SUM(input_tokens) AS input, SUM(cached_tokens) AS cached, SUM(written_tokens) AS written,
      SUM(output_tokens) AS output, SUM(reasoning_tokens) AS reasoning,
      SUM(cost_nanos) AS cost, COUNT(first_token_ns) AS with_first_token,
      COALESCE(SUM(first_token_ns), 0) AS first_token_ns, SUM(total_ns) AS total_ns
      """;

  private final Store store;

  public UsageStore(Store store) {
    this.store = store;
  }

  /** Adds the records of one batch as one durable transaction; known ids stay as they are. */
  @Override
  public void add(List<UsageRecord> records) {
    // Durably: the journal forgets its file afterwards, and a loss of power must not take both.
    store.writeDurably(handle -> insert(handle.getConnection(), records));
  }

  /* Plain JDBC: the only statement that runs once per call, and a third of the library's cost. */
  private static int insert(Connection connection, List<UsageRecord> records) {
    try (PreparedStatement batch = connection.prepareStatement(UsageRow.INSERT)) {
      for (UsageRecord record : records) UsageRow.bind(batch, record);
      return batch.executeBatch().length;
    } catch (SQLException e) {
      throw new IllegalStateException("the store does not take usage records", e);
    }
  }

  /**
   * Sums by groups, in the order of the groups.
   *
   * @param by none gives one group with an empty name
   * @throws KedgeException where there are more than 100,000 groups
   */
  public List<UsageTotal> totals(UsageQuery query, List<Grouping> by) {
    Map<List<String>, UsageTotal> totals = new LinkedHashMap<>();
    // Day by day: no statement runs long, however many records there are.
    Optional<Instant> first = store.read(handle -> first(handle, query));
    while (first.isPresent()) {
      UsageQuery day = query.between(first, Optional.of(endOfDay(first.get(), query)));
      for (UsageTotal total : store.read(handle -> sums(handle, day, by))) {
        totals.merge(total.group(), total, UsageTotal::plus);
      }
      check(totals.size());
      // Days without a record are not looked at one by one.
      UsageQuery rest = query.between(day.to(), query.to());
      first = store.read(handle -> first(handle, rest));
    }
    return totals.values().stream().sorted(UsageStore::byGroup).toList();
  }

  private static void check(int groups) {
    if (groups <= MOST_GROUPS) return;
    throw new KedgeException(
        new Failure.TooLarge(
            "more than 100,000 groups; ask for a shorter time or coarser groups",
            "too_many_groups"));
  }

  private static Instant endOfDay(Instant time, UsageQuery query) {
    long day = Math.floorDiv(time.toEpochMilli(), DAY_MILLIS);
    Instant end = Instant.ofEpochMilli((day + 1) * DAY_MILLIS);
    return query.to().filter(to -> to.isBefore(end)).orElse(end);
  }

  /** When the first of these records started, whoever made it. */
  private static Optional<Instant> first(Handle handle, UsageQuery query) {
    Condition times = Condition.of(UsageQuery.all().between(query.from(), query.to()));
    String sql =
        "SELECT started_ms FROM usage_record" + times.where() + " ORDER BY started_ms LIMIT 1";
    return times
        .bind(handle.createQuery(sql))
        .map((row, _) -> Instant.ofEpochMilli(row.getLong(1)))
        .findOne();
  }

  private static List<UsageTotal> sums(Handle handle, UsageQuery query, List<Grouping> by) {
    Condition condition = Condition.of(query);
    StringBuilder groups = new StringBuilder();
    for (int i = 0; i < by.size(); i++) {
      groups.append(by.get(i).column()).append(" AS g").append(i).append(", ");
    }
    String numbers = String.join(", ", by.stream().map(g -> g.column()).toList());
    String sql =
        "SELECT "
            + groups
            + SUMS
            + " FROM usage_record"
            + condition.where()
            + (by.isEmpty() ? " HAVING COUNT(*) > 0" : " GROUP BY " + numbers);
    return condition.bind(handle.createQuery(sql)).map((row, _) -> total(row, by)).list();
  }

  private static UsageTotal total(ResultSet row, List<Grouping> by) throws SQLException {
    List<String> group = new ArrayList<>();
    for (int i = 0; i < by.size(); i++) group.add(name(row, i, by.get(i)));
    return new UsageTotal(
        group,
        row.getLong("requests"),
        row.getLong("client_left"),
        row.getLong("failed"),
        row.getLong("estimated"),
        row.getLong("input"),
        row.getLong("cached"),
        row.getLong("written"),
        row.getLong("output"),
        row.getLong("reasoning"),
        new Money(row.getLong("cost")),
        row.getLong("with_first_token"),
        Duration.ofNanos(row.getLong("first_token_ns")),
        Duration.ofNanos(row.getLong("total_ns")));
  }

  private static String name(ResultSet row, int index, Grouping grouping) throws SQLException {
    return grouping == Grouping.DAY
        ? LocalDate.ofEpochDay(row.getLong("g" + index)).toString()
        : row.getString("g" + index);
  }

  private static int byGroup(UsageTotal a, UsageTotal b) {
    for (int i = 0; i < a.group().size(); i++) {
      int order = a.group().get(i).compareTo(b.group().get(i));
      if (order != 0) return order;
    }
    return 0;
  }

  /**
   * Gives every record to {@code each}, in the order in which they started, a page at a time, so
   * that neither memory nor a transaction grows with their number.
   *
   * @return how many
   */
  public long export(UsageQuery query, Consumer<UsageRecord> each) {
    long count = 0;
    Condition condition = Condition.of(query);
    List<UsageRecord> page = store.read(handle -> page(handle, condition));
    while (!page.isEmpty()) {
      page.forEach(each);
      count += page.size();
      if (page.size() < PAGE) break;
      Condition next = condition.after(page.getLast());
      page = store.read(handle -> page(handle, next));
    }
    return count;
  }

  private static List<UsageRecord> page(Handle handle, Condition condition) {
    Query query =
        handle.createQuery(
            "SELECT * FROM usage_record"
                + condition.where()
                + " ORDER BY started_ms, id LIMIT "
                + PAGE);
    return condition.bind(query).map((row, _) -> UsageRow.read(row)).list();
  }

  /**
   * Deletes the oldest records, in one short transaction.
   *
   * @param before of what started before
   * @param most how many at most
   * @return how many
   */
  public int deleteOldest(Instant before, int most) {
    return store.write(handle ->
        handle
            .createUpdate(
                """
                DELETE FROM usage_record WHERE id IN (
                  SELECT id FROM usage_record WHERE started_ms < ? ORDER BY started_ms, id LIMIT ?)
                """)
            .bind(0, before.toEpochMilli())
            .bind(1, most)
            .execute());
  }

  /** A WHERE clause with its values. */
  private record Condition(String where, List<Object> values) {
    static Condition of(UsageQuery query) {
      List<String> terms = new ArrayList<>();
      List<Object> values = new ArrayList<>();
      query.from().ifPresent(t -> add(terms, values, "started_ms >= ?", t.toEpochMilli()));
      query.to().ifPresent(t -> add(terms, values, "started_ms < ?", t.toEpochMilli()));
      query.tenant().ifPresent(text -> add(terms, values, "tenant = ?", text));
      query.key().ifPresent(text -> add(terms, values, "key_id = ?", text));
      query.model().ifPresent(text -> add(terms, values, "model_served = ?", text));
      query.upstream().ifPresent(text -> add(terms, values, "upstream = ?", text));
      query.task().ifPresent(text -> add(terms, values, "task = ?", text));
      String where = terms.isEmpty() ? "" : " WHERE " + String.join(" AND ", terms);
      return new Condition(where, List.copyOf(values));
    }

    private static void add(List<String> terms, List<Object> values, String term, Object value) {
      terms.add(term);
      values.add(value);
    }

    /** The same, behind a record. */
    Condition after(UsageRecord record) {
      List<Object> all = new ArrayList<>(values);
      all.add(record.started().toEpochMilli());
      all.add(record.id());
      String both = where.isEmpty() ? " WHERE " : where + " AND ";
      return new Condition(both + "(started_ms, id) > (?, ?)", all);
    }

    Query bind(Query query) {
      for (int i = 0; i < values.size(); i++) query.bind(i, values.get(i));
      return query;
    }
  }
}
