package dev.kedge.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.config.RateLimits;
import dev.kedge.limit.Rates.Permit;
import dev.kedge.limit.Rates.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RatesTest {
  private static final Subject FREE = new Subject("free", RateLimits.NONE);

  private final TestingClock clock = new TestingClock();
  private final Rates rates = new Rates(clock, 10_000);

  @Test
  void aMinutesWorthOfRequestsMayComeAtOnceAndThenTheRateHolds() {
    Subject key = subject("k", 60, 0, 0);
    for (int i = 0; i < 60; i++) rates.take(key, FREE, 1).close();
    Failure.Overloaded refused = refusal(key, FREE, 1);
    assertEquals("key_requests_per_minute", refused.code());
    assertEquals(1, refused.retryAfterSeconds());
    assertTrue(refused.message().contains("'k'") && refused.message().contains("60 requests"));
    clock.advanceSeconds(2);
    rates.take(key, FREE, 1).close();
    rates.take(key, FREE, 1).close();
    refusal(key, FREE, 1);
  }

  @Test
  void retryAfterIsWhenTheCallWouldPass() {
    Subject tenant = subject("t", 0, 6000, 0);
    rates.take(FREE, tenant, 5000).close(5000);
    Failure.Overloaded refused = refusal(FREE, tenant, 4000);
    assertEquals("tenant_tokens_per_minute", refused.code());
    assertEquals(30, refused.retryAfterSeconds());
    clock.advanceSeconds(29);
    refusal(FREE, tenant, 4000);
    clock.advanceSeconds(1);
    rates.take(FREE, tenant, 4000).close();
  }

  @Test
  void tokensThatWereNotUsedAreGivenBackAndMoreThanEstimatedAreOwed() {
    Subject tenant = subject("t", 0, 6000, 0);
    rates.take(FREE, tenant, 6000).close(1000);
    Permit second = rates.take(FREE, tenant, 5000);
    refusal(FREE, tenant, 1);
    second.close(11_000);
    assertEquals(61, refusal(FREE, tenant, 1).retryAfterSeconds());
  }

  @Test
  void aCallThatNeverFitsIsToldSoAndCostsNothing() {
    Subject key = subject("k", 1, 1000, 1);
    KedgeException e =
        assertThrows(KedgeException.class, () -> rates.take(key, FREE, 1001).close());
    assertInstanceOf(Failure.TooLarge.class, e.failure());
    rates.take(key, FREE, 1000).close();
  }

  @Test
  void aRefusalByTheTenantTakesNothingFromTheKey() {
    Subject key = subject("k", 2, 100, 1);
    Subject tenant = subject("t", 1, 0, 0);
    rates.take(key, tenant, 10).close(10);
    for (int i = 0; i < 100; i++) {
      assertEquals("tenant_requests_per_minute", refusal(key, tenant, 10).code());
    }
    rates.take(key, FREE, 90).close();
  }

  @Test
  void onlySoManyCallsRunAtATime() {
    Subject key = subject("k", 0, 0, 2);
    Permit first = rates.take(key, FREE, 1);
    rates.take(key, FREE, 1);
    assertEquals("key_concurrency", refusal(key, FREE, 1).code());
    first.close();
    first.close();
    rates.take(key, FREE, 1);
    refusal(key, FREE, 1);
  }

  @Test
  void keysAndTenantsOfOneNameAreCountedApart() {
    Subject same = subject("same", 1, 0, 0);
    rates.take(same, FREE, 1).close();
    rates.take(FREE, same, 1).close();
    refusal(same, FREE, 1);
  }

  @Test
  void subjectsAreForgottenOnceNothingDistinguishesThemFromNewOnes() {
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < 1000; i++) {
        rates.take(subject("k" + round + "." + i, 60, 0, 0), FREE, 1).close();
      }
      clock.advanceSeconds(61);
    }
    assertTrue(rates.counted() <= 2048, "counted " + rates.counted());
  }

  @Test
  void moreSubjectsThanTheBoundAreRefusedAndTheCountedOnesKeepTheirCounts() {
    Rates small = new Rates(clock, 10);
    for (int i = 0; i < 10; i++) small.take(subject("k" + i, 1, 0, 0), FREE, 1).close();
    KedgeException e =
        assertThrows(
            KedgeException.class, () -> small.take(subject("new", 1, 0, 0), FREE, 1).close());
    assertInstanceOf(Failure.Unavailable.class, e.failure());
    assertThrows(KedgeException.class, () -> small.take(subject("k3", 1, 0, 0), FREE, 1).close());
    clock.advanceSeconds(60);
    small.take(subject("new", 1, 0, 0), FREE, 1).close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void inTheLongRunNoCallerUsesMoreThanOneMinuteAndItsRate(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Subject tenant = subject("t", 0, 6000, 0);
    List<Permit> open = new ArrayList<>();
    List<Integer> estimates = new ArrayList<>();
    long start = clock.getAsLong();
    long used = 0;
    for (int step = 0; step < 50_000; step++) {
      clock.advanceSeconds(random.nextDouble() * 2);
      if (random.nextBoolean() || open.isEmpty()) {
        int estimate = random.nextInt(1, 3000);
        try {
          open.add(rates.take(FREE, tenant, estimate));
          estimates.add(estimate);
        } catch (KedgeException _) {
          // Refused calls use nothing.
        }
      } else {
        int which = random.nextInt(open.size());
        int tokens = random.nextInt(estimates.remove(/* index */ which) + 1);
        open.remove(which).close(tokens);
        used += tokens;
      }
      double minutes = (clock.getAsLong() - start) / 60e9;
      assertTrue(used <= 6000 * (minutes + 1) + 1, used + " after " + minutes + " minutes");
    }
    double share = used / (6000 * (clock.getAsLong() - start) / 60e9);
    assertTrue(share > 0.5, "only " + share + " of the rate could be used");
  }

  @Test
  void manyThreadsTogetherGetExactlyTheLimit() throws Exception {
    Subject key = subject("k", 1000, 0, 0);
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int thread = 0; thread < 16; thread++) {
      tasks.add(() -> {
        int passed = 0;
        for (int i = 0; i < 500; i++) {
          try (Permit _ = rates.take(key, FREE, 1)) {
            passed++;
          } catch (KedgeException _) {
            // Refused.
          }
        }
        return passed;
      });
    }
    int passed = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Integer> task : threads.invokeAll(tasks)) passed += task.get();
    }
    assertEquals(1000, passed);
  }

  @Test
  void forgettingNeverLosesACountUnderConcurrentCalls() throws Exception {
    Rates busy = new Rates(clock, 1200);
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      long seed = thread;
      tasks.add(() -> {
        SplittableRandom random = new SplittableRandom(seed);
        int passed = 0;
        for (int i = 0; i < 20_000; i++) {
          if (i % 8 == 0) clock.advanceSeconds(0.001);
          // Subjects without a rate are forgotten at every sweep; the one with a rate never is.
          boolean counted = i % 40 == 0;
          Subject key =
              counted
                  ? subject("counted", 500, 0, 0)
                  : subject("k" + random.nextInt(5000), 0, 0, 100);
          try (Permit _ = busy.take(key, FREE, 1)) {
            if (counted) passed++;
          } catch (KedgeException e) {
            if (!counted) assertInstanceOf(Failure.Unavailable.class, e.failure());
          }
        }
        return passed;
      });
    }
    int passed = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Integer> task : threads.invokeAll(tasks)) passed += task.get();
    }
    // 20 seconds passed; had the count been forgotten once, about twice as many would have passed.
    assertTrue(passed >= 500 && passed <= 500 + 500 * 20 / 60, "passed " + passed);
  }

  private Failure.Overloaded refusal(Subject key, Subject tenant, long tokens) {
    KedgeException e =
        assertThrows(KedgeException.class, () -> rates.take(key, tenant, tokens).close());
    return assertInstanceOf(Failure.Overloaded.class, e.failure());
  }

  /** A zero stands for no limit. */
  private static Subject subject(String name, int requests, long tokens, int concurrency) {
    return new Subject(
        name,
        new RateLimits(
            requests == 0 ? Optional.empty() : Optional.of(requests),
            tokens == 0 ? Optional.empty() : Optional.of(tokens),
            concurrency == 0 ? Optional.empty() : Optional.of(concurrency)));
  }
}
