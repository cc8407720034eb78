package dev.kedge.http;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.wire.ApiError;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.BadRequestException;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Reads the body of a request within its limits. */
final class RequestBody {
  private static final String JSON = "application/json";

  private RequestBody() {}

  /**
   * The whole body; from here on time is the handler's.
   *
   * @throws KedgeException TooLarge, or Invalid for another content type
   * @throws CloseConnectionException if the client left before the end
   */
  static byte[] read(ServerRequest request, int maxBytes, ClientLink link) {
    if (!request.content().hasEntity()) {
      requireType(request, JSON);
      throw new KedgeException(
          new Failure.Invalid("the body is empty; send a JSON object", "invalid_json", ""));
    }
    return read(request, JSON, maxBytes, link);
  }

  /** The same for another content type; a missing body is an empty one. */
  static byte[] read(ServerRequest request, String type, int maxBytes, ClientLink link) {
    requireType(request, type);
    if (request.headers().contentLength().orElse(0) > maxBytes) throw tooLarge(maxBytes);
    byte[] body = request.content().hasEntity() ? read(request, maxBytes) : new byte[0];
    link.received();
    return body;
  }

  private static byte[] read(ServerRequest request, int maxBytes) {
    /* Not closed here: that would read on; the library does so after the answer. */
    InputStream in = request.content().inputStream();
    byte[] body;
    try {
      body = in.readNBytes(maxBytes + 1);
    } catch (IOException | UncheckedIOException | DataReader.InsufficientDataAvailableException e) {
      throw new CloseConnectionException("the request is not complete", e);
    } catch (IllegalArgumentException | DataReader.IncorrectNewLineException e) {
      throw new BadRequestException("malformed chunk", e);
    }
    if (body.length > maxBytes) throw tooLarge(maxBytes);
    return body;
  }

  private static void requireType(ServerRequest request, String expected) {
    String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
    int parameters = type.indexOf(';');
    String plain = (parameters < 0 ? type : type.substring(0, parameters)).strip();
    if (!plain.equalsIgnoreCase(expected)) {
      throw new RefusedRequest(
          ApiError.request(
              415, "send the header 'Content-Type: " + expected + "'", "unsupported_media_type"));
    }
    String encoding = request.headers().first(HeaderNames.CONTENT_ENCODING).orElse("identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      throw new RefusedRequest(
          ApiError.request(
              415, "send the body without Content-Encoding", "unsupported_content_encoding"));
    }
  }

  private static KedgeException tooLarge(int maxBytes) {
    return new KedgeException(
        new Failure.TooLarge(
            "the body is longer than " + maxBytes + " bytes", "request_too_large"));
  }
}
