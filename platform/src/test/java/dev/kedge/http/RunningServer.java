package dev.kedge.http;

import dev.kedge.backend.TestingBackend;
import dev.kedge.gateway.Gateway;
import dev.kedge.gateway.TestingGateway;
import dev.kedge.observe.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** A server over a {@link TestingBackend} with a client for it. */
final class RunningServer implements AutoCloseable {
  final TestingBackend backend;
  final Gateway gateway;
  final HttpServer server;
  final Client client;

  RunningServer(int places, Duration deadline, HttpOptions options) {
    backend = new TestingBackend(places);
    AtomicLong random = new AtomicLong(100);
    RandomGenerator counting = random::incrementAndGet;
    gateway =
        TestingGateway.of(
            backend, InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000)), counting, deadline);
    server =
        HttpServer.start(
            options, gateway, Optional.of(new Metrics()), () -> true, Optional.empty());
    client = new Client(server);
  }

  RunningServer(int places) {
    this(places, Duration.ofMinutes(1), options(Duration.ofSeconds(20), Duration.ofSeconds(20)));
  }

  static HttpOptions options(Duration readTimeout, Duration keepAlive) {
    return new HttpOptions(
        "127.0.0.1",
        0,
        1 << 20,
        64,
        readTimeout,
        readTimeout,
        readTimeout,
        keepAlive,
        java.util.Set.of("kedge.example"),
        false,
        Optional.empty());
  }

  @Override
  public void close() {
    client.close();
    gateway.close();
    server.close();
  }
}
