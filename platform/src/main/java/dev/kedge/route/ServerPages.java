package dev.kedge.route;

import dev.kedge.config.UpstreamSection;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Small pages of upstream servers: health and metrics. Thread-safe. */
public interface ServerPages {
  /**
   * Reads a page.
   *
   * @param timeout for all of it
   * @return its body, at most a few MiB
   * @throws IOException if it does not come in time, is too large, or its status is not 2xx
   */
  byte[] read(UpstreamSection upstream, URI address, Duration timeout)
      throws IOException, InterruptedException;
}
