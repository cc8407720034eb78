package dev.kedge.backend.upstream;

import dev.kedge.backend.upstream.http.HttpFailure;
import dev.kedge.backend.upstream.http.ResponseHead;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.wire.Json;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a server's errors mean for the caller. The one place where they become failures.
 *
 * <p>What the caller can mend is passed on in the server's words; what only the operator can mend
 * goes to the log.
 */
final class Refusals {
  private static final System.Logger LOG = System.getLogger("dev.kedge.backend.upstream");
  private static final int MAX_MESSAGE = 1_000;
  private static final int MAX_WAIT_SECONDS = 3_600;

  private Refusals() {}

  /** The server broke the API or its bounds. */
  static KedgeException malformed(String message) {
    return failed("the upstream failed: " + message, "upstream_malformed", true);
  }

  /** The server tells an error with status 200 or within a stream. */
  static KedgeException told(byte[] bytes, int from, int to) {
    Told told = Told.of(Arrays.copyOfRange(bytes, from, to));
    return switch (told.type) {
      case "overloaded_error", "rate_limit_error", "rate_limit_exceeded" ->
          unavailable(told.orElse("the upstream is overloaded"), 1);
      default -> failed(told.orElse("the upstream told an error"), "upstream_error", true);
    };
  }

  /**
   * The server answered with a status that is no success.
   *
   * @param name of the upstream, for the log
   * @param secret that must not be in a message; possibly empty
   */
  static KedgeException refused(
      String name, ResponseHead head, byte[] body, String secret, Instant now) {
    Told told = Told.of(body).without(secret);
    int status = head.status();
    return switch (status) {
      case 400, 404, 413, 422 ->
          new KedgeException(
              new Failure.UpstreamFailed(
                  told.orElse("the upstream refused the request"), told.code, status, false));
      case 401, 402, 403 -> {
        LOG.log(
            Level.ERROR,
            "upstream {0} answered {1}: check its key, its rights and its account in the"
                + " configuration",
            name,
            status);
        yield failed("the upstream does not let us in", "upstream_unauthorized", true);
      }
      case 408, 504 ->
          new KedgeException(
              new Failure.TimedOut(
                  told.orElse("the upstream ran out of time"), "upstream_timeout"));
      case 429, 503, 529 ->
          unavailable(told.orElse("the upstream is overloaded"), retryAfter(head, now));
      default -> {
        if (status < 400)
          LOG.log(
              Level.ERROR,
              "upstream {0} answered {1}: its url in the configuration is not that of an API",
              name,
              status);
        yield failed(
            told.orElse("the upstream answered with status " + status),
            "upstream_error",
            status >= 500);
      }
    };
  }

  /** The exchange itself did not work. */
  static KedgeException of(HttpFailure e) {
    return switch (e.kind()) {
      case CONNECT ->
          new KedgeException(
              new Failure.UpstreamFailed(
                  "the upstream cannot be reached: " + e.getMessage(),
                  "upstream_unreachable",
                  502,
                  true),
              e);
      case CLOSED, CANCELLED ->
          new KedgeException(
              new Failure.UpstreamFailed(
                  "the upstream failed: " + e.getMessage(), "upstream_closed", 502, true),
              e);
      case MALFORMED ->
          new KedgeException(
              new Failure.UpstreamFailed(
                  "the upstream failed: " + e.getMessage(), "upstream_malformed", 502, true),
              e);
      case TIMEOUT -> timedOut(String.valueOf(e.getMessage()));
    };
  }

  static KedgeException timedOut(String message) {
    return new KedgeException(new Failure.TimedOut(message, "upstream_timeout"));
  }

  private static KedgeException failed(String message, String code, boolean retryable) {
    return new KedgeException(new Failure.UpstreamFailed(message, code, 502, retryable));
  }

  private static KedgeException unavailable(String message, int seconds) {
    return new KedgeException(new Failure.Unavailable(message, "upstream_overloaded", seconds));
  }

  /* A number of seconds or a date; what is neither is a second. */
  private static int retryAfter(ResponseHead head, Instant now) {
    Optional<String> value = head.header("retry-after");
    if (value.isEmpty()) return 1;
    long seconds = 1;
    try {
      seconds =
          value.get().matches("[0-9]{1,9}")
              ? Long.parseLong(value.get())
              : Duration.between(
                      now, ZonedDateTime.parse(value.get(), DateTimeFormatter.RFC_1123_DATE_TIME))
                  .toSeconds();
    } catch (DateTimeParseException _) {
      /* A second it is. */
    }
    return Math.clamp(seconds, 1, MAX_WAIT_SECONDS);
  }

  /** An error in any of the forms that servers use. */
  private record Told(String message, String code, String type) {
    static Told of(byte[] body) {
      try {
        JsonNode root = Json.parse(body);
        JsonNode outer = root.path("response").isObject() ? root.path("response") : root;
        JsonNode error = outer.path("error");
        JsonNode from = error.isObject() ? error : outer;
        String message = text(from, "message");
        if (message.isEmpty()) message = error.stringValue("");
        if (message.isEmpty()) message = text(from, "detail");
        return new Told(shorten(message), code(text(from, "code")), text(from, "type"));
      } catch (KedgeException e) {
        return new Told(plain(body), "upstream_refused", "");
      }
    }

    /* A page of a proxy says nothing to a caller; a line of text may. */
    private static String plain(byte[] body) {
      String text = new String(body, StandardCharsets.UTF_8).strip();
      boolean line = text.length() <= MAX_MESSAGE && !text.startsWith("<");
      return line && text.chars().noneMatch(c -> c < ' ') ? text : "";
    }

    private static String code(String code) {
      return code.matches("[a-z0-9_.-]{1,64}") ? code : "upstream_refused";
    }

    private static String text(JsonNode node, String name) {
      return node.path(name).stringValue("");
    }

    private static String shorten(String text) {
      return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "…";
    }

    Told without(String secret) {
      if (secret.isEmpty() || !message.contains(secret)) return this;
      return new Told(message.replace(secret, "…"), code, type);
    }

    String orElse(String fallback) {
      return message.isEmpty() ? fallback : message;
    }
  }
}
