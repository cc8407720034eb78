package dev.kedge.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.kedge.base.CalendarPeriod;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Money;
import dev.kedge.observe.Warns;
import dev.kedge.store.StoreContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Budgets on both databases, with a clock and sweeps that the test controls. */
class BudgetsTest extends StoreContract {
  /** No thread of its own, no waiting; whatever is free counts as idle. */
  static final LeasePolicy BY_HAND =
      new LeasePolicy(Duration.ZERO, Duration.ZERO, Duration.ZERO, 32, 8);

  private final TestingCalendar clock = new TestingCalendar("2026-03-31T23:50:00Z");
  private final List<Budgets> nodes = new ArrayList<>();

  @AfterEach
  void closeNodes() {
    nodes.forEach(Budgets::close);
  }

  private Budgets node() {
    return node(BY_HAND);
  }

  private Budgets node(LeasePolicy policy) {
    Budgets node = new Budgets(new BudgetStore(store, "node"), clock, policy);
    nodes.add(node);
    return node;
  }

  private static List<Account> hourly(String tenant, long nanos) {
    return List.of(
        new Account(
            "tenant/" + tenant + "//hour",
            "tenant '" + tenant + "'",
            CalendarPeriod.HOUR,
            new Money(nanos)));
  }

  private BudgetStatus status() {
    List<BudgetStatus> all = Budgets.status(store, clock);
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  private static Failure.Overloaded refusal(Budgets node, List<Account> accounts, long worst) {
    KedgeException refused =
        catchThrowableOfType(
            KedgeException.class, () -> node.reserve(accounts, new Money(worst)).release());
    assertThat(refused).as("a call of " + worst + " should be refused").isNotNull();
    assertThat(refused.failure()).isInstanceOf(Failure.Overloaded.class);
    return (Failure.Overloaded) refused.failure();
  }

  @Test
  void aBudgetIsUsableToItsLastNano() {
    Budgets node = node();
    for (int i = 0; i < 333; i++) {
      node.reserve(hourly("a", 1000), new Money(3)).settle(new Money(3));
    }
    assertThat(refusal(node, hourly("a", 1000), 2).code()).isEqualTo("budget_exceeded");
    node.reserve(hourly("a", 1000), new Money(1)).settle(new Money(1));
    node.sweep(true);

    assertThat(status().spent()).isEqualTo(new Money(1000));
    assertThat(status().left()).isEqualTo(Money.ZERO);
  }

  @Test
  void whatACallDidNotCostIsFreeAgain() {
    Budgets node = node();
    for (int i = 0; i < 100; i++) {
      node.reserve(hourly("a", 1000), new Money(900)).settle(new Money(1));
    }
    assertThat(refusal(node, hourly("a", 1000), 901)).isNotNull();
    node.sweep(true);

    assertThat(status().spent()).isEqualTo(new Money(100));
    assertThat(status().held()).isEqualTo(Money.ZERO);
    assertThat(status().left()).isEqualTo(new Money(900));
  }

  @Test
  void onlyTheFirstEndOfAReservationCounts() {
    Budgets node = node();
    Reservation settled = node.reserve(hourly("a", 1000), new Money(100));
    settled.settle(new Money(40));
    settled.settle(new Money(100));
    settled.release();
    settled.close();
    Reservation released = node.reserve(hourly("a", 1000), new Money(100));
    released.release();
    released.settle(new Money(100));
    node.reserve(hourly("a", 1000), new Money(100)).close();
    node.sweep(true);

    assertThat(status().spent()).isEqualTo(new Money(140));
    assertThat(status().left()).isEqualTo(new Money(860));
  }

  @Test
  void severalAccountsAreReservedAllOrNone() {
    Budgets node = node();
    List<Account> both = new ArrayList<>(hourly("rich", 1000));
    both.addAll(hourly("poor", 10));
    node.reserve(both, new Money(10)).settle(new Money(10));

    assertThat(refusal(node, both, 5).message()).contains("tenant 'poor'");
    node.sweep(true);

    assertThat(Budgets.status(store, clock))
        .extracting(BudgetStatus::account, BudgetStatus::spent, BudgetStatus::left)
        .containsExactly(
            tuple("tenant/poor//hour", new Money(10), Money.ZERO),
            tuple("tenant/rich//hour", new Money(10), new Money(990)));
  }

  @Test
  void aRefusalSaysWhichBudgetHowMuchIsGoneAndWhenToComeAgain() {
    Budgets node = node();
    node.reserve(hourly("a", 5_000_000_000L), new Money(4_900_000_000L))
        .settle(new Money(4_900_000_000L));

    Failure.Overloaded refused = refusal(node, hourly("a", 5_000_000_000L), 200_000_000);

    assertThat(refused.message())
        .isEqualTo(
            "the budget of $5 per hour of tenant 'a' does not cover this call, which may cost"
                + " $0.2: $4.9 is spent; it starts anew at 2026-04-01T00:00:00Z");
    assertThat(refused.retryAfterSeconds()).isEqualTo(600);
    assertThat(refused.status()).isEqualTo(429);
  }

  @Test
  void whereCallsInProgressHoldTheMoneyTheCallerMayComeAgainSoon() {
    Budgets node = node();
    try (Reservation held = node.reserve(hourly("a", 1000), new Money(900))) {
      Failure.Overloaded refused = refusal(node, hourly("a", 1000), 200);

      assertThat(refused.message()).contains("$0.0000009 reserved by other calls");
      assertThat(refused.retryAfterSeconds()).isEqualTo(5);
      held.release();
    }
    node.reserve(hourly("a", 1000), new Money(200)).release();
  }

  @Test
  void aCallAboveTheWholeLimitIsRefusedHoweverLarge() {
    assertThat(refusal(node(), hourly("a", 1000), 1001).message())
        .endsWith("but even then only for calls with fewer tokens");
    assertThat(refusal(node(), hourly("a", 1000), Long.MAX_VALUE)).isNotNull();
    assertThat(refusal(node(), hourly("b", 0), 1)).isNotNull();
  }

  @Test
  void freeCallsPassWhateverIsLeft() {
    node().reserve(hourly("a", 0), Money.ZERO).settle(Money.ZERO);
    node().reserve(List.of(), new Money(Long.MAX_VALUE)).settle(new Money(Long.MAX_VALUE));
  }

  @Test
  void aCallIsChargedToThePeriodInWhichItWasReserved() {
    Budgets node = node();
    Reservation late = node.reserve(hourly("a", 1000), new Money(800));
    clock.set("2026-04-01T00:00:00Z");
    node.reserve(hourly("a", 1000), new Money(1000)).settle(new Money(1000));
    late.settle(new Money(700));
    node.sweep(true);

    assertThat(status().spent()).isEqualTo(new Money(1000));
    clock.set("2026-03-31T23:59:59.999Z");
    assertThat(status().spent()).isEqualTo(new Money(700));
    assertThat(status().left()).isEqualTo(new Money(300));
  }

  @Test
  void aClockThatStepsBackOverspendsNeitherPeriod() {
    Budgets node = node();
    node.reserve(hourly("a", 1000), new Money(1000)).settle(new Money(1000));
    clock.set("2026-04-01T00:00:00Z");
    node.reserve(hourly("a", 1000), new Money(600)).settle(new Money(600));
    clock.set("2026-03-31T23:59:59Z");
    assertThat(refusal(node, hourly("a", 1000), 1)).isNotNull();
    clock.set("2026-04-01T00:00:01Z");
    node.reserve(hourly("a", 1000), new Money(400)).settle(new Money(400));
    assertThat(refusal(node, hourly("a", 1000), 1)).isNotNull();
  }

  @Test
  void aCrashLeavesMoneyUnspentAndNeverMore() {
    for (int i = 0; i < 5; i++) {
      // Abandoned without close, as by kill -9.
      Budgets crashing = new Budgets(new BudgetStore(store, "crashing"), clock, BY_HAND);
      crashing.reserve(hourly("a", 3200), new Money(10)).settle(new Money(10));
    }
    Budgets node = node();
    int calls = 0;
    while (calls < 400) {
      try (Reservation call = node.reserve(hourly("a", 3200), new Money(10))) {
        call.settle(new Money(10));
      } catch (KedgeException e) {
        break;
      }
      calls++;
    }
    // Each crash lost at most one block, which is 1/32 of the limit.
    assertThat(calls).isBetween(320 - 5 * 10, 315);
    clock.advance(Duration.ofMinutes(2));
    node.sweep(true);
    // What the crashed nodes spent, they could not report.
    assertThat(status().spent()).isEqualTo(new Money(10L * calls));
    assertThat(status().unaccounted()).isEqualTo(new Money(3200 - 10L * calls));
    assertThat(refusal(node, hourly("a", 3200), 10).message())
        .contains("unaccounted for by a node that stopped");
  }

  @Test
  @Warns("calls overran their reservations")
  void anOverrunIsChargedInFullAndRemembered() {
    Budgets node = node();
    node.reserve(hourly("a", 1000), new Money(100)).settle(new Money(950));
    node.sweep(false);
    assertThat(refusal(node, hourly("a", 1000), 51)).isNotNull();
    node.reserve(hourly("a", 1000), new Money(50)).settle(new Money(80));
    node.sweep(true);

    assertThat(status().spent()).isEqualTo(new Money(1030));
    assertThat(status().overrun()).isEqualTo(new Money(880));
    assertThat(status().left()).isEqualTo(Money.ZERO);
    Budgets other = node();
    assertThat(refusal(other, hourly("a", 1000), 1)).isNotNull();
  }

  @Test
  void aChangedLimitHoldsForWhatIsNotSpentYet() {
    Budgets node = node();
    node.reserve(hourly("a", 1000), new Money(400)).settle(new Money(400));
    assertThat(refusal(node, hourly("a", 500), 101)).isNotNull();
    node.reserve(hourly("a", 500), new Money(100)).settle(new Money(100));
    assertThat(refusal(node, hourly("a", 500), 1)).isNotNull();
    node.reserve(hourly("a", 600), new Money(100)).settle(new Money(100));
    node.sweep(true);

    assertThat(status().spent()).isEqualTo(new Money(600));
    assertThat(status().limit()).isEqualTo(new Money(600));
  }

  @Test
  void aNodeThatFindsTooLittleGetsWhatAnotherDoesNotUse() throws Exception {
    LeasePolicy live =
        new LeasePolicy(Duration.ofMillis(20), Duration.ofHours(1), Duration.ofSeconds(20), 1, 1);
    Budgets hoarder = node(live);
    Budgets late = node(live);
    // Under this policy four calls' worth, which is the whole budget.
    hoarder.reserve(hourly("a", 1000), new Money(250)).settle(new Money(1));

    late.reserve(hourly("a", 1000), new Money(999)).settle(new Money(999));

    assertThat(refusal(late, hourly("a", 1000), 1)).isNotNull();
  }

  @Test
  void manyCallsOnManyNodesSpendTheBudgetExactly() throws Exception {
    List<Budgets> many = List.of(node(), node(), node());
    List<Account> accounts = new ArrayList<>(hourly("a", 2_000));
    accounts.addAll(hourly("b", 1_000_000));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> running = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        Budgets node = many.get(i % 3);
        running.add(threads.submit(() -> spendUntilRefused(node, accounts)));
      }
      int sum = 0;
      for (Future<Integer> each : running) sum += each.get();
      many.forEach(node -> node.sweep(true));
      sum += spendUntilRefused(many.getFirst(), accounts);
      assertThat(sum).isEqualTo(2_000);
    }
    many.getFirst().sweep(true);
    assertThat(Budgets.status(store, clock).getFirst().spent()).isEqualTo(new Money(2_000));
  }

  private static int spendUntilRefused(Budgets node, List<Account> accounts) {
    int sum = 0;
    while (true) {
      try (Reservation call = node.reserve(accounts, new Money(2))) {
        call.settle(new Money(1));
        sum++;
      } catch (KedgeException e) {
        try (Reservation call = node.reserve(accounts, new Money(1))) {
          call.settle(new Money(1));
          sum++;
        } catch (KedgeException again) {
          return sum;
        }
      }
    }
  }

  @Test
  @Warns("budgets could not be returned")
  void withoutItsStoreABudgetRefusesBeyondWhatIsOnHand() {
    Budgets node = node();
    node.reserve(hourly("a", 3200), new Money(10)).settle(new Money(10));
    store.close();

    int calls = 0;
    KedgeException refused = null;
    while (refused == null) {
      try {
        node.reserve(hourly("a", 3200), new Money(10)).settle(new Money(10));
        calls++;
      } catch (KedgeException e) {
        refused = e;
      }
    }
    assertThat(calls).isBetween(1, 9);
    assertThat(refused.failure().code()).isEqualTo("budget_unknown");
    assertThat(refused.failure().status()).isEqualTo(503);
  }

  @Test
  void aClosedNodeRefuses() {
    Budgets node = node();
    node.close();
    assertThatThrownBy(() -> node.reserve(hourly("a", 10), new Money(1)))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("closing");
  }
}
