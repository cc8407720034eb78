package dev.kedge.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.backend.Answer;
import dev.kedge.backend.Backend;
import dev.kedge.backend.TestingBackend;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.Api;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.Settings;
import dev.kedge.call.Source;
import dev.kedge.call.TextInput;
import dev.kedge.usage.Meter;
import dev.kedge.usage.MeterOptions;
import dev.kedge.usage.UsageSink;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

class GatewayTest {
  private static final CompletionRequest HANG =
      new CompletionRequest(
          "testing",
          List.of(new TextInput.Text("hang")),
          Settings.UNSET,
          false,
          false,
          new Source(Api.COMPLETIONS, JsonNodeFactory.instance.objectNode()));

  /** Closes its gateway between the check of a call and its start. */
  private static final class ClosingBackend implements Backend {
    private final TestingBackend backend = new TestingBackend(1);
    private Runnable close = () -> {};

    @Override
    public String name() {
      return backend.name();
    }

    @Override
    public Answer start(ApiRequest request, CallContext context) {
      close.run();
      return backend.start(request, context);
    }
  }

  @Test
  void aCallThatComesWhileTheGatewayClosesIsToldSoAndKeepsNoPlace() {
    ClosingBackend backend = new ClosingBackend();
    RandomGenerator constant = () -> 1;
    Gateway gateway =
        TestingGateway.of(
            backend, InstantSource.fixed(Instant.EPOCH), constant, Duration.ofMinutes(1));
    backend.close = gateway::close;
    assertThatThrownBy(
            () -> {
              try (Exchange exchange = gateway.open(HANG, Caller.ANONYMOUS)) {
                exchange.next();
              }
            })
        .isInstanceOfSatisfying(
            KedgeException.class, e -> assertThat(e.failure().code()).isEqualTo("shutting_down"));
    assertThat(backend.backend.taken()).isZero();
  }

  private static CompletionRequest say(String text) {
    return new CompletionRequest(
        "testing",
        List.of(new TextInput.Text("say " + text)),
        Settings.UNSET,
        false,
        false,
        HANG.source());
  }

  private static void call(Gateway gateway) throws InterruptedException {
    try (Exchange exchange = gateway.open(say("a"), Caller.ANONYMOUS)) {
      while (!(exchange.next() instanceof AnswerPart.End)) {}
    }
  }

  private static String named(Gateway gateway, String key) throws InterruptedException {
    try (OpenCall call = gateway.open(say("a"), Caller.ANONYMOUS, new CallName(key, "same"))) {
      while (!(call.next() instanceof AnswerPart.End)) {}
      return call.id() + " " + call.headers().getOrDefault("x-kedge-repeated", "");
    }
  }

  @Test
  void anAnswerToANamedCallIsKeptForAnHourAndNotWithoutBound() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    try (Gateway gateway =
        TestingGateway.of(
            new TestingBackend(4), now::get, new SplittableRandom(1), Duration.ofMinutes(1))) {
      String first = named(gateway, "one").strip();
      now.set(Instant.EPOCH.plus(Duration.ofMinutes(59)));
      assertThat(named(gateway, "one")).isEqualTo(first + " true");
      now.set(Instant.EPOCH.plus(Duration.ofMinutes(62)));
      String second = named(gateway, "one").strip();
      assertThat(second).isNotEqualTo(first).doesNotEndWith("true");
      // As many others as fit push it out.
      for (int i = 0; i < 10_000; i++) named(gateway, "other-" + i);
      assertThat(named(gateway, "one").strip()).isNotEqualTo(second);
      assertThat(named(gateway, "other-9999")).endsWith(" true");
    }
  }

  /** Small enough to be full after a few records. */
  private static final MeterOptions NARROW =
      new MeterOptions(
          500, 1_000, Duration.ofMillis(5), Duration.ofMillis(5), 16, Duration.ofSeconds(5));

  @Test
  void whileRecordsWaitNewCallsAreRefusedAndNoneIsLost(@TempDir Path folder) throws Exception {
    Semaphore store = new Semaphore(0);
    AtomicInteger stored = new AtomicInteger();
    UsageSink sink =
        batch -> {
          store.acquireUninterruptibly();
          stored.addAndGet(batch.size());
          store.release();
        };
    AtomicInteger answered = new AtomicInteger();
    AtomicBoolean enough = new AtomicBoolean();
    try (Meter meter = Meter.open(folder, sink, NARROW);
        Gateway gateway =
            TestingGateway.of(
                new TestingBackend(4),
                InstantSource.system(),
                new SplittableRandom(1),
                Duration.ofMinutes(1),
                Optional.of(meter))) {
      Thread caller =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (!enough.get()) {
                    call(gateway);
                    answered.incrementAndGet();
                  }
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      while (!meter.stalled()) Thread.sleep(1);
      assertThatThrownBy(() -> gateway.open(say("a"), Caller.ANONYMOUS))
          .isInstanceOfSatisfying(
              KedgeException.class,
              e ->
                  assertThat(e.failure())
                      .isInstanceOfSatisfying(
                          Failure.Unavailable.class,
                          refusal -> {
                            assertThat(refusal.code()).isEqualTo("metering_stalled");
                            assertThat(refusal.retryAfterSeconds()).isPositive();
                          }));
      enough.set(true);
      store.release();
      assertThat(caller.join(Duration.ofSeconds(10))).isTrue();
      while (meter.stalled()) Thread.sleep(1);
      call(gateway);
      answered.incrementAndGet();
    }
    assertThat(stored.get()).isEqualTo(answered.get()).isGreaterThan(2);
  }
}
