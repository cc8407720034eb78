package dev.kedge.route;

import static dev.kedge.route.TestingFleet.SECOND;
import static dev.kedge.route.TestingFleet.read;
import static dev.kedge.route.TestingUpstream.DOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.route.TestingUpstream.Step;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DispatcherTest {
  private static final String TWO_GROUPS =
      """
      upstreams:
        - {name: a, url: "http://a/v1", models: [{name: m}]}
        - {name: b, url: "http://b/v1", models: [{name: m}]}
      models: [{name: m, upstreams: [[a], [b]]}]
      """;
  private static final String WITH_ENGINE =
      TWO_GROUPS.replace("[b]]}", "[b]], last_resort: small}");
  private static final String ONE =
      "upstreams: [{name: a, url: \"http://a/v1\", models: [{name: m}]}]\n";

  private static void assertNothingRuns(TestingFleet fleet) {
    for (UpstreamState state : fleet.pool.states()) {
      assertThat(state.running()).as(state.name()).isZero();
      assertThat(state.pendingTokens()).as(state.name()).isZero();
    }
    fleet.upstreams.values().forEach(upstream -> assertThat(upstream.open()).isZero());
    assertThat(fleet.engine.open()).isZero();
  }

  @Test
  void theFirstGroupAnswersWhileItCan() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet(TWO_GROUPS)) {
      Dispatched answer = fleet.start("hello");
      assertThat(fleet.state("a").running()).isOne();
      assertThat(fleet.state("a").pendingTokens()).isPositive();
      assertThat(read(answer)).isEqualTo("a a");
      assertThat(answer.route().answeredBy()).isEqualTo("a");
      assertThat(answer.route().attempts()).isOne();
      assertThat(answer.next()).as("the end again").isEqualTo(answer.next());
      assertNothingRuns(fleet);
    }
  }

  @Test
  void aFailureBeforeTheFirstPartIsHiddenByTheNextGroup() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet(TWO_GROUPS)) {
      fleet.upstream("a").then(new Step.Refuses(DOWN), new Step.Breaks(0, DOWN));
      for (int i = 0; i < 2; i++) {
        Dispatched answer = fleet.start("hello");
        assertThat(read(answer)).isEqualTo("b b");
        assertThat(answer.route().reason()).isEqualTo(Route.Reason.FAILOVER);
        assertThat(answer.route().attempts()).isEqualTo(2);
        assertThat(answer.route().failed())
            .isEqualTo(List.of(new Route.Failed("a", "upstream_down")));
      }
      assertNothingRuns(fleet);
    }
  }

  @Test
  void nothingIsRetriedAfterTheFirstPart() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet(WITH_ENGINE)) {
      fleet.upstream("a").then(new Step.Breaks(1, DOWN));
      Dispatched answer = fleet.start("hello");
      answer.next();
      assertThatThrownBy(answer::next).hasMessage("connection refused");
      assertThatThrownBy(answer::next).as("and again").hasMessage("connection refused");
      assertThat(fleet.upstream("b").started()).isZero();
      assertThat(fleet.engine.started()).isZero();
      assertNothingRuns(fleet);
    }
  }

  @Test
  void whatTheCallerDidWrongIsToldAtOnceAndDoesNotCountAgainstTheUpstream() {
    try (TestingFleet fleet = new TestingFleet(WITH_ENGINE)) {
      Failure wrong = new Failure.Invalid("no such tool", "invalid_value", "tools");
      for (int i = 0; i < 20; i++) {
        fleet.upstream("a").then(i % 2 == 0 ? new Step.Refuses(wrong) : new Step.Breaks(0, wrong));
        assertThatThrownBy(() -> read(fleet.start("hello"))).hasMessage("no such tool");
      }
      assertThat(fleet.state("a").circuit()).isEqualTo(UpstreamState.Circuit.CLOSED);
      assertThat(fleet.upstream("b").started()).isZero();
      assertNothingRuns(fleet);
    }
  }

  @Test
  void theEngineIsTheLastResort() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet(WITH_ENGINE)) {
      fleet.upstream("a").then(new Step.Refuses(DOWN));
      fleet.upstream("b").then(new Step.Breaks(0, DOWN));
      Dispatched answer = fleet.start("hello");
      assertThat(read(answer)).isEqualTo("small small");
      assertThat(answer.route().reason()).isEqualTo(Route.Reason.LAST_RESORT);
      assertThat(answer.route().attempts()).isEqualTo(3);
      assertThat(answer.route().upstream()).isEmpty();
      Dispatched direct =
          fleet.dispatcher.start(
              fleet.pool.candidates("small").orElseThrow(),
              Requests.chat("small", "hello"),
              Requests.until(fleet.clock.get() + SECOND));
      assertThat(read(direct)).isEqualTo("small small");
      assertThat(direct.route().reason()).isEqualTo(Route.Reason.ENGINE);
    }
  }

  @Test
  void anUpstreamAloneIsTriedOnceMoreUnlessItAskedToBeLeftAlone() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet(ONE)) {
      fleet.upstream("a").then(new Step.Refuses(DOWN));
      assertThat(read(fleet.start("hello"))).isEqualTo("a a");
      assertThat(fleet.upstream("a").started()).isEqualTo(2);

      Failure busy = new Failure.Overloaded("slow down", "rate_limited", 7);
      fleet.upstream("a").then(new Step.Refuses(busy));
      assertThatThrownBy(() -> fleet.start("hello")).hasMessage("slow down");
      assertThat(fleet.upstream("a").started()).isEqualTo(3);
      assertThatThrownBy(() -> fleet.start("hello"))
          .isInstanceOfSatisfying(
              KedgeException.class,
              e ->
                  assertThat(e.failure())
                      .isInstanceOfSatisfying(
                          Failure.Unavailable.class,
                          failure -> assertThat(failure.retryAfterSeconds()).isEqualTo(7)));
      fleet.clock.addAndGet(7 * SECOND);
      assertThat(read(fleet.start("hello"))).isEqualTo("a a");
      assertNothingRuns(fleet);
    }
  }

  @Test
  void attemptsOfOneCallAreBounded() {
    try (TestingFleet fleet = new TestingFleet(TWO_GROUPS)) {
      for (String name : List.of("a", "b")) {
        for (int i = 0; i < 9; i++) fleet.upstream(name).then(new Step.Refuses(DOWN));
      }
      assertThatThrownBy(() -> fleet.start("hello")).hasMessage("connection refused");
      assertThat(fleet.upstream("a").started() + fleet.upstream("b").started()).isEqualTo(3);
    }
  }

  @Test
  void aBrokenFleetGetsHardlyMoreCallsThanAWellOne() {
    RetryPolicy policy = new RetryPolicy(3, 0.1, 5, Duration.ZERO);
    String neverOpen =
        TWO_GROUPS.replace(
            "models: [{name: m}]}",
            "models: [{name: m}], breaker: {failures: 100000, least_calls: 100000}}");
    try (TestingFleet fleet = new TestingFleet(policy, neverOpen)) {
      for (int i = 0; i < 1000; i++) {
        for (int j = 0; j < 2; j++) {
          fleet.upstream("a").then(new Step.Refuses(DOWN));
          fleet.upstream("b").then(new Step.Refuses(DOWN));
        }
        assertThatThrownBy(() -> fleet.start("hello")).hasMessage("connection refused");
      }
      int calls = fleet.upstream("a").started() + fleet.upstream("b").started();
      assertThat(calls).isBetween(1050, 1106);
    }
  }

  @Test
  void nothingIsRetriedAfterTheDeadline() {
    try (TestingFleet fleet = new TestingFleet(WITH_ENGINE)) {
      fleet.upstream("a").then(new Step.Breaks(0, DOWN));
      Dispatched answer = fleet.start("hello");
      fleet.clock.addAndGet(601 * SECOND);
      assertThatThrownBy(answer::next).hasMessage("connection refused");
      assertThat(fleet.upstream("b").started()).isZero();
      assertNothingRuns(fleet);
    }
  }

  @Test
  void cancelEndsACallThatWaitsForItsFirstPartAndIsNotRetried() throws Exception {
    try (TestingFleet fleet = new TestingFleet(WITH_ENGINE)) {
      fleet.upstream("a").then(new Step.Hangs());
      Dispatched answer = fleet.start("hello");
      Thread canceller = Thread.ofVirtual().start(answer::cancel);
      assertThatThrownBy(answer::next).hasMessage("cancelled");
      canceller.join();
      answer.cancel();
      assertThat(fleet.upstream("b").started()).isZero();
      assertThat(fleet.state("a").circuit()).isEqualTo(UpstreamState.Circuit.CLOSED);
      assertNothingRuns(fleet);
    }
  }

  @Test
  void aCallThatNobodyReadsAnyMoreIsEndedAfterItsDeadline() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet(TWO_GROUPS)) {
      fleet.start("hello");
      fleet.start("hello").next();
      fleet.clock.addAndGet(605 * SECOND);
      fleet.pool.refresh();
      assertThat(fleet.state("a").running()).as("within the grace").isEqualTo(2);
      fleet.clock.addAndGet(6 * SECOND);
      fleet.pool.refresh();
      assertNothingRuns(fleet);
    }
  }

  @Test
  void aFullUpstreamIsPassedOver() throws InterruptedException {
    String narrow = TWO_GROUPS.replaceFirst("models", "limits: {concurrency: 1}, models");
    try (TestingFleet fleet = new TestingFleet(narrow)) {
      Dispatched first = fleet.start("hello");
      Dispatched second = fleet.start("hello");
      assertThat(read(second)).isEqualTo("b b");
      assertThat(second.route().reason()).isEqualTo(Route.Reason.FAILOVER);
      assertThat(read(first)).isEqualTo("a a");
      assertThat(read(fleet.start("hello"))).isEqualTo("a a");
      assertNothingRuns(fleet);
    }
  }

  @Test
  void anUpstreamThatFailsIsLeftAloneAndTriedAgainWithOneCall() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet(TWO_GROUPS)) {
      for (int i = 0; i < 5; i++) {
        fleet.upstream("a").then(new Step.Refuses(DOWN));
        assertThat(read(fleet.start("hello"))).isEqualTo("b b");
      }
      assertThat(fleet.state("a").circuit()).isEqualTo(UpstreamState.Circuit.OPEN);
      assertThat(read(fleet.start("hello"))).isEqualTo("b b");
      assertThat(fleet.upstream("a").started()).isEqualTo(5);
      fleet.clock.addAndGet(5 * SECOND);
      Dispatched trial = fleet.start("hello");
      assertThat(read(fleet.start("hello"))).as("one trial at a time").isEqualTo("b b");
      assertThat(read(trial)).isEqualTo("a a");
      assertThat(fleet.state("a").circuit()).isEqualTo(UpstreamState.Circuit.CLOSED);
      assertThat(read(fleet.start("hello"))).isEqualTo("a a");
      assertNothingRuns(fleet);
    }
  }

  @Test
  void whereNobodyCanTakeTheCallItIsRefusedWithATime() {
    try (TestingFleet fleet = new TestingFleet(ONE)) {
      for (int i = 0; i < 5; i++) fleet.upstream("a").then(new Step.Refuses(DOWN));
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> fleet.start("hello")).isInstanceOf(KedgeException.class);
      }
      assertThatThrownBy(() -> fleet.start("hello"))
          .hasMessage("no upstream of the model 'm' can take the call now; try again in 5 s");
    }
  }
}
