package dev.kedge.http;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.Dialect;
import dev.kedge.wire.ApiError;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.lang.System.Logger.Level;
import java.util.Map;

/** Answers of all kinds, and the one place where an exception of a handler becomes one. */
final class Replying {
  static final System.Logger LOG = System.getLogger("dev.kedge.http");
  private static final HeaderName REQUEST_ID = HeaderNames.create("request-id");
  private static final HeaderName SHOULD_RETRY = HeaderNames.create("x-should-retry");
  private static final String OPENAI_REQUEST_ID = "x-request-id";

  private final HostCheck hosts;

  Replying(HostCheck hosts) {
    this.hosts = hosts;
  }

  /** What handles a request, with the connection that it came on. */
  interface Exchanger {
    void handle(ServerRequest request, ServerResponse response, ClientLink link)
        throws InterruptedException;
  }

  /** A handler of the library whose failures become errors of the caller's API. */
  Handler guarded(Exchanger exchanger) {
    return (request, response) -> {
      ClientLink link = ClientLink.CURRENT.get();
      /* The library takes no notice of it, and the client would wait for the end. */
      if (request.headers().contains(HeaderValues.CONNECTION_CLOSE)) {
        response.header(HeaderValues.CONNECTION_CLOSE);
        link.takeNoMore();
      }
      try {
        hosts.check(request.headers().first(HeaderNames.HOST).orElse(""));
        exchanger.handle(request, response, link);
      } catch (KedgeException e) {
        if (link.isGone()) throw new CloseConnectionException("the client left", e);
        log(request, e.failure());
        error(request, response, link, e.failure());
      } catch (RefusedRequest e) {
        error(request, response, link, e.error());
      } catch (InterruptedException e) {
        throw new CloseConnectionException("the server closes", e);
      } catch (CloseConnectionException | RequestException | HttpException e) {
        throw e;
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, request.path().path() + " failed", Wordless.of(e));
        error(request, response, link, ApiError.internal());
      } finally {
        link.answered();
      }
    };
  }

  private static void log(ServerRequest request, Failure failure) {
    if (failure instanceof Failure.Broken) {
      LOG.log(Level.WARNING, request.path().path() + ": " + failure.message());
    }
  }

  static void body(ServerResponse response, ClientLink link, String type, byte[] body) {
    response.status(Status.OK_200);
    response.header(HeaderNames.CONTENT_TYPE, type);
    link.beforeWrite();
    response.send(body);
    link.afterWrite();
  }

  static void json(ServerResponse response, ClientLink link, int status, byte[] body) {
    response.status(Status.create(status));
    response.header(HeaderValues.CONTENT_TYPE_JSON);
    link.beforeWrite();
    response.send(body);
    link.afterWrite();
  }

  /** Headers of a reply; the id of the call also under the name that Anthropic's clients read. */
  static void headers(ServerResponse response, Map<String, String> headers) {
    headers.forEach((name, value) -> response.header(HeaderNames.create(name), value));
    String id = headers.get(OPENAI_REQUEST_ID);
    if (id != null) response.header(REQUEST_ID, id);
  }

  private static void error(
      ServerRequest request, ServerResponse response, ClientLink link, Failure failure) {
    /* The clients of both vendors heed it; by themselves they repeat every 429 and 5xx. */
    if (failure.status() >= 500 || failure.status() == 429) {
      response.header(SHOULD_RETRY, Boolean.toString(failure.retryable()));
    }
    error(request, response, link, ApiError.of(failure));
  }

  private static void error(
      ServerRequest request, ServerResponse response, ClientLink link, ApiError error) {
    if (response.isSent()) throw new CloseConnectionException("failed after the answer began");
    error
        .retryAfterSeconds()
        .ifPresent(seconds -> response.header(HeaderNames.RETRY_AFTER, Integer.toString(seconds)));
    Dialect dialect = CallerHeaders.dialect(request.path().path(), request.headers());
    String id = response.headers().first(REQUEST_ID).orElse("");
    json(response, link, error.status(), error.body(dialect, id));
  }
}
