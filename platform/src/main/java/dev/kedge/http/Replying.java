package dev.kedge.http;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.wire.ApiError;
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

/** Answers of all kinds, and the one place where an exception of a handler becomes one. */
final class Replying {
  private static final System.Logger LOG = System.getLogger("dev.kedge.http");

  private Replying() {}

  /** What handles a request, with the connection that it came on. */
  interface Exchanger {
    void handle(ServerRequest request, ServerResponse response, ClientLink link)
        throws InterruptedException;
  }

  /** A handler of the library whose failures become errors of the API. */
  static Handler guarded(Exchanger exchanger) {
    return (request, response) -> {
      ClientLink link = ClientLink.CURRENT.get();
      try {
        exchanger.handle(request, response, link);
      } catch (KedgeException e) {
        if (link.isGone()) throw new CloseConnectionException("the client left", e);
        log(request, e.failure());
        error(response, link, ApiError.of(e.failure()));
      } catch (RefusedRequest e) {
        error(response, link, e.error());
      } catch (InterruptedException e) {
        throw new CloseConnectionException("the server closes", e);
      } catch (CloseConnectionException | RequestException | HttpException e) {
        throw e;
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, request.path().path() + " failed", e);
        error(response, link, ApiError.internal());
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

  static void json(ServerResponse response, ClientLink link, int status, byte[] body) {
    response.status(Status.create(status));
    response.header(HeaderValues.CONTENT_TYPE_JSON);
    link.beforeWrite();
    response.send(body);
    link.afterWrite();
  }

  static void error(ServerResponse response, ClientLink link, ApiError error) {
    if (response.isSent()) throw new CloseConnectionException("failed after the answer began");
    error
        .retryAfterSeconds()
        .ifPresent(seconds -> response.header(HeaderNames.RETRY_AFTER, Integer.toString(seconds)));
    json(response, link, error.status(), error.body());
  }
}
