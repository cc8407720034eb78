package dev.kedge.console;

import java.util.Optional;

/**
 * A request as the console sees it, free of any server library.
 *
 * @param method {@code GET} or {@code POST}
 * @param path as it was sent, percent-encoded, beginning with a slash
 * @param query behind the question mark, or empty
 * @param host the header {@code Host}
 * @param origin the header {@code Origin}
 * @param site the header {@code Sec-Fetch-Site}, or empty
 * @param cookies the header {@code Cookie}, or empty
 * @param encrypted whether it came over TLS
 * @param body of a form, at most {@link #MOST_BODY} bytes
 */
public record Visit(
    String method,
    String path,
    String query,
    String host,
    Optional<String> origin,
    String site,
    String cookies,
    boolean encrypted,
    byte[] body) {
  /** The longest body in bytes. */
  public static final int MOST_BODY = 1 << 20;

  /** The value of a cookie, or empty. */
  String cookie(String name) {
    for (String pair : cookies.split(";", 64)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
        return pair.substring(equals + 1).strip();
      }
    }
    return "";
  }
}
