package dev.kedge.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.limit.KillRound.Outcome;
import dev.kedge.store.TestingPostgres;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes, killed as {@code kill -9} does, never spend more than the budget: the sum is
 * taken where the money goes, at the upstream.
 *
 * <p>{@code -Dkedge.kill.seconds=300} goes on with round after round for that long, each with its
 * own budget and seed, and prints the ledger of each.
 */
class BudgetKillTest {
  private static final int THREADS = 64;
  private static final long KILL_EVERY_MILLIS = 250;
  private static final long LONGEST_MILLIS = 5_000;
  private static final long WHOLE_MILLIS = 60_000;

  @TempDir Path folder;

  private static Outcome checked(Outcome outcome) {
    System.out.println(outcome.line());
    assertThat(outcome.charged()).isPositive().isLessThanOrEqualTo(KillRound.LIMIT);
    BudgetStatus status = outcome.status();
    // Whatever the upstream charged and nobody could settle is covered by what is still held.
    long held = status.held().nanos() + status.unaccounted().nanos();
    assertThat(outcome.charged()).isBetween(status.spent().nanos(), status.spent().nanos() + held);
    if (outcome.exhausted()) {
      // A node holds at most a block, what it fetches ahead, and its calls' reservations.
      long lostAtMost = outcome.kills() * KillRound.LIMIT / 8;
      assertThat(outcome.charged()).isGreaterThanOrEqualTo(KillRound.LIMIT - lostAtMost);
    }
    return outcome;
  }

  private static void repeat(String url, int nodes) throws Exception {
    long end = System.currentTimeMillis() + Long.getLong("kedge.kill.seconds", 0) * 1000;
    long longest = Long.getLong("kedge.kill.seconds", 0) > 0 ? WHOLE_MILLIS : LONGEST_MILLIS;
    int kills = 0;
    for (long seed = 1; seed == 1 || System.currentTimeMillis() < end; seed++) {
      KillRound round = new KillRound(url, nodes, THREADS, KILL_EVERY_MILLIS, longest, seed);
      kills += checked(round.run()).kills();
    }
    Assumptions.assumeTrue(
        kills > 0, "this machine is too slow just now to kill a node amid its calls");
  }

  @Test
  void twoNodesOnPostgresqlKilledAtRandomNeverOverspend() throws Exception {
    repeat(TestingPostgres.newUrl(), 2);
  }

  @Test
  void aNodeOnSqliteKilledAtRandomNeverOverspends() throws Exception {
    repeat("sqlite:" + folder.resolve("kedge.db"), 1);
  }

  @Test
  void withoutKillsTwoNodesSpendAllOfIt() throws Exception {
    Outcome outcome =
        checked(
            new KillRound(TestingPostgres.newUrl(), 2, THREADS, 0, 2 * LONGEST_MILLIS, 7).run());
    if (outcome.exhausted()) {
      assertThat(outcome.charged()).isEqualTo(KillRound.LIMIT);
      assertThat(outcome.status().spent().nanos()).isEqualTo(KillRound.LIMIT);
    }
  }
}
