package dev.kedge.gateway;

import dev.kedge.access.Principal;
import dev.kedge.backend.Backend;
import dev.kedge.base.TokenPrice;
import dev.kedge.config.Tenant;
import dev.kedge.config.Upstreams;
import dev.kedge.limit.Rates;
import dev.kedge.observe.CallLog;
import dev.kedge.observe.Metrics;
import dev.kedge.route.Balancer;
import dev.kedge.route.Dispatcher;
import dev.kedge.route.Pool;
import dev.kedge.route.RetryPolicy;
import dev.kedge.usage.Meter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A gateway in front of one backend of this process, without keys and store. */
public final class TestingGateway {
  private TestingGateway() {}

  public static Gateway of(
      Backend backend, InstantSource clock, RandomGenerator random, Duration longest) {
    return of(backend, clock, random, longest, Optional.empty());
  }

  /** The same with records of what was answered. */
  public static Gateway of(
      Backend backend,
      InstantSource clock,
      RandomGenerator random,
      Duration longest,
      Optional<Meter> meter) {
    Balancer balancer = new Balancer(1 << 10, 1);
    Pool pool =
        new Pool(
            Map.of(backend.name(), backend),
            section -> {
              throw new IllegalStateException("no upstreams here");
            },
            (upstream, address, timeout) -> {
              throw new IOException("no pages here");
            },
            balancer,
            System::nanoTime);
    Principal anybody = Principal.anonymous(Tenant.plain("default"));
    Gateway gateway =
        new Gateway(
            new GatewayParts(
                _ -> anybody,
                new Rates(System::nanoTime, 100),
                Optional.empty(),
                pool,
                new Dispatcher(balancer, RetryPolicy.DEFAULT, System::nanoTime),
                new Metrics(),
                meter,
                Optional.empty(),
                Optional.empty(),
                new CallLog(false),
                Map.of(backend.name(), new GatewayParts.EngineFacts(TokenPrice.FREE, 0, "", 1_024)),
                clock,
                random,
                longest));
    try {
      gateway.reload(new Upstreams(List.of(), List.of()), Path.of("."));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return gateway;
  }
}
