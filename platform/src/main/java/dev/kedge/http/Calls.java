package dev.kedge.http;

import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.ApiRequest;
import dev.kedge.gateway.Exchange;
import dev.kedge.gateway.Gateway;
import dev.kedge.wire.AnswerHead;
import dev.kedge.wire.AnswerWriter;
import dev.kedge.wire.ApiError;
import dev.kedge.wire.ByteSink;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Handles calls of models: body in, whole answer or stream out. */
final class Calls {
  private static final HeaderName ACCEL_BUFFERING = HeaderNames.create("x-accel-buffering");

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
      R call = reader.apply(RequestBody.read(request, options.maxBodyBytes(), link));
      try (Exchange exchange = gateway.open(call, CallerHeaders.caller(request))) {
        AnswerHead head = new AnswerHead(exchange.id(), exchange.created(), exchange.model());
        AnswerWriter writer = writers.apply(call, head);
        if (writer.streams()) stream(exchange, writer, response, link);
        else reply(exchange, writer, response, link);
      }
    };
  }

  private static void reply(
      Exchange exchange, AnswerWriter writer, ServerResponse response, ClientLink link)
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
      Exchange exchange, AnswerWriter writer, ServerResponse response, ClientLink link)
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
  private static OutputStream opened(Exchange exchange, ServerResponse response) {
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
  private static void send(Exchange exchange, AnswerWriter writer, SseWriter sse)
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
