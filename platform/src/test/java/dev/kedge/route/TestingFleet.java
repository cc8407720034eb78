package dev.kedge.route;

import dev.kedge.backend.Backend;
import dev.kedge.call.AnswerPart;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.UpstreamSection;
import dev.kedge.config.Upstreams;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A pool and dispatcher over upstreams that do as they are told, with a clock set by hand. */
final class TestingFleet implements AutoCloseable {
  static final long SECOND = 1_000_000_000L;

  final AtomicLong clock = new AtomicLong(-5 * SECOND);
  final Map<String, TestingUpstream> upstreams = new ConcurrentHashMap<>();
  final Map<String, String> pages = new ConcurrentHashMap<>();
  final TestingUpstream engine = new TestingUpstream("small");
  final Pool pool;
  final Dispatcher dispatcher;

  TestingFleet(RetryPolicy policy, String yaml) {
    Balancer balancer = new Balancer(1 << 10, 1);
    pool =
        new Pool(
            Map.<String, Backend>of("small", engine),
            this::connect,
            this::page,
            balancer,
            clock::get);
    dispatcher = new Dispatcher(balancer, policy, clock::get);
    reload(yaml);
  }

  TestingFleet(String yaml) {
    this(new RetryPolicy(3, 0.2, 32, Duration.ZERO), yaml);
  }

  private Backend connect(UpstreamSection section) {
    return upstreams.compute(
        section.name(),
        (name, old) -> old == null || old.isClosed() ? new TestingUpstream(name) : old);
  }

  private byte[] page(UpstreamSection section, URI address, Duration timeout) throws IOException {
    String page = pages.get(section.name() + address.getPath());
    if (page == null) throw new IOException("status 503");
    return page.getBytes(StandardCharsets.UTF_8);
  }

  /** Reads {@code upstreams} and {@code models}; names alone stand for upstreams of model m. */
  void reload(String yaml) {
    pool.reload(ConfigFile.parse(yaml, "kedge.yaml", Upstreams.class));
  }

  TestingUpstream upstream(String name) {
    return upstreams.computeIfAbsent(name, TestingUpstream::new);
  }

  Dispatched start(String... texts) {
    return dispatcher.start(
        pool.candidates("m").orElseThrow(),
        Requests.chat("m", texts),
        Requests.until(clock.get() + 600 * SECOND));
  }

  UpstreamState state(String name) {
    return pool.states().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  /** Reads to the end and tells the words. */
  static String read(Dispatched answer) throws InterruptedException {
    StringBuilder words = new StringBuilder();
    while (true) {
      switch (answer.next()) {
        case AnswerPart.Text text -> words.append(text.text());
        case AnswerPart.End _ -> {
          return words.toString().strip();
        }
        case AnswerPart other -> throw new AssertionError(other);
      }
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
