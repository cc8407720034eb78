package dev.kedge.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.base.Failure;
import dev.kedge.call.Dialect;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ApiErrorTest {
  private static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new Failure.Invalid("m", "c", "p"), 400, "invalid_request_error", "same"),
        Arguments.of(new Failure.Unauthorized("m", "c"), 401, "authentication_error", "same"),
        Arguments.of(new Failure.Forbidden("m", "c"), 403, "permission_error", "same"),
        Arguments.of(
            new Failure.NotFound("m", "c"), 404, "invalid_request_error", "not_found_error"),
        Arguments.of(
            new Failure.TooLarge("m", "c"), 413, "invalid_request_error", "request_too_large"),
        Arguments.of(new Failure.Untrusted("m", "c"), 422, "invalid_request_error", "same"),
        Arguments.of(new Failure.Overloaded("m", "c", 7), 429, "rate_limit_error", "same"),
        Arguments.of(new Failure.Broken("m", "c", false), 500, "server_error", "api_error"),
        Arguments.of(
            new Failure.UpstreamFailed("m", "c", 502, true), 502, "server_error", "api_error"),
        Arguments.of(
            new Failure.UpstreamFailed("m", "c", 400, false), 400, "invalid_request_error", "same"),
        Arguments.of(new Failure.Unavailable("m", "c", 7), 503, "server_error", "overloaded_error"),
        Arguments.of(new Failure.TimedOut("m", "c"), 504, "server_error", "timeout_error"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void everyFailureHasItsStatusAndTypeInBothDialects(
      Failure failure, int status, String openAi, String anthropic) {
    ApiError error = ApiError.of(failure);
    assertThat(error.status()).isEqualTo(status);
    assertThat(error.type(Dialect.OPENAI)).isEqualTo(openAi);
    assertThat(error.type(Dialect.ANTHROPIC))
        .isEqualTo(anthropic.equals("same") ? openAi : anthropic);
    assertThat(error.retryAfterSeconds().isPresent())
        .isEqualTo(status == 429 || failure instanceof Failure.Unavailable);
  }

  @Test
  void theBodyIsThatOfTheDialect() {
    ApiError error = ApiError.of(new Failure.Invalid("'n' must be 1", "invalid_value", "n"));
    assertThat(new String(error.body(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"error\":{\"message\":\"'n' must be 1\",\"type\":\"invalid_request_error\","
                + "\"param\":\"n\",\"code\":\"invalid_value\"}}");
    assertThat(new String(error.body(Dialect.ANTHROPIC, "msg_1"), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":"
                + "\"'n' must be 1\"},\"request_id\":\"msg_1\"}");
  }
}
