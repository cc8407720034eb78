package dev.kedge.http;

import dev.kedge.config.ServerSection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the HTTP surface listens.
 *
 * @param host address to listen on
 * @param port 0 takes any free one
 * @param maxBodyBytes longest request body
 * @param maxConnections open connections; more wait until one closes
 * @param readTimeout time for a request to arrive completely, from its first byte
 * @param writeTimeout time for one write to get through
 * @param idleTimeout time between two requests of a connection
 * @param keepAlive time without an event after which a stream gets a comment line
 * @param names under which callers know this server, besides those of this machine
 * @param keyed whether every call needs a key; if not, and the address is loopback, requests for
 *     other hosts are refused
 * @param tls certificate and key; plain HTTP without
 */
public record HttpOptions(
    String host,
    int port,
    int maxBodyBytes,
    int maxConnections,
    Duration readTimeout,
    Duration writeTimeout,
    Duration idleTimeout,
    Duration keepAlive,
    Set<String> names,
    boolean keyed,
    Optional<ServerSection.Tls> tls) {
  /** Loopback, port 8080, bodies up to 1 MiB. */
  public static HttpOptions defaults() {
    return new HttpOptions(
        "127.0.0.1",
        8080,
        1 << 20,
        512,
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        Duration.ofSeconds(75),
        Duration.ofSeconds(5),
        Set.of(),
        false,
        Optional.empty());
  }

  public HttpOptions {
    if (port < 0 || port > 65_535)
      throw new IllegalArgumentException("port must be from 0 to 65535, not " + port);
    if (maxBodyBytes < 1 || maxConnections < 1)
      throw new IllegalArgumentException("limits must be 1 or more");
    names =
        names.stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * As a configuration says.
   *
   * @param keyed whether every call needs a key
   * @param folder to which its paths are relative
   */
  public static HttpOptions of(ServerSection section, boolean keyed, Path folder) {
    HttpOptions defaults = defaults();
    return new HttpOptions(
        section.host(),
        section.port(),
        section.maxBodyBytes(),
        section.maxConnections(),
        defaults.readTimeout,
        defaults.writeTimeout,
        defaults.idleTimeout,
        defaults.keepAlive,
        Set.copyOf(section.names()),
        keyed,
        section
            .tls()
            .map(tls ->
                new ServerSection.Tls(
                    folder.resolve(tls.certificate()), folder.resolve(tls.key()))));
  }

  /** The same at another place. */
  public HttpOptions at(String host, int port) {
    return new HttpOptions(
        host,
        port,
        maxBodyBytes,
        maxConnections,
        readTimeout,
        writeTimeout,
        idleTimeout,
        keepAlive,
        names,
        keyed,
        tls);
  }
}
