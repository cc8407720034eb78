package dev.kedge.route;

import static dev.kedge.route.TestingFleet.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerPart;
import dev.kedge.route.TestingUpstream.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever upstreams and callers do, nothing leaks and no answer is mixed from two servers. */
class RandomFaultsTest {
  private static final RetryPolicy POLICY = new RetryPolicy(3, 1, 100, Duration.ZERO);
  private static final List<String> NAMES = List.of("a", "b", "c", "d");
  private static final String FLEET =
      """
      upstreams:
        - {name: a, url: "http://a/v1", models: [{name: m}], limits: {concurrency: 3}}
        - {name: b, url: "http://b/v1", models: [{name: m}]}
        - {name: c, url: "http://c/v1", models: [{name: m}], breaker: {failures: 2}}
        - {name: d, url: "http://d/v1", models: [{name: m}]}
      models: [{name: m, upstreams: [[a, b, c], [d]]%s}]
      """;

  private static Step step(SplittableRandom random) {
    Failure failure =
        switch (random.nextInt(6)) {
          case 0 -> new Failure.Invalid("wrong", "invalid", "");
          case 1 -> new Failure.Overloaded("busy", "busy", random.nextInt(3));
          case 2 -> new Failure.TimedOut("slow", "timeout");
          case 3 -> new Failure.UpstreamFailed("key", "unauthorized", 502, false);
          case 4 -> new Failure.Broken("broken", "broken", true);
          default -> TestingUpstream.DOWN;
        };
    return switch (random.nextInt(6)) {
      case 0 -> new Step.Refuses(failure);
      case 1 -> new Step.Breaks(random.nextInt(3), failure);
      case 2 -> new Step.Hangs();
      default -> new Step.Answers();
    };
  }

  private static void assertNothingIsLeft(TestingFleet fleet) {
    for (UpstreamState state : fleet.pool.states()) {
      assertThat(state.running()).as(state.name()).isZero();
      assertThat(state.pendingTokens()).as(state.name()).isZero();
    }
    for (String name : NAMES) assertThat(fleet.upstream(name).open()).as(name).isZero();
    assertThat(fleet.engine.open()).isZero();
  }

  private static void assertAllComeBack(TestingFleet fleet) throws InterruptedException {
    fleet.clock.addAndGet(300 * SECOND);
    for (String name : NAMES) {
      for (int i = 0; i < 10_000; i++) fleet.upstream(name).skip();
    }
    for (int i = 0; i < 200; i++) {
      fleet.clock.addAndGet(SECOND);
      TestingFleet.read(fleet.start("hello " + i));
    }
    assertThat(fleet.pool.states())
        .filteredOn(state -> !state.name().equals("d"))
        .extracting(UpstreamState::circuit)
        .containsOnly(UpstreamState.Circuit.CLOSED);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void oneCallerAfterTheOther(long seed) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    String lastResort = seed % 2 == 0 ? "" : ", last_resort: small";
    try (TestingFleet fleet = new TestingFleet(POLICY, FLEET.formatted(lastResort))) {
      List<Dispatched> open = new ArrayList<>();
      for (int i = 0; i < 3000; i++) {
        fleet.clock.addAndGet(random.nextLong(SECOND));
        fleet.upstream(NAMES.get(random.nextInt(4))).then(step(random));
        if (random.nextInt(50) == 0)
          fleet.reload(FLEET.formatted(random.nextBoolean() ? lastResort : ""));
        try {
          open.add(fleet.start("hello " + random.nextInt(5)));
        } catch (KedgeException e) {
          // Told to the caller.
        }
        while (open.size() > random.nextInt(8)) {
          end(open.remove(random.nextInt(open.size())), random);
        }
      }
      for (Dispatched answer : open) answer.cancel();
      assertNothingIsLeft(fleet);
      assertAllComeBack(fleet);
    }
  }

  /* Reads some parts, or all, or gives up; a call that hangs is cancelled from another thread. */
  private static void end(Dispatched answer, SplittableRandom random) throws InterruptedException {
    int parts = random.nextInt(5);
    Thread watch = Thread.ofVirtual().unstarted(answer::cancel);
    try {
      String from = "";
      for (int i = 0; i < parts; i++) {
        if (i == 0) watch = cancelSoon(answer);
        AnswerPart part = answer.next();
        if (part instanceof AnswerPart.Text text) {
          if (from.isEmpty()) from = text.text();
          assertThat(text.text()).as("one answer is of one server").isEqualTo(from);
          assertThat(text.text()).isEqualTo(answer.route().answeredBy() + " ");
        }
      }
    } catch (KedgeException e) {
      // Told to the caller.
    } finally {
      watch.interrupt();
      answer.cancel();
    }
  }

  private static Thread cancelSoon(Dispatched answer) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            Thread.sleep(2);
            answer.cancel();
          } catch (InterruptedException e) {
            // The call has ended.
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void manyCallersAtOnce(long seed) throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet(POLICY, FLEET.formatted(", last_resort: small"))) {
      SplittableRandom faults = new SplittableRandom(seed);
      for (String name : NAMES) {
        for (int i = 0; i < 500; i++) fleet.upstream(name).then(step(faults));
      }
      ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
      List<Thread> callers = new ArrayList<>();
      for (int n = 0; n < 8; n++) {
        SplittableRandom random = faults.split();
        callers.add(
            Thread.ofVirtual()
                .start(() -> {
                  for (int i = 0; i < 250; i++) {
                    fleet.clock.addAndGet(random.nextLong(SECOND / 4));
                    try {
                      start(fleet, random).ifPresent(answer -> endQuietly(answer, random, wrong));
                    } catch (RuntimeException | Error e) {
                      wrong.add(e);
                    }
                  }
                }));
      }
      for (Thread caller : callers) caller.join();
      assertThat(wrong).isEmpty();
      assertNothingIsLeft(fleet);
      assertAllComeBack(fleet);
    }
  }

  private static Optional<Dispatched> start(TestingFleet fleet, SplittableRandom random) {
    try {
      return Optional.of(fleet.start("hello " + random.nextInt(5)));
    } catch (KedgeException e) {
      return Optional.empty();
    }
  }

  private static void endQuietly(
      Dispatched answer, SplittableRandom random, ConcurrentLinkedQueue<Throwable> wrong) {
    try {
      end(answer, random);
    } catch (InterruptedException | RuntimeException | Error e) {
      wrong.add(e);
    }
  }
}
