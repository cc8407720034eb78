package dev.kedge.http;

import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.ApiRequest;
import dev.kedge.gateway.CallName;
import dev.kedge.gateway.Caller;
import dev.kedge.gateway.Gateway;
import dev.kedge.gateway.OpenCall;
import dev.kedge.wire.AnswerHead;
import dev.kedge.wire.AnswerWriter;
import dev.kedge.wire.ApiError;
import dev.kedge.wire.ByteSink;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Handles calls of models: body in, whole answer or stream out. */
final class Calls {
  private static final HeaderName ACCEL_BUFFERING = HeaderNames.create("x-accel-buffering");
  private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("idempotency-key");

  private final Gateway gateway;
  private final HttpOptions options;

  Calls(Gateway gateway, HttpOptions options) {
    this.gateway = gateway;
    this.options = options;
  }

  /** How one API reads its bodies and writes its answers. */
  <R extends ApiRequest> Replying.Exchanger of(
      Function<byte[], R> reader, BiFunction<R, AnswerHead, AnswerWriter> writers) {
    return (request, response, link) -> {
      byte[] body = RequestBody.read(request, options.maxBodyBytes(), link);
      R call = reader.apply(body);
      try (OpenCall exchange = open(call, body, request)) {
        AnswerHead head = new AnswerHead(exchange.id(), exchange.created(), exchange.model());
        AnswerWriter writer = writers.apply(call, head);
        if (writer.streams()) stream(exchange, writer, response, link);
        else reply(exchange, writer, response, link);
      }
    };
  }

  private OpenCall open(ApiRequest call, byte[] body, ServerRequest request)
      throws InterruptedException {
    Caller caller = CallerHeaders.caller(request);
    Optional<String> key = request.headers().first(IDEMPOTENCY_KEY);
    if (key.isEmpty()) return gateway.open(call, caller);
    String digest = call.source().api() + " " + Sha256.of(body);
    return gateway.open(call, caller, new CallName(key.get().strip(), digest));
  }

  private static void reply(
      OpenCall exchange, AnswerWriter writer, ServerResponse response, ClientLink link)
      throws InterruptedException {
    ByteSink sink = new ByteSink();
    link.watch(exchange::cancel);
    try {
      AnswerPart part;
      do {
        part = exchange.next();
        writer.write(part, sink);
      } while (!(part instanceof AnswerPart.End));
    } finally {
      link.unwatch();
      Replying.headers(response, exchange.headers());
    }
    Replying.json(response, link, 200, sink.toBytes());
  }

  private void stream(
      OpenCall exchange, AnswerWriter writer, ServerResponse response, ClientLink link)
      throws InterruptedException {
    link.watch(exchange::cancel);
    try (SseWriter sse =
        new SseWriter(
            () -> opened(exchange, response), link, options.keepAlive(), exchange::cancel)) {
      send(exchange, writer, sse);
    } catch (KedgeException e) {
      Replying.headers(response, exchange.headers());
      throw e;
    } finally {
      link.unwatch();
    }
  }

  /* With the first bytes, when it is known who answers. */
  private static OutputStream opened(OpenCall exchange, ServerResponse response) {
    Replying.headers(response, exchange.headers());
    response.header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
    response.header(HeaderNames.CACHE_CONTROL, "no-cache");
    response.header(ACCEL_BUFFERING, "no");
    return response.outputStream();
  }

  /**
   * Sends everything up to the end; a failure on the way becomes an event of its own.
   *
   * @throws KedgeException if the exchange failed before anything was sent
   */
  private static void send(OpenCall exchange, AnswerWriter writer, SseWriter sse)
      throws InterruptedException {
    ByteSink sink = new ByteSink();
    try {
      AnswerPart part;
      do {
        part = exchange.next();
        writer.write(part, sink);
        sse.send(sink);
      } while (!(part instanceof AnswerPart.End));
    } catch (KedgeException e) {
      if (!sse.begun()) throw e;
      sink.clear();
      writer.fail(e.failure(), sink);
    } catch (CloseConnectionException e) {
      throw e;
    } catch (RuntimeException e) {
      if (!sse.begun()) throw e;
      Replying.LOG.log(Level.ERROR, "a stream failed", Wordless.of(e));
      sink.clear();
      writer.fail(ApiError.internal(), sink);
    }
    sse.send(sink);
    sse.end();
  }
}
