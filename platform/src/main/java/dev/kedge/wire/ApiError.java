package dev.kedge.wire;

import dev.kedge.base.Failure;
import dev.kedge.call.Dialect;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An error in the words of the APIs. The mapping from {@link Failure} stands here and nowhere else.
 *
 * @param status HTTP status
 * @param param the field that is wrong, or null
 * @param code machine-readable
 * @param retryAfterSeconds when to try again, where that helps
 */
public record ApiError(
    int status,
    String message,
    @Nullable String param,
    String code,
    OptionalInt retryAfterSeconds) {
  /** The error for an expected failure. */
  public static ApiError of(Failure failure) {
    return new ApiError(
        failure.status(), failure.message(), param(failure), failure.code(), retryAfter(failure));
  }

  private static @Nullable String param(Failure failure) {
    return switch (failure) {
      case Failure.Invalid invalid -> invalid.parameter().isEmpty() ? null : invalid.parameter();
      case Failure.NotFound notFound -> notFound.code().equals("model_not_found") ? "model" : null;
      default -> null;
    };
  }

  private static OptionalInt retryAfter(Failure failure) {
    return switch (failure) {
      case Failure.Overloaded overloaded -> OptionalInt.of(overloaded.retryAfterSeconds());
      case Failure.Unavailable unavailable -> OptionalInt.of(unavailable.retryAfterSeconds());
      default -> OptionalInt.empty();
    };
  }

  /** A request that HTTP itself refuses: unknown path, wrong method, malformed head. */
  public static ApiError request(int status, String message, String code) {
    return new ApiError(status, message, null, code, OptionalInt.empty());
  }

  /** Something unexpected: details are in the log, not in the answer. */
  public static Failure internal() {
    return new Failure.Broken(
        "internal error; the server's log has the details", "internal_error", false);
  }

  /** The kind of error in the words of a dialect. */
  public String type(Dialect dialect) {
    return switch (dialect) {
      case OPENAI -> openAiType();
      case ANTHROPIC -> anthropicType();
    };
  }

  private String openAiType() {
    return switch (status) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 429 -> "rate_limit_error";
      default -> status < 500 ? "invalid_request_error" : "server_error";
    };
  }

  private String anthropicType() {
    return switch (status) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_error";
      case 503 -> "overloaded_error";
      case 504 -> "timeout_error";
      default -> status < 500 ? "invalid_request_error" : "api_error";
    };
  }

  /** The body for a caller of OpenAI's APIs. */
  public byte[] body() {
    return body(Dialect.OPENAI, "");
  }

  /**
   * The body of an answer: {@code {"error":{"message","type","param","code"}}} or {@code
   * {"type":"error","error":{"type","message"},"request_id"}}.
   *
   * @param requestId of the call, empty where it has none yet
   */
  public byte[] body(Dialect dialect, String requestId) {
    ObjectNode body = Json.object();
    if (dialect == Dialect.ANTHROPIC) body.put("type", "error");
    ObjectNode error = body.putObject("error");
    switch (dialect) {
      case OPENAI -> {
        error.put("message", message);
        error.put("type", type(dialect));
        error.put("param", param);
        error.put("code", code);
      }
      case ANTHROPIC -> {
        error.put("type", type(dialect));
        error.put("message", message);
        if (!requestId.isEmpty()) body.put("request_id", requestId);
      }
    }
    return Json.write(body);
  }
}
