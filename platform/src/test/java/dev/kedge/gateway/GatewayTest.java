package dev.kedge.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.backend.Answer;
import dev.kedge.backend.Backend;
import dev.kedge.backend.TestingBackend;
import dev.kedge.base.KedgeException;
import dev.kedge.call.Api;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.Settings;
import dev.kedge.call.Source;
import dev.kedge.call.TextInput;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class GatewayTest {
  private static final Settings PLAIN =
      new Settings(
          OptionalInt.empty(),
          OptionalDouble.empty(),
          OptionalInt.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalLong.empty(),
          List.of(),
          1,
          -1,
          false);
  private static final CompletionRequest HANG =
      new CompletionRequest(
          "testing",
          List.of(new TextInput.Text("hang")),
          PLAIN,
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
}
