package dev.kedge.http;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.Dialect;
import dev.kedge.config.Priority;
import dev.kedge.gateway.Caller;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the headers of a request say about its caller. */
final class CallerHeaders {
  private static final HeaderName API_KEY = HeaderNames.create("x-api-key");
  private static final HeaderName ANTHROPIC_VERSION = HeaderNames.create("anthropic-version");
  private static final HeaderName TIMEOUT = HeaderNames.create("x-kedge-timeout");
  private static final HeaderName PRIORITY = HeaderNames.create("x-kedge-priority");
  private static final String TAG = "x-kedge-tag-";
  private static final String BEARER = "bearer ";
  private static final int MAX_TAGS = 16;
  private static final int MAX_TAG_LENGTH = 200;
  /* Which new parts of its API a caller of Anthropic's wants; others say who pays, which is ours. */
  private static final List<HeaderName> PASSED_ON = List.of(HeaderNames.create("anthropic-beta"));
  private static final int MAX_PASSED_ON = 1_000;
  private static final double MAX_SECONDS = 86_400;

  private CallerHeaders() {}

  /**
   * Who calls: the key from {@code Authorization: Bearer} or {@code x-api-key}, tags from {@code
   * x-kedge-tag-NAME}, the patience in seconds from {@code x-kedge-timeout}, how urgent it is from
   * {@code x-kedge-priority}.
   *
   * @throws KedgeException Invalid for a header that cannot be read
   */
  static Caller caller(ServerRequest request) {
    Headers headers = request.headers();
    return new Caller(
        credential(headers),
        tags(headers),
        passedOn(headers),
        patience(headers),
        priority(headers));
  }

  private static String credential(Headers headers) {
    String authorization = headers.first(HeaderNames.AUTHORIZATION).orElse("").strip();
    if (authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return authorization.substring(BEARER.length()).strip();
    }
    return headers.first(API_KEY).orElse("").strip();
  }

  private static Map<String, String> tags(Headers headers) {
    Map<String, String> tags = new HashMap<>();
    for (Header header : headers) {
      String name = header.headerName().lowerCase();
      if (!name.startsWith(TAG)) continue;
      String tag = name.substring(TAG.length());
      String value = header.get();
      if (tag.isEmpty() || tag.length() + value.length() > MAX_TAG_LENGTH) {
        throw invalid(TAG + "NAME: a name and a value of up to 200 characters");
      }
      tags.put(tag, value);
    }
    if (tags.size() > MAX_TAGS) throw invalid("at most " + MAX_TAGS + " headers " + TAG + "NAME");
    return tags;
  }

  private static Map<String, String> passedOn(Headers headers) {
    Map<String, String> passed = new HashMap<>();
    for (HeaderName name : PASSED_ON) {
      if (!headers.contains(name)) continue;
      String value = String.join(",", headers.get(name).allValues());
      if (value.length() > MAX_PASSED_ON || value.chars().anyMatch(c -> c < ' ' || c > '~')) {
        throw invalid(name.lowerCase() + ": up to 1000 printable ASCII characters");
      }
      passed.put(name.lowerCase(), value);
    }
    return passed;
  }

  private static Optional<Duration> patience(Headers headers) {
    Optional<String> text = headers.first(TIMEOUT);
    if (text.isEmpty()) return Optional.empty();
    try {
      double seconds = Double.parseDouble(text.get());
      if (seconds > 0 && seconds <= MAX_SECONDS) {
        return Optional.of(Duration.ofMillis(Math.max(1, (long) (seconds * 1_000))));
      }
    } catch (NumberFormatException _) {
      /* Told below. */
    }
    throw invalid("x-kedge-timeout: seconds, above 0 and up to 86400");
  }

  private static Optional<Priority> priority(Headers headers) {
    Optional<String> text = headers.first(PRIORITY);
    if (text.isEmpty()) return Optional.empty();
    for (Priority one : Priority.values()) {
      if (one.name().equalsIgnoreCase(text.get().strip())) return Optional.of(one);
    }
    throw invalid("x-kedge-priority: interactive, normal or batch");
  }

  private static KedgeException invalid(String expected) {
    return new KedgeException(new Failure.Invalid("send " + expected, "invalid_header", ""));
  }

  /** In whose words the caller wants errors. */
  static Dialect dialect(String path, Headers headers) {
    return headers.contains(ANTHROPIC_VERSION) ? Dialect.ANTHROPIC : dialect(path);
  }

  /** The same where the headers are not known. */
  static Dialect dialect(String path) {
    return path.startsWith("/v1/messages") ? Dialect.ANTHROPIC : Dialect.OPENAI;
  }
}
