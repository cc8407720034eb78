package dev.kedge.route;

import static dev.kedge.route.TestingFleet.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.config.BreakerSection;
import dev.kedge.route.UpstreamState.Circuit;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BreakerTest {
  private static final BreakerSection SECTION =
      new BreakerSection(
          5, 0.5, Duration.ofSeconds(30), 20, Duration.ofSeconds(5), Duration.ofSeconds(40));

  private long now = -100 * SECOND;
  private final Breaker breaker = new Breaker(SECTION, now);

  private Breaker.Pass pass() {
    return Objects.requireNonNull(breaker.tryPass(now), "the breaker lets nothing pass");
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) breaker.failed(pass(), now);
  }

  private void succeed(int times) {
    for (int i = 0; i < times; i++) breaker.succeeded(pass(), now);
  }

  @Test
  void failuresInARowOpenIt() {
    fail(4);
    succeed(1);
    fail(4);
    assertThat(breaker.state()).isEqualTo(Circuit.CLOSED);
    fail(1);
    assertThat(breaker.state()).isEqualTo(Circuit.OPEN);
    assertThat(breaker.tryPass(now)).isNull();
    assertThat(breaker.waitNanos(now)).isEqualTo(5 * SECOND);
  }

  @Test
  void tooLargeAShareOfFailuresOpensItOnceThereAreEnoughCalls() {
    for (int i = 0; i < 9; i++) {
      fail(1);
      succeed(1);
    }
    assertThat(breaker.state()).isEqualTo(Circuit.CLOSED);
    fail(1);
    succeed(1);
    fail(1);
    assertThat(breaker.state()).isEqualTo(Circuit.OPEN);
  }

  @Test
  void whatIsOlderThanTheWindowDoesNotCount() {
    for (int i = 0; i < 9; i++) {
      fail(1);
      succeed(1);
    }
    now += 31 * SECOND;
    fail(1);
    succeed(1);
    fail(1);
    assertThat(breaker.state()).isEqualTo(Circuit.CLOSED);
  }

  @Test
  void onePassesAsTrialAndItsFirstPartClosesTheCircuit() {
    fail(5);
    now += 5 * SECOND;
    Breaker.Pass trial = pass();
    assertThat(breaker.state()).isEqualTo(Circuit.HALF_OPEN);
    assertThat(breaker.tryPass(now)).isNull();
    breaker.answered(trial);
    assertThat(breaker.state()).isEqualTo(Circuit.CLOSED);
    breaker.failed(trial, now);
    fail(3);
    assertThat(breaker.state())
        .as("the trial's own end counts like any other")
        .isEqualTo(Circuit.CLOSED);
    fail(1);
    assertThat(breaker.state()).isEqualTo(Circuit.OPEN);
  }

  @Test
  void aFailedTrialDoublesThePauseUpToABound() {
    fail(5);
    for (long pause : new long[] {5, 10, 20, 40, 40}) {
      assertThat(breaker.waitNanos(now)).isEqualTo(pause * SECOND);
      now += pause * SECOND;
      fail(1);
    }
  }

  @Test
  void aTrialThatIsGivenUpLeavesRoomForAnother() {
    fail(5);
    now += 5 * SECOND;
    breaker.ignored(pass());
    Breaker.Pass second = pass();
    assertThat(breaker.tryPass(now)).isNull();
    breaker.succeeded(second, now);
    assertThat(breaker.state()).isEqualTo(Circuit.CLOSED);
  }

  @Test
  void stragglersOfABrokenTimeSayNothingAboutAMendedServer() {
    Deque<Breaker.Pass> stragglers = new ArrayDeque<>();
    for (int i = 0; i < 50; i++) stragglers.add(pass());
    fail(5);
    now += 5 * SECOND;
    Breaker.Pass trial = pass();
    stragglers.forEach(pass -> breaker.failed(pass, now));
    assertThat(breaker.state()).isEqualTo(Circuit.HALF_OPEN);
    breaker.succeeded(trial, now);
    stragglers.forEach(pass -> breaker.failed(pass, now));
    assertThat(breaker.state()).isEqualTo(Circuit.CLOSED);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whateverHappensItNeverStaysShut(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Deque<Breaker.Pass> running = new ArrayDeque<>();
    for (int i = 0; i < 20_000; i++) {
      now += random.nextLong(SECOND);
      Breaker.Pass pass = breaker.tryPass(now);
      if (pass != null) running.add(pass);
      while (!running.isEmpty() && random.nextInt(3) > 0) {
        Breaker.Pass ended = random.nextBoolean() ? running.removeFirst() : running.removeLast();
        switch (random.nextInt(4)) {
          case 0 -> breaker.succeeded(ended, now);
          case 1 -> breaker.ignored(ended);
          default -> breaker.failed(ended, now);
        }
      }
    }
    running.forEach(breaker::ignored);
    now += 41 * SECOND;
    succeed(1);
    assertThat(breaker.state()).isEqualTo(Circuit.CLOSED);
  }
}
