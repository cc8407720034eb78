package dev.kedge.limit;

import dev.kedge.base.CalendarPeriod;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Money;
import dev.kedge.store.Store;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A process that spends a budget as fast as it can, made to be killed. It ends in order when its
 * standard input does; to standard output it writes one line once its first call was answered or
 * refused.
 */
final class BudgetNode {
  private static final long LARGEST_CALL = 1_000;
  private static final AtomicBoolean BUSY = new AtomicBoolean();
  private static volatile boolean ending;

  private BudgetNode() {}

  /** The account of a round. */
  static Account account(String round, long limit) {
    return new Account(round, "round " + round, CalendarPeriod.MONTH, new Money(limit));
  }

  /** The middle of a month, so that no round sees its end. */
  static InstantSource clock(long startedMillis) {
    Duration shift =
        Duration.between(
            Instant.ofEpochMilli(startedMillis), Instant.parse("2026-06-15T00:00:00Z"));
    return Clock.offset(Clock.systemUTC(), shift);
  }

  /** Arguments: store, port of the ledger, round, limit, threads, start of the run, seed. */
  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[1]);
    List<Account> accounts = List.of(account(args[2], Long.parseLong(args[3])));
    SplittableRandom seeds = new SplittableRandom(Long.parseLong(args[6]));
    try (Store store = Store.open(args[0]);
        Budgets budgets = new Budgets(store, clock(Long.parseLong(args[5])), "node")) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < Integer.parseInt(args[4]); i++) {
        SplittableRandom random = seeds.split();
        threads.add(Thread.ofPlatform().start(() -> spend(budgets, accounts, port, random)));
      }
      System.in.readAllBytes();
      ending = true;
      for (Thread thread : threads) thread.join();
    }
  }

  private static void spend(
      Budgets budgets, List<Account> accounts, int port, SplittableRandom random) {
    try (Socket upstream = new Socket(InetAddress.getLoopbackAddress(), port);
        DataOutputStream out = new DataOutputStream(upstream.getOutputStream());
        DataInputStream in = new DataInputStream(upstream.getInputStream())) {
      upstream.setTcpNoDelay(true);
      long most = LARGEST_CALL;
      while (!ending) {
        long worst = random.nextLong(1, most + 1);
        try (Reservation call = budgets.reserve(accounts, new Money(worst))) {
          out.writeLong(worst);
          call.settle(new Money(in.readLong()));
        } catch (KedgeException e) {
          // Toward the end only small calls fit.
          most = Math.max(1, worst / 2);
          Thread.sleep(5);
        }
        if (BUSY.compareAndSet(false, true)) System.out.println("busy");
      }
    } catch (IOException | InterruptedException e) {
      System.err.println("the ledger is gone: " + e);
    }
  }
}
