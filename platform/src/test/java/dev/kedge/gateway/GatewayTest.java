package dev.kedge.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.backend.Answer;
import dev.kedge.backend.Backend;
import dev.kedge.backend.Call;
import dev.kedge.backend.TestingBackend;
import dev.kedge.base.KedgeException;
import dev.kedge.wire.CompletionRequest;
import dev.kedge.wire.RequestReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class GatewayTest {
  private static final CompletionRequest HANG =
      RequestReader.completion(
          "{\"model\":\"testing\",\"prompt\":\"hang\"}".getBytes(StandardCharsets.UTF_8));

  /** Closes its gateway between the check of a call and its start. */
  private static final class ClosingBackend implements Backend {
    private final TestingBackend backend = new TestingBackend(1);
    private Runnable close = () -> {};

    @Override
    public String model() {
      return backend.model();
    }

    @Override
    public Answer start(Call call) {
      close.run();
      return backend.start(call);
    }
  }

  @Test
  void aCallThatComesWhileTheGatewayClosesIsToldSoAndKeepsNoPlace() {
    ClosingBackend backend = new ClosingBackend();
    RandomGenerator constant = () -> 1;
    Gateway gateway =
        new Gateway(
            List.of(backend), InstantSource.fixed(Instant.EPOCH), constant, Duration.ofMinutes(1));
    backend.close = gateway::close;
    assertThatThrownBy(
            () -> {
              try (Exchange exchange = gateway.open(HANG)) {
                exchange.next(0);
              }
            })
        .isInstanceOfSatisfying(
            KedgeException.class, e -> assertThat(e.failure().code()).isEqualTo("shutting_down"));
    assertThat(backend.backend.taken()).isZero();
  }
}
