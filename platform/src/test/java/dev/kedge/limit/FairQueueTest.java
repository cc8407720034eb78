package dev.kedge.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.config.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class FairQueueTest {
  private static final List<Priority> PRIORITIES = List.of(Priority.values());

  private final TestingClock clock = new TestingClock();
  private final FairQueue queue = new FairQueue("llama", new QueueSize(1, 2), clock);

  @Test
  void theNextCallGetsThePlaceWhenTheFirstLeaves() throws Exception {
    Place first = queue.enter(ticket("a", 100));
    Turn turn = queue.ask(ticket("a", 100));
    assertThat(turn.isDecided()).isFalse();
    clock.advanceSeconds(3);
    first.close(10);
    first.close(10);
    assertThat(turn.await().waitedNanos()).isEqualTo(3_000_000_000L);
    assertThat(queue.state().running()).isEqualTo(1);
  }

  @Test
  void aFullQueueIsToldWithTheModelAndWhenToComeAgain() throws Exception {
    queue.enter(ticket("a", 100));
    queue.ask(ticket("b", 100));
    queue.ask(ticket("c", 100));
    Failure.Unavailable refused = refusal(Failure.Unavailable.class, ticket("d", 100));
    assertThat(refused.code()).isEqualTo("queue_full");
    assertThat(refused.message()).contains("llama").contains("2 places");
    assertThat(refused.retryAfterSeconds()).isPositive();
  }

  @Test
  void aTenantThatHoldsTheWholeQueueMakesRoomForAnother() throws Exception {
    queue.enter(ticket("a", 100));
    Turn older = queue.ask(ticket("a", 100));
    Turn newer = queue.ask(ticket("a", 100));
    Failure.Overloaded own = refusal(Failure.Overloaded.class, ticket("a", 100));
    assertThat(own.code()).isEqualTo("tenant_queue_share");
    assertThat(own.message()).contains("'a'").contains("2 of them");
    Turn other = queue.ask(ticket("b", 100));
    assertThat(older.isDecided()).isFalse();
    assertThat(other.isDecided()).isFalse();
    assertThatThrownBy(newer::await)
        .isInstanceOfSatisfying(
            KedgeException.class,
            e -> assertThat(e.failure()).isInstanceOf(Failure.Overloaded.class));
  }

  @Test
  void aCallWhoseDeadlineThePresentQueueCannotMeetIsRefusedAtOnce() throws Exception {
    for (int i = 0; i < 10; i++) {
      Place place = queue.enter(ticket("a", 100));
      clock.advanceSeconds(10);
      place.close(100);
    }
    queue.enter(ticket("a", 100));
    queue.ask(ticket("a", 100));
    // Ten seconds for the running call, ten for the waiting one, ten for its own service.
    Failure.Unavailable refused =
        refusal(Failure.Unavailable.class, new Ticket("a", 1, Priority.NORMAL, 100, clock.in(29)));
    assertThat(refused.code()).isEqualTo("queue_deadline");
    assertThat(refused.message()).contains("20 s");
    assertThat(refused.retryAfterSeconds()).isEqualTo(1);
    Turn inTime = queue.ask(new Ticket("a", 1, Priority.NORMAL, 100, clock.in(31)));
    assertThat(inTime.isDecided()).isFalse();
    clock.advanceSeconds(22);
    // Even the quickest call takes ten seconds, and nine are left.
    assertThatThrownBy(inTime::await).isInstanceOf(KedgeException.class);
    assertThat(queue.state().waiting()).isEqualTo(1);
  }

  @Test
  void aCallAfterItsDeadlineIsRefusedEvenWherePlacesAreFree() {
    Ticket late = new Ticket("a", 1, Priority.NORMAL, 1, clock.in(0));
    assertThat(refusal(Failure.Unavailable.class, late).code()).isEqualTo("queue_deadline");
    assertThat(queue.state().running()).isZero();
  }

  @Test
  void aCancelledTurnFreesItsWaitOrItsPlaceAtOnce() throws Exception {
    Place place = queue.enter(ticket("a", 100));
    Turn first = queue.ask(ticket("b", 100));
    Turn second = queue.ask(ticket("c", 100));
    first.cancel();
    assertThat(queue.state().waiting()).isEqualTo(1);
    assertThatThrownBy(first::await).isInstanceOf(CancellationException.class);
    place.close();
    assertThat(second.isDecided()).isTrue();
    Turn third = queue.ask(ticket("d", 100));
    second.cancel();
    assertThat(third.isDecided()).isTrue();
    try (Place held = third.await()) {
      third.cancel();
      assertThat(queue.state().running()).as("handed over").isEqualTo(1);
      assertThat(held.waitedNanos()).isZero();
    }
    assertThat(queue.state().running()).isZero();
  }

  @Test
  void newBoundsHoldAtOnceAndRunningCallsKeepTheirPlaces() throws Exception {
    Place running = queue.enter(ticket("a", 100));
    Turn first = queue.ask(ticket("b", 100));
    Turn second = queue.ask(ticket("c", 100));
    queue.resize(new QueueSize(2, 2));
    assertThat(first.isDecided()).isTrue();
    assertThat(second.isDecided()).isFalse();
    queue.resize(new QueueSize(1, 0));
    assertThatThrownBy(second::await).isInstanceOf(KedgeException.class);
    running.close();
    refusal(Failure.Unavailable.class, ticket("d", 1));
    first.await().close();
    queue.enter(ticket("d", 1)).close();
  }

  @Test
  void aDrainedQueueTakesNoCallsAndEndsWithTheLast() throws Exception {
    Place running = queue.enter(ticket("a", 100));
    Turn waiting = queue.ask(ticket("b", 100));
    assertThat(queue.drain(Duration.ZERO)).isFalse();
    assertThat(refusal(Failure.Unavailable.class, ticket("c", 1)).code()).isEqualTo("draining");
    Thread last =
        Thread.ofVirtual()
            .start(() -> {
              running.close();
              try (Place _ = waiting.await()) {
                LockSupport.parkNanos(1);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(queue.drain(Duration.ofSeconds(20))).isTrue();
    last.join();
  }

  @Test
  void aClosedQueueRefusesThoseThatWait() throws Exception {
    queue.enter(ticket("a", 100));
    Turn waiting = queue.ask(ticket("b", 100));
    queue.close();
    assertThatThrownBy(waiting::await).isInstanceOf(KedgeException.class);
    assertThat(queue.state().running()).isEqualTo(1);
  }

  @Test
  void aThreadThatIsInterruptedGivesItsTurnUp() throws Exception {
    FairQueue real = new FairQueue("m", new QueueSize(1, 5), System::nanoTime);
    Place place = real.enter(new Ticket("a", 1, Priority.NORMAL, 1, inAMinute()));
    AtomicInteger interrupted = new AtomicInteger();
    Thread waiting =
        Thread.ofVirtual()
            .start(() -> {
              try {
                real.enter(new Ticket("a", 1, Priority.NORMAL, 1, inAMinute())).close();
              } catch (InterruptedException _) {
                interrupted.incrementAndGet();
              }
            });
    while (real.state().waiting() == 0) Thread.onSpinWait();
    waiting.interrupt();
    waiting.join();
    assertThat(interrupted).hasValue(1);
    assertThat(real.state().waiting()).isZero();
    place.close();
    assertThat(real.state().running()).isZero();
  }

  @Test
  void manyThreadsThatEnterLeaveCancelAndDieNeverLoseAPlaceOrAWakeUp() throws Exception {
    FairQueue real = new FairQueue("m", new QueueSize(3, 40), System::nanoTime);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger served = new AtomicInteger();
    AtomicInteger broken = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      SplittableRandom random = new SplittableRandom(i);
      String tenant = "t" + i % 5;
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int call = 0; call < 300; call++) {
                  try {
                    if (visit(real, tenant, random, inside)) served.incrementAndGet();
                  } catch (KedgeException | CancellationException | InterruptedException _) {
                    // Refused, left or interrupted, as the visits mean to be.
                  } catch (RuntimeException | AssertionError _) {
                    broken.incrementAndGet();
                  }
                }
              }));
    }
    SplittableRandom random = new SplittableRandom(99);
    for (int i = 0; i < 300; i++) {
      threads.get(random.nextInt(threads.size())).interrupt();
      LockSupport.parkNanos(100_000);
    }
    for (Thread thread : threads) {
      assertThat(thread.join(Duration.ofSeconds(30))).as("ended").isTrue();
    }
    assertThat(broken).hasValue(0);
    assertThat(served.get()).isGreaterThan(1000);
    assertThat(real.state().running()).isZero();
    assertThat(real.state().waiting()).isZero();
  }

  /** One call; true if it was served. */
  private static boolean visit(
      FairQueue queue, String tenant, SplittableRandom random, AtomicInteger inside)
      throws InterruptedException {
    long patience = random.nextInt(10) == 0 ? 200_000 : 60_000_000_000L;
    Ticket ticket =
        new Ticket(
            tenant,
            1 + random.nextInt(3),
            PRIORITIES.get(random.nextInt(3)),
            random.nextInt(1, 500),
            System.nanoTime() + patience);
    try (Turn turn = queue.ask(ticket)) {
      if (random.nextInt(4) == 0) Thread.ofVirtual().start(turn::cancel);
      try (Place place = turn.await()) {
        assertThat(inside.incrementAndGet()).isLessThanOrEqualTo(3);
        LockSupport.parkNanos(1);
        inside.decrementAndGet();
        if (random.nextBoolean()) place.close(random.nextInt(1000));
      }
    }
    return true;
  }

  private <T extends Failure> T refusal(Class<T> type, Ticket ticket) {
    KedgeException e = catchThrowableOfType(KedgeException.class, () -> queue.ask(ticket));
    assertThat(e).isNotNull();
    return type.cast(e.failure());
  }

  private Ticket ticket(String tenant, long tokens) {
    return new Ticket(tenant, 1, Priority.NORMAL, tokens, clock.in(3600));
  }

  private static long inAMinute() {
    return System.nanoTime() + 60_000_000_000L;
  }
}
