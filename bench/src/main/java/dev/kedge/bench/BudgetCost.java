package dev.kedge.bench;

import dev.kedge.base.CalendarPeriod;
import dev.kedge.base.Money;
import dev.kedge.config.BudgetLimit;
import dev.kedge.limit.Account;
import dev.kedge.limit.Budgets;
import dev.kedge.limit.Reservation;
import dev.kedge.store.Store;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * What it costs a call to be held to its budgets: the time of {@link Budgets#reserve} with {@link
 * Reservation#settle}, fetching of blocks included, as many calls as go.
 *
 * <p>Arguments: seconds per measurement; accounts per call; then numbers of threads.
 */
public final class BudgetCost {
  private static final Money WORST = new Money(2_000);
  private static final Money ACTUAL = new Money(700);

  private BudgetCost() {}

  /** Prints a line per number of threads. */
  public static void main(String[] args) throws Exception {
    double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 3;
    int accounts = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    int[] threads = {1, 2, 16};
    if (args.length > 2) {
      threads = new int[args.length - 2];
      for (int i = 0; i < threads.length; i++) threads[i] = Integer.parseInt(args[i + 2]);
    }
    Path folder = Files.createTempDirectory("budget-cost");
    try (Store store = Store.open("sqlite:" + folder.resolve("kedge.db"));
        Budgets budgets = new Budgets(store, InstantSource.system(), "bench")) {
      List<Account> charged = accounts(accounts);
      calls(budgets, charged, System.nanoTime() + 2_000_000_000L);
      for (int count : threads) measure(budgets, charged, count, seconds);
    }
  }

  private static List<Account> accounts(int count) {
    BudgetLimit large = new BudgetLimit(CalendarPeriod.MONTH, BigDecimal.valueOf(1_000_000), "");
    List<Account> accounts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      accounts.addAll(Account.of(Account.Owner.TENANT, "t" + i, List.of(large), "m"));
    }
    return List.copyOf(accounts);
  }

  private static void measure(Budgets budgets, List<Account> accounts, int threads, double seconds)
      throws InterruptedException, ExecutionException {
    Histogram all = new Histogram(3);
    long begin = System.nanoTime();
    long end = begin + (long) (seconds * 1e9);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Histogram>> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        running.add(callers.submit(() -> calls(budgets, accounts, end)));
      }
      for (Future<Histogram> each : running) all.add(each.get());
    }
    System.out.printf(
        "%d accounts, %2d threads: %,11.0f calls/s; mean %,.0f ns, p50 %,d, p99 %,d, p99.9 %,d,"
            + " max %,d ns%n",
        accounts.size(),
        threads,
        all.getTotalCount() / ((System.nanoTime() - begin) / 1e9),
        all.getMean(),
        all.getValueAtPercentile(50),
        all.getValueAtPercentile(99),
        all.getValueAtPercentile(99.9),
        all.getMaxValue());
  }

  private static Histogram calls(Budgets budgets, List<Account> accounts, long end) {
    Histogram times = new Histogram(3);
    long before = System.nanoTime();
    while (before < end) {
      try (Reservation call = budgets.reserve(accounts, WORST)) {
        call.settle(ACTUAL);
      }
      long after = System.nanoTime();
      times.recordValue(after - before);
      before = after;
    }
    return times;
  }
}
