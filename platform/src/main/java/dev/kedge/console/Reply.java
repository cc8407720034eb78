package dev.kedge.console;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer of the console.
 *
 * @param headers by name, beside the length
 */
public record Reply(int status, Map<String, String> headers, byte[] body) {
  /**
   * Nothing is loaded but our own script and style, nothing is sent but to us, nobody may frame us,
   * and no script may make markup of text.
   */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self';"
          + " base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script';"
          + " trusted-types 'none'";

  /** A page. */
  static Reply page(int status, String html) {
    return of(status, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8))
        .with("Cache-Control", "no-store");
  }

  /**
   * A report as it was written: a page of its own, with its one style and nothing else, that can
   * run nothing and reach nothing.
   */
  static Reply report(String html) {
    int start = html.indexOf("<style>") + "<style>".length();
    int end = html.indexOf("</style>", start);
    String style = end < 0 ? "" : html.substring(start, end);
    String policy =
        "default-src 'none'; style-src 'sha256-"
            + Assets.digest("SHA-256", style.getBytes(StandardCharsets.UTF_8))
            + "'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox";
    return page(200, html).with("Content-Security-Policy", policy);
  }

  /** A file to keep. */
  static Reply download(String name, String type, byte[] body) {
    return of(200, type, body)
        .with("Content-Disposition", "attachment; filename=\"" + safe(name) + "\"")
        .with("Cache-Control", "no-store");
  }

  /** An asset whose address changes with its content. */
  static Reply asset(String type, byte[] body) {
    return of(200, type, body).with("Cache-Control", "public, max-age=31536000, immutable");
  }

  /** The browser shall go on there, reading. */
  static Reply seeOther(String address) {
    return of(303, "text/plain; charset=utf-8", new byte[0])
        .with("Location", address)
        .with("Cache-Control", "no-store");
  }

  private static Reply of(int status, String type, byte[] body) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", type);
    headers.put("Content-Security-Policy", POLICY);
    headers.put("X-Content-Type-Options", "nosniff");
    // Not no-referrer: with it, browsers send forms with the origin "null".
    headers.put("Referrer-Policy", "same-origin");
    headers.put("Cross-Origin-Opener-Policy", "same-origin");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    headers.put("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    return new Reply(status, headers, body);
  }

  /** The same with a header. */
  Reply with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Reply(status, more, body);
  }

  private static String safe(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9._-]", "_");
    return plain.length() > 100 ? plain.substring(0, 100) : plain;
  }
}
