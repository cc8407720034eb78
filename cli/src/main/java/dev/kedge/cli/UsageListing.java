package dev.kedge.cli;

import dev.kedge.usage.Grouping;
import dev.kedge.usage.UsageQuery;
import dev.kedge.usage.UsageTotal;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Totals of usage, for people and for scripts. */
final class UsageListing implements Listing {
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> NUMBERS =
      List.of(
          "REQUESTS",
          "NOT WHOLE",
          "INPUT",
          "CACHED",
          "OUTPUT",
          "COST USD",
          "FIRST TOKEN",
          "TOTAL TIME");

  private final UsageQuery query;
  private final List<Grouping> by;
  private final List<UsageTotal> totals;

  UsageListing(UsageQuery query, List<Grouping> by, List<UsageTotal> totals) {
    this.query = query;
    this.by = by;
    this.totals = totals;
  }

  @Override
  public void print(PrintWriter out) {
    if (totals.isEmpty()) {
      out.println("no requests in this time");
      return;
    }
    TextTable table = new TextTable(by.size());
    table.row(Stream.concat(by.stream().map(Enum::name), NUMBERS.stream()).toList());
    for (UsageTotal total : totals) {
      table.row(row(total, total.group().stream().map(g -> g.isEmpty() ? "-" : g).toList()));
    }
    if (totals.size() > 1) {
      List<String> name = new ArrayList<>(List.of("all"));
      while (name.size() < by.size()) name.add("");
      table.row(row(UsageTotal.sum(totals), name));
    }
    table.print(out);
    if (totals.stream().anyMatch(total -> total.estimated() > 0)) {
      long estimated = UsageTotal.sum(totals).estimated();
      out.println(
          "Token counts of " + count(estimated) + " requests are estimates: no counts came.");
    }
  }

  private static List<String> row(UsageTotal total, List<String> group) {
    List<String> cells = new ArrayList<>(group);
    cells.add(count(total.requests()));
    cells.add(count(total.clientLeft() + total.failed()));
    cells.add(count(total.input()));
    cells.add(count(total.cached()));
    cells.add(count(total.output()));
    cells.add(dollars(total));
    cells.add(total.meanFirstToken().map(UsageListing::time).orElse("-"));
    cells.add(time(total.meanTotal()));
    return cells;
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String dollars(UsageTotal total) {
    BigDecimal exact = BigDecimal.valueOf(total.cost().nanos(), 9);
    // Whole cents hide what a small model costs.
    int digits = exact.compareTo(BigDecimal.TEN) < 0 ? 6 : 2;
    return String.format(
        Locale.ROOT, "%,." + digits + "f", exact.setScale(digits, RoundingMode.UP));
  }

  private static String time(Duration time) {
    long millis = time.toMillis();
    return millis < 10_000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
  }

  @Override
  public String json() {
    ObjectNode root = JSON.createObjectNode();
    query.from().ifPresent(time -> root.put("from", time.toString()));
    query.to().ifPresent(time -> root.put("to", time.toString()));
    ArrayNode groups = root.putArray("groups");
    for (UsageTotal total : totals) {
      ObjectNode group = groups.addObject();
      for (int i = 0; i < by.size(); i++) {
        group.put(by.get(i).name().toLowerCase(Locale.ROOT), total.group().get(i));
      }
      numbers(group, total);
    }
    numbers(root.putObject("all"), UsageTotal.sum(totals));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }

  private static void numbers(ObjectNode node, UsageTotal total) {
    node.put("requests", total.requests());
    node.put("client_left", total.clientLeft());
    node.put("upstream_failed", total.failed());
    node.put("estimated", total.estimated());
    node.put("input_tokens", total.input());
    node.put("cached_tokens", total.cached());
    node.put("cache_write_tokens", total.written());
    node.put("output_tokens", total.output());
    node.put("reasoning_tokens", total.reasoning());
    node.put("cost_usd", new BigDecimal(total.cost().toString()));
    total.meanFirstToken().ifPresent(t -> node.put("mean_first_token_ms", t.toNanos() / 1e6));
    node.put("mean_total_ms", total.meanTotal().toNanos() / 1e6);
  }
}
