package dev.kedge.wire;

import dev.kedge.base.Failure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * An error of the OpenAI API. The mapping from {@link Failure} stands here and nowhere else.
 *
 * @param status HTTP status
 * @param type {@code invalid_request_error}, {@code rate_limit_error}, {@code
 *     authentication_error}, {@code permission_error} or {@code server_error}
 * @param param the field that is wrong, or null
 * @param code machine-readable
 * @param retryAfterSeconds when to try again, where that helps
 */
public record ApiError(
    int status,
    String message,
    String type,
    @Nullable String param,
    String code,
    OptionalInt retryAfterSeconds) {
  private static final String CALLER = "invalid_request_error";
  private static final String SERVER = "server_error";

  /** The error for an expected failure. */
  public static ApiError of(Failure failure) {
    return switch (failure) {
      case Failure.Invalid invalid ->
          simple(failure, CALLER, invalid.parameter().isEmpty() ? null : invalid.parameter());
      case Failure.NotFound notFound ->
          simple(failure, CALLER, notFound.code().equals("model_not_found") ? "model" : null);
      case Failure.TooLarge _, Failure.Untrusted _ -> simple(failure, CALLER, null);
      case Failure.Overloaded overloaded ->
          new ApiError(
              failure.status(),
              failure.message(),
              "rate_limit_error",
              null,
              failure.code(),
              OptionalInt.of(overloaded.retryAfterSeconds()));
      case Failure.Unauthorized _ -> simple(failure, "authentication_error", null);
      case Failure.Forbidden _ -> simple(failure, "permission_error", null);
      case Failure.Unavailable unavailable ->
          new ApiError(
              failure.status(),
              failure.message(),
              SERVER,
              null,
              failure.code(),
              OptionalInt.of(unavailable.retryAfterSeconds()));
      case Failure.Broken _, Failure.UpstreamFailed _, Failure.TimedOut _ ->
          simple(failure, SERVER, null);
    };
  }

  /** A request that HTTP itself refuses: unknown path, wrong method, malformed head. */
  public static ApiError request(int status, String message, String code) {
    return new ApiError(status, message, CALLER, null, code, OptionalInt.empty());
  }

  /** Something unexpected: details are in the log, not in the answer. */
  public static ApiError internal() {
    return new ApiError(
        500,
        "internal error; the server's log has the details",
        SERVER,
        null,
        "internal_error",
        OptionalInt.empty());
  }

  private static ApiError simple(Failure failure, String type, @Nullable String param) {
    return new ApiError(
        failure.status(), failure.message(), type, param, failure.code(), OptionalInt.empty());
  }

  /** The body: {@code {"error":{"message","type","param","code"}}}. */
  public byte[] body() {
    Map<String, @Nullable Object> error = new LinkedHashMap<>();
    error.put("message", message);
    error.put("type", type);
    error.put("param", param);
    error.put("code", code);
    return Json.write(Map.of("error", error));
  }
}
