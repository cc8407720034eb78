package dev.kedge.route;

import static dev.kedge.route.TestingFleet.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.route.TestingUpstream.Step;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PoolTest {
  private static final String A = "  - {name: a, url: \"http://a/v1\", models: [{name: m}]}\n";
  private static final String B = "  - {name: b, url: \"http://b/v1\", models: [{name: m}]}\n";
  private static final String PROBED =
      "upstreams:\n"
          + (A + B).replace("models", "kind: vllm, health: {failures: 2}, models")
          + "models: [{name: m, upstreams: [[a], [b]]}]\n";

  @Test
  void aReloadKeepsWhatDidNotChangeAndDrainsWhatIsGone() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet("upstreams:\n" + A)) {
      fleet.upstream("a").then(new Step.Refuses(TestingUpstream.DOWN));
      Dispatched running = fleet.start("hello");
      running.next();
      TestingUpstream a = fleet.upstream("a");
      fleet.reload("upstreams:\n" + A + B);
      assertThat(fleet.upstream("a")).isSameAs(a);
      assertThat(fleet.state("a").running()).as("kept its count").isOne();

      fleet.reload("upstreams:\n" + B);
      assertThat(fleet.state("a").draining()).isTrue();
      assertThat(a.isClosed()).isFalse();
      for (int i = 0; i < 5; i++) assertThat(read(fleet.start("hello"))).isEqualTo("b b");
      assertThat(read(running)).as("the running stream goes on").isEqualTo("a");
      assertThat(a.isClosed()).isTrue();
      assertThat(fleet.pool.states()).extracting(UpstreamState::name).containsExactly("b");
    }
  }

  @Test
  void aChangedUpstreamStartsAnewWhileItsCallsFinish() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet("upstreams:\n" + A)) {
      Dispatched running = fleet.start("hello");
      fleet.reload("upstreams:\n" + A.replace("http://a", "http://a2"));
      assertThat(fleet.pool.states())
          .extracting(UpstreamState::draining)
          .containsExactly(false, true);
      assertThat(read(fleet.start("hello"))).isEqualTo("a a");
      assertThat(read(running)).isEqualTo("a a");
      assertThat(fleet.pool.states()).hasSize(1);
    }
  }

  @Test
  void aWrongConfigurationChangesNothing() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet("upstreams:\n" + A)) {
      assertThatThrownBy(
              () -> fleet.reload("upstreams:\n" + B + "models: [{name: m, upstreams: [[bb]]}]\n"))
          .isInstanceOf(KedgeException.class)
          .hasMessageContaining("unknown upstream 'bb'");
      assertThat(read(fleet.start("hello"))).isEqualTo("a a");
    }
  }

  @Test
  void aModelWithoutASectionIsServedByAllThatHaveItAndTheEngine() {
    try (TestingFleet fleet =
        new TestingFleet("upstreams:\n" + A + B.replace("name: m", "name: small"))) {
      Candidates small = fleet.pool.candidates("small").orElseThrow();
      assertThat(small.groups()).hasSize(1);
      assertThat(small.groups().getFirst()).extracting(Replica::name).isEqualTo(List.of("b"));
      assertThat(small.lastResort()).isPresent();
      assertThat(fleet.pool.candidates("m").orElseThrow().lastResort()).isEmpty();
      assertThat(fleet.pool.candidates("other")).isEmpty();
      assertThat(fleet.pool.models()).containsExactlyInAnyOrder("m", "small");
    }
  }

  @Test
  void probesTakeAnUpstreamOutAndBringItBack() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet(PROBED)) {
      fleet.pages.put("a/health", "");
      fleet.pages.put("b/health", "");
      fleet.pool.refresh();
      assertThat(read(fleet.start("hello"))).isEqualTo("a a");
      fleet.pages.remove("a/health");
      fleet.pool.refresh();
      assertThat(read(fleet.start("hello"))).as("once is not enough").isEqualTo("a a");
      fleet.pool.refresh();
      assertThat(fleet.state("a").up()).isFalse();
      assertThat(read(fleet.start("hello"))).isEqualTo("b b");
      fleet.pages.put("a/health", "");
      fleet.pool.refresh();
      assertThat(read(fleet.start("hello"))).isEqualTo("a a");
    }
  }

  @Test
  void whereAllProbesFailUpstreamsAreAskedAllTheSame() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet(PROBED)) {
      fleet.pool.refresh();
      fleet.pool.refresh();
      assertThat(fleet.pool.states()).extracting(UpstreamState::up).containsExactly(false, false);
      assertThat(read(fleet.start("hello"))).isEqualTo("a a");
      fleet.reload(PROBED.replace("[b]]}", "[b]], last_resort: small}"));
      assertThat(read(fleet.start("hello")))
          .as("but not before the engine")
          .isEqualTo("small small");
    }
  }

  @Test
  void watchingProbesInTheBackgroundUntilThePoolIsClosed() throws InterruptedException {
    String fast = PROBED.replace("failures: 2", "failures: 2, interval: 1ms");
    TestingFleet fleet = new TestingFleet(fast);
    fleet.pool.watch();
    while (fleet.state("a").up()) Thread.sleep(1);
    fleet.pages.put("a/health", "");
    while (!fleet.state("a").up()) Thread.sleep(1);
    Dispatched running = fleet.start("hello");
    fleet.close();
    assertThat(fleet.upstream("a").open()).as("closing ends running calls").isZero();
    assertThatThrownBy(running::next).isInstanceOf(KedgeException.class);
    assertThat(fleet.pool.states()).isEmpty();
    assertThatThrownBy(() -> fleet.reload(fast)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void reloadsWhileCallsRunDropNone() throws InterruptedException {
    try (TestingFleet fleet =
        new TestingFleet(new RetryPolicy(3, 1, 1000, Duration.ZERO), "upstreams:\n" + A + B)) {
      AtomicInteger answered = new AtomicInteger();
      AtomicInteger refused = new AtomicInteger();
      List<Thread> callers =
          java.util.stream.IntStream.range(0, 8)
              .mapToObj(n ->
                  Thread.ofVirtual()
                      .start(() -> {
                        for (int i = 0; i < 500; i++) {
                          try {
                            read(fleet.start("hello " + n));
                            answered.incrementAndGet();
                          } catch (KedgeException | InterruptedException e) {
                            refused.incrementAndGet();
                          }
                        }
                      }))
              .toList();
      for (int i = 0; i < 200; i++) {
        fleet.reload("upstreams:\n" + (i % 2 == 0 ? B : A + B));
        Thread.sleep(1);
      }
      for (Thread caller : callers) caller.join();
      assertThat(refused).hasValue(0);
      assertThat(answered).hasValue(4000);
      assertThat(fleet.pool.states()).extracting(UpstreamState::running).containsOnly(0);
      assertThat(fleet.pool.states()).extracting(UpstreamState::draining).containsOnly(false);
    }
  }
}
