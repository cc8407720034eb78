package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.base.TokenPrice;
import dev.kedge.call.Api;
import dev.kedge.call.TokenCounts;
import dev.kedge.store.Store;
import dev.kedge.usage.UsageRecord;
import dev.kedge.usage.UsageStore;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code kedge usage} on a store that a server has open. */
class UsageCommandTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;
  private String url;
  private Store server;

  @BeforeEach
  void fill() {
    url = "sqlite:" + folder.resolve("kedge.db");
    server = Store.open(url);
    List<UsageRecord> records = new ArrayList<>();
    for (int i = 0; i < 10; i++) records.add(record(i));
    new UsageStore(server).add(records);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static UsageRecord record(int i) {
    BigDecimal one = BigDecimal.ONE;
    TokenPrice price = TokenPrice.perMillion(one, one, one, BigDecimal.TEN);
    TokenCounts tokens = TokenCounts.of(1_000, 0, 500);
    return new UsageRecord(
        "call-" + i,
        Instant.parse("2026-11-20T10:00:00Z").plus(Duration.ofDays(i / 5)),
        "key-1",
        i < 3 ? "sales" : "service",
        Optional.empty(),
        Api.MESSAGES,
        new UsageRecord.Serving("auto", "small", "small", "short", "engine", "00ff"),
        tokens,
        price,
        price.of(1_000, 0, 0, 500),
        new UsageRecord.Latency(Duration.ZERO, Optional.empty(), Duration.ofSeconds(1)),
        i == 0 ? UsageRecord.Outcome.CLIENT_LEFT : UsageRecord.Outcome.ANSWERED,
        false);
  }

  @Test
  void totalsByTenantAndDayStandInATable() {
    CommandRun run = CommandRun.of("usage", "--store", url, "--by", "tenant,day");
    assertThat(run.code()).as(run.err()).isZero();
    List<String> lines = run.out().lines().map(line -> line.replaceAll(" +", " ")).toList();
    assertThat(lines)
        .containsExactly(
            "TENANT DAY REQUESTS NOT WHOLE INPUT CACHED OUTPUT COST USD FIRST TOKEN TOTAL TIME",
            "sales 2026-11-20 3 1 3,000 0 1,500 0.018000 - 1000 ms",
            "service 2026-11-20 2 0 2,000 0 1,000 0.012000 - 1000 ms",
            "service 2026-11-21 5 0 5,000 0 2,500 0.030000 - 1000 ms",
            "all 10 1 10,000 0 5,000 0.060000 - 1000 ms");
  }

  @Test
  void jsonHasExactMoney() {
    CommandRun run =
        CommandRun.of(
            "usage", "--store", url, "--from", "2026-11-21", "--tenant", "service", "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode json = JSON.readTree(run.out());
    assertThat(json.path("from").stringValue()).isEqualTo("2026-11-21T00:00:00Z");
    assertThat(json.path("groups").path(0).path("model").stringValue()).isEqualTo("small");
    assertThat(json.path("all").path("requests").intValue()).isEqualTo(5);
    assertThat(json.path("all").path("cost_usd").decimalValue()).isEqualByComparingTo("0.03");
  }

  @Test
  void csvHasOneLinePerRecord() throws IOException {
    Path file = folder.resolve("out.csv");
    CommandRun run =
        CommandRun.of("usage", "--store", url, "--csv", file.toString(), "--to", "2026-11-21");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("5 records");
    assertThat(Files.readAllLines(file)).hasSize(6).element(1).asString().startsWith("call-0,");
    CommandRun printed = CommandRun.of("usage", "--store", url, "--csv", "-");
    assertThat(printed.out().lines()).hasSize(11);
  }

  @Test
  void wrongUseIsToldInOneLine() {
    assertThat(CommandRun.of("usage", "--store", url, "--from", "soon").code()).isEqualTo(2);
    assertThat(CommandRun.of("usage", "--store", url, "--by", "colour").code()).isEqualTo(2);
    assertThat(CommandRun.of("usage", "--json", "--csv", "-", "--store", url).code()).isEqualTo(2);
    CommandRun none = CommandRun.of("usage", "--store", "sqlite:" + folder + "/none.db");
    assertThat(none.code()).isEqualTo(3);
    assertThat(none.err()).contains("no store at");
    assertThat(Files.exists(folder.resolve("none.db"))).isFalse();
    CommandRun empty = CommandRun.of("usage", "--store", url, "--to", "2020-01-01");
    assertThat(empty.out()).contains("no requests");
    assertThat(CommandRun.of("usage", "--help").out()).contains("Example: kedge usage");
  }
}
