package dev.kedge.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.base.Money;
import dev.kedge.store.Store;
import dev.kedge.store.StoreContract;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Records in the store, on both databases. */
class UsageStoreTest extends StoreContract {
  private static List<UsageRecord> records(int count) {
    return IntStream.range(0, count).mapToObj(Records::numbered).toList();
  }

  private static List<UsageRecord> exported(UsageStore usage, UsageQuery query) {
    List<UsageRecord> found = new ArrayList<>();
    long count = usage.export(query, found::add);
    assertThat(count).isEqualTo(found.size());
    return found;
  }

  @Test
  void recordsComeBackAsTheyWereGivenOverSeveralPages() {
    UsageStore usage = new UsageStore(store);
    List<UsageRecord> sent = records(4_500);
    usage.add(sent);
    assertThat(exported(usage, UsageQuery.all())).containsExactlyElementsOf(sent);
  }

  @Test
  void ofSeveralRecordsWithOneIdTheFirstCounts() {
    UsageStore usage = new UsageStore(store);
    UsageRecord first = Records.record("a", Records.START, "x", "m", Optional.empty(), 1);
    UsageRecord second = Records.record("a", Records.START, "y", "m", Optional.empty(), 2);
    usage.add(List.of(first, second));
    usage.add(List.of(second, Records.numbered(9)));
    assertThat(exported(usage, UsageQuery.all()))
        .containsExactlyInAnyOrder(first, Records.numbered(9));
  }

  @Test
  void totalsByEveryGroupingAddUpToTheRecords() {
    UsageStore usage = new UsageStore(store);
    List<UsageRecord> sent = records(300);
    usage.add(sent);
    long input = sent.stream().mapToLong(r -> r.tokens().input()).sum();
    Money cost = sent.stream().map(UsageRecord::cost).reduce(Money.ZERO, Money::plus);
    for (Grouping by : Grouping.values()) {
      List<UsageTotal> totals = usage.totals(UsageQuery.all(), List.of(by));
      UsageTotal sum = UsageTotal.sum(totals);
      assertThat(sum.requests()).as("by %s", by).isEqualTo(300);
      assertThat(sum.input()).isEqualTo(input);
      assertThat(sum.cost()).isEqualTo(cost);
      assertThat(sum.meanFirstToken()).contains(Duration.ofMillis(80));
      assertThat(sum.meanTotal()).isEqualTo(Duration.ofMillis(700));
    }
    assertThat(usage.totals(UsageQuery.all(), List.of())).hasSize(1);
  }

  @Test
  void twoGroupingsGiveEveryCombinationThatOccurs() {
    UsageStore usage = new UsageStore(store);
    usage.add(records(60));
    List<UsageTotal> totals =
        usage.totals(UsageQuery.all(), List.of(Grouping.TENANT, Grouping.MODEL));
    assertThat(totals)
        .extracting(UsageTotal::group, UsageTotal::requests)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(List.of("sales", "llama-70b"), 10L),
            org.assertj.core.groups.Tuple.tuple(List.of("sales", "small"), 20L),
            org.assertj.core.groups.Tuple.tuple(List.of("service", "llama-70b"), 10L),
            org.assertj.core.groups.Tuple.tuple(List.of("service", "small"), 20L));
  }

  @Test
  void daysBeginAtMidnightInUtc() {
    UsageStore usage = new UsageStore(store);
    Instant midnight = Instant.parse("2026-11-23T00:00:00Z");
    usage.add(
        List.of(
            Records.record("a", midnight.minusMillis(1), "x", "m", Optional.empty(), 1),
            Records.record("b", midnight, "x", "m", Optional.empty(), 1),
            Records.record("c", midnight.plusSeconds(86_399), "x", "m", Optional.empty(), 1),
            Records.record("d", midnight.plusSeconds(40 * 86_400), "x", "m", Optional.empty(), 1)));
    assertThat(usage.totals(UsageQuery.all(), List.of(Grouping.DAY)))
        .extracting(total -> total.group().getFirst() + " " + total.requests())
        .containsExactly("2026-11-22 1", "2026-11-23 2", "2027-01-02 1");
  }

  @Test
  void fromIsIncludedAndToIsNot() {
    UsageStore usage = new UsageStore(store);
    usage.add(records(10));
    UsageQuery some =
        UsageQuery.all()
            .between(
                Optional.of(Records.START.plusSeconds(3)),
                Optional.of(Records.START.plusSeconds(7)));
    assertThat(exported(usage, some)).hasSize(4);
    assertThat(UsageTotal.sum(usage.totals(some, List.of(Grouping.MODEL))).requests()).isEqualTo(4);
    UsageQuery none =
        UsageQuery.all().between(Optional.of(Instant.EPOCH), Optional.of(Instant.EPOCH));
    assertThat(usage.totals(none, List.of(Grouping.MODEL))).isEmpty();
  }

  @Test
  void oneTenantsRecordsAreFoundAlone() {
    UsageStore usage = new UsageStore(store);
    usage.add(records(10));
    Optional<String> any = Optional.empty();
    UsageQuery sales =
        new UsageQuery(
            Optional.empty(), Optional.empty(), Optional.of("sales"), any, any, any, any);
    assertThat(exported(usage, sales)).hasSize(5).allMatch(r -> r.tenant().equals("sales"));
  }

  @Test
  void csvQuotesWhatNeedsItAndDefusesFormulas() throws IOException {
    UsageStore usage = new UsageStore(store);
    usage.add(
        List.of(
            Records.record("a", Records.START, "Miller, \"Sons\"", "=1+1", Optional.empty(), 100)));
    StringWriter out = new StringWriter();
    assertThat(UsageCsv.write(out, usage, UsageQuery.all())).isEqualTo(1);
    String[] lines = out.toString().split("\r\n", -1);
    assertThat(lines).hasSize(3);
    assertThat(lines[0]).startsWith("id,started,key,tenant");
    assertThat(lines[1])
        .isEqualTo(
            "a,2026-11-22T12:00:00Z,\"key-Miller, \"\"Sons\"\"\",\"Miller, \"\"Sons\"\"\",,"
                + "chat_completions,auto,'=1+1,small,short,vllm-a,sha256:00ff,100,40,10,25,5,false,"
                + "0.0000615,0.001,80.000,700.000,answered,true");
    Path file = folder.resolve("usage.csv");
    assertThat(UsageCsv.write(file, usage, UsageQuery.all())).isEqualTo(1);
    assertThat(Files.readString(file)).isEqualTo(out.toString());
  }

  @Test
  void anotherConnectionSeesWhatTheMeterStoredWhileItRuns() throws IOException {
    try (Meter meter =
            Meter.open(folder.resolve("journal"), new UsageStore(store), MeterOptions.defaults());
        Store other = Store.open(url)) {
      UsageStore reader = new UsageStore(other);
      records(100).forEach(meter::record);
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (meter.state().stored() < 100 && System.nanoTime() < end) Thread.onSpinWait();
      assertThat(exported(reader, UsageQuery.all())).hasSize(100);
    }
  }
}
