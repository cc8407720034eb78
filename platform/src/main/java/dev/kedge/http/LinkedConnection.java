package dev.kedge.http;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;
import java.util.Set;

/** A connection of the library whose handlers find their {@link ClientLink}. */
final class LinkedConnection implements ServerConnection {
  private final ServerConnection connection;
  private final ClientLink link;
  private final Set<ClientLink> links;

  LinkedConnection(ServerConnection connection, ClientLink link, Set<ClientLink> links) {
    this.connection = connection;
    this.link = link;
    this.links = links;
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    try {
      ScopedValue.where(ClientLink.CURRENT, link)
          .<Void, InterruptedException>call(() -> {
            connection.handle(limit);
            return null;
          });
    } finally {
      links.remove(link);
    }
  }

  @Override
  public Duration idleTime() {
    return connection.idleTime();
  }

  @Override
  public void close(boolean interrupt) {
    connection.close(interrupt);
  }
}
