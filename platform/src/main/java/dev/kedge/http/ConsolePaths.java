package dev.kedge.http;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.console.Console;
import dev.kedge.console.Reply;
import dev.kedge.console.Visit;
import dev.kedge.wire.ApiError;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Locale;

/** The paths of the console: requests and replies in its terms. */
final class ConsolePaths {
  private static final HeaderName SITE = HeaderNames.create("sec-fetch-site");
  private static final String FORM = "application/x-www-form-urlencoded";

  private final Console console;
  private final boolean encrypted;

  ConsolePaths(Console console, HttpOptions options) {
    this.console = console;
    this.encrypted = options.tls().isPresent();
  }

  void handle(ServerRequest request, ServerResponse response, ClientLink link) {
    String method = request.prologue().method().text().toUpperCase(Locale.ROOT);
    byte[] body =
        switch (method) {
          case "GET" -> new byte[0];
          case "POST" -> RequestBody.read(request, FORM, Visit.MOST_BODY, link);
          default -> {
            response.header(HeaderValues.create(HeaderNames.ALLOW, "GET, POST"));
            throw new RefusedRequest(
                ApiError.request(405, "the console takes GET and POST", "method_not_allowed"));
          }
        };
    send(console.answer(visit(request, method, body)), response, link);
  }

  private Visit visit(ServerRequest request, String method, byte[] body) {
    // More than one of these is a trick: browsers send one.
    if (request.headers().values(HeaderNames.ORIGIN).size() > 1) {
      throw new KedgeException(
          new Failure.Invalid("send one header 'Origin'", "invalid_header", ""));
    }
    return new Visit(
        method,
        request.path().rawPath(),
        request.query().rawValue(),
        request.headers().first(HeaderNames.HOST).orElse(""),
        request.headers().first(HeaderNames.ORIGIN),
        request.headers().first(SITE).orElse(""),
        String.join("; ", request.headers().values(HeaderNames.COOKIE)),
        encrypted,
        body);
  }

  private static void send(Reply reply, ServerResponse response, ClientLink link) {
    response.status(Status.create(reply.status()));
    reply.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
    link.beforeWrite();
    response.send(reply.body());
    link.afterWrite();
  }
}
