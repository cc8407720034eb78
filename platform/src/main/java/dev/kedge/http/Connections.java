package dev.kedge.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Gives each HTTP/1.1 connection its {@link ClientLink} and sweeps over all of them: some tens of
 * microseconds for a thousand, instead of timers and threads for each call.
 */
final class Connections implements ServerConnectionSelector, AutoCloseable {
  private static final Duration SWEEP = Duration.ofMillis(50);

  private final Http1ConnectionSelector http1;
  private final HttpOptions options;
  private final Set<ClientLink> links = ConcurrentHashMap.newKeySet();
  private final Thread sweeper;

  Connections(Http1Config config, HttpOptions options) {
    this.http1 = Http1ConnectionSelector.builder().config(config).build();
    this.options = options;
    this.sweeper = Thread.ofVirtual().name("kedge-sweeper").start(this::sweep);
  }

  private void sweep() {
    try {
      while (true) {
        TimeUnit.NANOSECONDS.sleep(SWEEP.toNanos());
        long now = System.nanoTime();
        links.forEach(link -> link.sweep(now));
      }
    } catch (InterruptedException _) {
      /* The server closes. */
    }
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http1.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http1.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http1.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    ClientLink link = new ClientLink(context.serverSocket(), options);
    ServerConnection connection = http1.connection(new LinkedContext(context, link));
    links.add(link);
    return new LinkedConnection(connection, link, links);
  }

  @Override
  public void close() {
    sweeper.interrupt();
  }
}
