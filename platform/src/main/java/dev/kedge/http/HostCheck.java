package dev.kedge.http;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import java.util.Locale;
import java.util.Set;

/**
 * Refuses requests that were meant for another host. A web page can make a browser resolve the
 * page's own name to this machine (DNS rebinding) and then read answers as if they were the page's;
 * the name in the {@code Host} header gives it away. Where callers need keys, such a page gets
 * nothing and every name is taken.
 */
final class HostCheck {
  private final boolean open;
  private final Set<String> names;

  HostCheck(HttpOptions options) {
    this.open = options.keyed() || !isLoopback(options.host().toLowerCase(Locale.ROOT));
    this.names = options.names();
  }

  /**
   * Looks at the header.
   *
   * @param header its value, empty where it is missing, which no browser does
   * @throws KedgeException Forbidden for the name of another host
   */
  void check(String header) {
    if (open || header.isEmpty()) return;
    String host = withoutPort(header).toLowerCase(Locale.ROOT);
    if (isLoopback(host) || names.contains(host)) return;
    throw new KedgeException(
        new Failure.Forbidden(
            "this server without keys answers only under the names of this machine; call it as"
                + " 'localhost', or add the name in the 'Host' header to server.names",
            "host_not_allowed"));
  }

  private static String withoutPort(String header) {
    int bracket = header.lastIndexOf(']');
    int colon = header.indexOf(':', Math.max(0, bracket));
    return colon < 0 ? header : header.substring(0, colon);
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.endsWith(".localhost")
        || host.equals("[::1]")
        || host.equals("::1")
        || isLoopbackNumber(host);
  }

  private static boolean isLoopbackNumber(String host) {
    return host.startsWith("127.")
        && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }
}
