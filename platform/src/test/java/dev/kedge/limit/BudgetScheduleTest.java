package dev.kedge.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.base.CalendarPeriod;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Money;
import dev.kedge.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random schedules of calls, crashes, sweeps, period ends and transactions that fail before or
 * after they took effect, against a plain account book: no schedule overspends, and without crashes
 * not a nano is missing in the end.
 */
class BudgetScheduleTest {
  private static final int STEPS = 250;

  @TempDir Path folder;

  /** One call under way. */
  private record Call(Budgets node, Reservation reservation, List<Account> accounts, long hour) {}

  /** A store whose transactions fail now and then; half of those have taken effect. */
  private static final class FailingStore extends BudgetStore {
    private final SplittableRandom random;
    boolean failing = true;

    FailingStore(Store store, SplittableRandom random) {
      super(store, "failing");
      this.random = random;
    }

    @Override
    Visit take(Report report, LeasePolicy policy, long need, long want, long now) {
      failSometimes();
      Visit visit = super.take(report, policy, need, want, now);
      failSometimes();
      return visit;
    }

    @Override
    List<Long> giveBack(List<Return> returns, long now) {
      failSometimes();
      List<Long> rest = super.giveBack(returns, now);
      failSometimes();
      return rest;
    }

    private void failSometimes() {
      if (!failing || random.nextInt(16) > 0) return;
      throw new KedgeException(new Failure.Broken("the connection broke", "store_failed", true));
    }
  }

  /** One schedule under way. */
  private static final class Schedule {
    final SplittableRandom random;
    final boolean crashes;
    final Store store;
    final TestingCalendar clock = new TestingCalendar("2026-02-28T20:00:00Z");
    final List<Account> accounts = new ArrayList<>();
    final List<FailingStore> stores = new ArrayList<>();
    final List<Budgets> nodes = new ArrayList<>();
    final List<Call> calls = new ArrayList<>();
    final Map<String, Long> spent = new HashMap<>();
    int refused;
    int served;

    Schedule(long seed, boolean crashes, Store store) {
      this.random = new SplittableRandom(seed);
      this.crashes = crashes;
      this.store = store;
      for (int i = 0; i < 3; i++) {
        accounts.add(new Account("t" + i, "t" + i, CalendarPeriod.HOUR, new Money(300 + 700L * i)));
        start();
      }
    }

    void start() {
      FailingStore failing = new FailingStore(store, random.split());
      stores.add(failing);
      nodes.add(new Budgets(failing, clock, BudgetsTest.BY_HAND));
    }

    void step() {
      switch (random.nextInt(20)) {
        case 0 -> {
          if (random.nextInt(6) == 0) clock.advance(Duration.ofMinutes(50));
        }
        case 1 -> crash();
        case 2, 3 -> sweep(nodes.get(random.nextInt(nodes.size())), random.nextBoolean());
        case 4, 5, 6, 7, 8, 9, 10 -> end();
        default -> begin();
      }
    }

    /** The node's calls reached their upstreams: what they cost is spent all the same. */
    void crash() {
      if (!crashes || random.nextInt(3) > 0) return;
      int index = random.nextInt(nodes.size());
      Budgets dead = nodes.remove(index);
      stores.remove(index);
      calls.removeIf(call -> {
        if (call.node != dead) return false;
        book(call, random.nextLong(call.reservation.worst().nanos() + 1));
        return true;
      });
      start();
    }

    void sweep(Budgets node, boolean everything) {
      try {
        node.sweep(everything);
      } catch (KedgeException e) {
        assertThat(e.failure().code()).isEqualTo("store_failed");
      }
    }

    void begin() {
      Budgets node = nodes.get(random.nextInt(nodes.size()));
      List<Account> charged = accounts.stream().filter(_ -> random.nextBoolean()).toList();
      long hour = clock.millis() / 3_600_000;
      try {
        Reservation made = node.reserve(charged, new Money(random.nextLong(1, 60)));
        calls.add(new Call(node, made, charged, hour));
        served++;
      } catch (KedgeException e) {
        assertThat(e.failure().code()).isIn("budget_exceeded", "budget_unknown");
        refused++;
      }
    }

    void end() {
      if (calls.isEmpty()) return;
      Call call = calls.remove(random.nextInt(calls.size()));
      long worst = call.reservation.worst().nanos();
      switch (random.nextInt(4)) {
        case 0 -> call.reservation.release();
        case 1 -> {
          call.reservation.close();
          book(call, worst);
        }
        default -> {
          long actual = random.nextLong(worst + 1);
          call.reservation.settle(new Money(actual));
          book(call, actual);
        }
      }
    }

    void book(Call call, long actual) {
      for (Account account : call.accounts) {
        long sum = spent.merge(account.id() + "@" + call.hour, actual, Long::sum);
        assertThat(sum).isLessThanOrEqualTo(account.limit().nanos());
      }
    }

    void finish() {
      while (!calls.isEmpty()) end();
      stores.forEach(each -> each.failing = false);
      // Twice: the first finds out what became of failed transactions, which may free money.
      for (int i = 0; i < 2; i++) nodes.forEach(node -> node.sweep(true));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void noScheduleOverspends(long seed) {
    try (Store store = Store.open("sqlite:" + folder.resolve("kedge.db"))) {
      Schedule schedule = new Schedule(seed, true, store);
      for (int i = 0; i < STEPS; i++) schedule.step();
      schedule.finish();
      assertThat(schedule.served).isGreaterThan(50);
      assertThat(schedule.refused).isGreaterThan(0);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void withoutCrashesTheStoreKnowsEveryNano(long seed) {
    try (Store store = Store.open("sqlite:" + folder.resolve("kedge.db"))) {
      Schedule schedule = new Schedule(seed, false, store);
      for (int i = 0; i < STEPS; i++) schedule.step();
      schedule.finish();
      long hour = schedule.clock.millis() / 3_600_000;
      for (BudgetStatus status : Budgets.status(store, schedule.clock)) {
        long booked = schedule.spent.getOrDefault(status.account() + "@" + hour, 0L);
        assertThat(status.spent()).isEqualTo(new Money(booked));
        assertThat(status.held()).isEqualTo(Money.ZERO);
        assertThat(status.left()).isEqualTo(status.limit().minus(new Money(booked)));
      }
      Map<String, Long> inStore = new HashMap<>();
      store.read(handle ->
          handle
              .select("SELECT account, starts_ms, granted_nanos FROM budget_pot")
              .map((row, _) ->
                  inStore.put(
                      row.getString("account") + "@" + row.getLong("starts_ms") / 3_600_000,
                      row.getLong("granted_nanos")))
              .list());
      schedule.spent.forEach(
          (pot, booked) -> assertThat(inStore.getOrDefault(pot, 0L)).as(pot).isEqualTo(booked));
    }
  }
}
