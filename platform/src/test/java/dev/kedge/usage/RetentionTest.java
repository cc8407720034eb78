package dev.kedge.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.StoreSection;
import dev.kedge.observe.Warns;
import dev.kedge.store.StoreContract;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Records leave when their time is over, and no others, on both databases. */
class RetentionTest extends StoreContract {
  private static final Duration KEEP = Duration.ofDays(30);

  /** Record number n started n seconds after the start; at this time the first thousand are old. */
  private static final InstantSource CLOCK =
      InstantSource.fixed(Records.START.plus(KEEP).plusSeconds(1_000));

  private UsageStore filled(int records) {
    UsageStore usage = new UsageStore(store);
    usage.add(IntStream.range(0, records).mapToObj(Records::numbered).toList());
    return usage;
  }

  private static List<UsageRecord> left(UsageStore usage) {
    List<UsageRecord> left = new ArrayList<>();
    usage.export(UsageQuery.all(), left::add);
    return left;
  }

  @Test
  void theOldestAreDeletedAtMostSoManyAtATime() {
    UsageStore usage = filled(100);
    Instant before = Records.START.plusSeconds(30);
    assertThat(usage.deleteOldest(before, 20)).isEqualTo(20);
    assertThat(left(usage)).hasSize(80).first().isEqualTo(Records.numbered(20));
    assertThat(usage.deleteOldest(before, 20)).isEqualTo(10);
    assertThat(usage.deleteOldest(before, 20)).isZero();
    assertThat(left(usage)).hasSize(70).first().isEqualTo(Records.numbered(30));
  }

  @Test
  void severalNodesDeleteInTheBackgroundUntilOnlyYoungRecordsAreLeft() throws Exception {
    UsageStore usage = filled(2_500);
    InstantSource late = InstantSource.fixed(Records.START.plus(KEEP).plusSeconds(2_400));
    try (Retention _ = Retention.start(usage, KEEP, late);
        Retention _ = Retention.start(usage, KEEP, late)) {
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (left(usage).size() > 100 && System.nanoTime() < end) Thread.sleep(5);
    }
    assertThat(left(usage)).hasSize(100).first().isEqualTo(Records.numbered(2_400));
  }

  @Test
  @Warns("old usage records stay for now")
  void aStoreThatFailsIsAskedAgainLaterAndClosingWaitsForNothing() {
    UsageStore usage = filled(10);
    store.close();
    Retention.start(usage, KEEP, CLOCK).close();
  }

  @Test
  void theTimeIsAnOptionOfTheStoreWithinReason() {
    assertThat(section("keep_usage: 400d").keepUsage()).hasValue(Duration.ofDays(400));
    assertThat(section("url: 'sqlite:a.db'").keepUsage()).isEmpty();
    for (String wrong : List.of("1h", "4000d", "0")) {
      assertThatThrownBy(() -> section("keep_usage: " + wrong))
          .isInstanceOf(KedgeException.class)
          .hasMessageContaining("keep_usage must be from 1d to 3650d");
    }
  }

  private static StoreSection section(String yaml) {
    return ConfigFile.parse(yaml, "test", StoreSection.class);
  }
}
