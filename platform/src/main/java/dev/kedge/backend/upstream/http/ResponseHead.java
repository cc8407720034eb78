package dev.kedge.backend.upstream.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Status and headers of a response.
 *
 * @param length of the body in bytes; {@link #CHUNKED}; {@link #UNTIL_CLOSE}
 * @param reusable whether another request may follow on the same connection
 */
public record ResponseHead(int status, List<Header> headers, long length, boolean reusable) {
  static final long CHUNKED = -1;
  static final long UNTIL_CLOSE = -2;
  private static final int MAX_HEADERS = 200;

  /**
   * One header line.
   *
   * @param name in lower case
   */
  public record Header(String name, String value) {}

  public ResponseHead {
    headers = List.copyOf(headers);
  }

  /** The first header of a name in lower case. */
  public Optional<String> header(String name) {
    for (Header header : headers) if (header.name.equals(name)) return Optional.of(header.value);
    return Optional.empty();
  }

  /** Reads a head without its closing empty line. */
  static ResponseHead parse(byte[] bytes, int from, int to) throws HttpFailure {
    int end = lineEnd(bytes, from, to);
    String first = line(bytes, from, end);
    if (!first.matches("HTTP/1\\.[01] [1-9][0-9]{2}( .*)?"))
      throw HttpFailure.malformed("the response does not begin with an HTTP/1.1 status line");
    int status = Integer.parseInt(first.substring(9, 12));
    List<Header> headers = new ArrayList<>();
    for (int at = end + 1; at < to; at = end + 1) {
      end = lineEnd(bytes, at, to);
      if (headers.size() == MAX_HEADERS)
        throw HttpFailure.malformed("the response has more than " + MAX_HEADERS + " headers");
      headers.add(headerLine(line(bytes, at, end)));
    }
    return of(first.charAt(7) == '1', status, headers);
  }

  private static ResponseHead of(boolean latest, int status, List<Header> headers)
      throws HttpFailure {
    boolean chunked = false;
    long length = UNTIL_CLOSE;
    boolean reusable = latest;
    for (Header header : headers) {
      switch (header.name) {
        case "content-length" -> {
          long given = length(header.value);
          if (length != UNTIL_CLOSE && length != given)
            throw HttpFailure.malformed("the response gives two content lengths");
          length = given;
        }
        case "transfer-encoding" -> {
          if (chunked || !latest || !header.value.equalsIgnoreCase("chunked"))
            throw HttpFailure.malformed("the response has an unknown transfer coding");
          chunked = true;
        }
        case "content-encoding" -> {
          if (!header.value.equalsIgnoreCase("identity"))
            throw HttpFailure.malformed("the response is compressed though we asked for no such");
        }
        case "connection" -> {
          String options = header.value.toLowerCase(Locale.ROOT);
          if (options.contains("close")) reusable = false;
          else if (options.contains("keep-alive")) reusable = true;
        }
        default -> {}
      }
    }
    if (chunked && length != UNTIL_CLOSE)
      throw HttpFailure.malformed("the response is chunked and gives a content length");
    if (status < 200 || status == 204 || status == 304) length = 0;
    else if (chunked) length = CHUNKED;
    return new ResponseHead(status, headers, length, reusable && length != UNTIL_CLOSE);
  }

  private static Header headerLine(String line) throws HttpFailure {
    int colon = line.indexOf(':');
    if (colon <= 0) throw HttpFailure.malformed("a header line of the response has no name");
    for (int i = 0; i < colon; i++) {
      char c = line.charAt(i);
      if (c <= ' ' || c >= 0x7F || "()<>@,;\\\"/[]?={}".indexOf(c) >= 0)
        throw HttpFailure.malformed("a header name of the response has forbidden characters");
    }
    for (int i = colon + 1; i < line.length(); i++) {
      char c = line.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7F)
        throw HttpFailure.malformed("a header value of the response has control characters");
    }
    return new Header(
        line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
  }

  private static long length(String value) throws HttpFailure {
    boolean digits = !value.isEmpty() && value.length() <= 18;
    for (int i = 0; i < value.length(); i++)
      digits &= value.charAt(i) >= '0' && value.charAt(i) <= '9';
    if (!digits) throw HttpFailure.malformed("the response's content length is not a number");
    return Long.parseLong(value);
  }

  private static int lineEnd(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != '\n') at++;
    return at;
  }

  private static String line(byte[] bytes, int from, int end) {
    int length = end > from && bytes[end - 1] == '\r' ? end - from - 1 : end - from;
    return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
  }
}
