package dev.kedge.backend.upstream.http;

import java.net.URI;

/**
 * Where a server listens.
 *
 * @param path in front of every request's own path: empty, or {@code /v1} and the like
 */
public record HttpTarget(boolean tls, String host, int port, String path) {
  /**
   * From {@code http://host:port/path} or {@code https://…}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static HttpTarget of(URI url) {
    boolean tls = "https".equals(url.getScheme());
    if (!tls && !"http".equals(url.getScheme()))
      throw new IllegalArgumentException("url must begin with http:// or https://");
    String host = url.getHost();
    if (host == null) throw new IllegalArgumentException("url must name a host");
    if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null)
      throw new IllegalArgumentException("url must hold scheme, host, port and path only");
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    while (path.endsWith("/")) path = path.substring(0, path.length() - 1);
    int port = url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
    return new HttpTarget(tls, bare, port, path);
  }

  /** The value of the Host header. */
  String authority() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == (tls ? 443 : 80) ? name : name + ":" + port;
  }
}
