package dev.kedge.http;

import dev.kedge.gateway.Caller;
import dev.kedge.gateway.Exchange;
import dev.kedge.gateway.Gateway;
import dev.kedge.gateway.Replies;
import dev.kedge.wire.ApiError;
import dev.kedge.wire.ChatRequest;
import dev.kedge.wire.CompletionRequest;
import dev.kedge.wire.GenerationSettings;
import dev.kedge.wire.Json;
import dev.kedge.wire.ModelEntry;
import dev.kedge.wire.RequestReader;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;

/** The paths of the OpenAI API and of health. */
final class OpenAiRoutes {
  private static final HeaderName ACCEL_BUFFERING = HeaderNames.create("x-accel-buffering");

  private final Gateway gateway;
  private final HttpOptions options;

  OpenAiRoutes(Gateway gateway, HttpOptions options) {
    this.gateway = gateway;
    this.options = options;
  }

  HttpRouting.Builder routing() {
    HttpRouting.Builder routing = HttpRouting.builder();
    routing.post("/v1/chat/completions", Replying.guarded(this::chat));
    routing.post("/v1/completions", Replying.guarded(this::complete));
    routing.get("/v1/models", Replying.guarded(this::models));
    routing.get("/v1/models/{+id}", Replying.guarded(this::model));
    routing.get("/health/live", Replying.guarded(this::live));
    routing.get("/health/ready", Replying.guarded(this::ready));
    wrongMethod(routing, "/v1/chat/completions", "POST");
    wrongMethod(routing, "/v1/completions", "POST");
    wrongMethod(routing, "/v1/models", "GET");
    wrongMethod(routing, "/v1/models/{+id}", "GET");
    wrongMethod(routing, "/health/live", "GET");
    wrongMethod(routing, "/health/ready", "GET");
    routing.any(Replying.guarded(OpenAiRoutes::unknownPath));
    return routing;
  }

  private void chat(ServerRequest request, ServerResponse response, ClientLink link)
      throws InterruptedException {
    ChatRequest call = RequestReader.chat(body(request, link));
    try (Exchange exchange = gateway.open(NeutralCalls.chat(call), Caller.ANONYMOUS)) {
      if (call.settings().stream()) {
        stream(exchange, true, call.settings(), response, link);
      } else {
        reply(exchange, () -> Json.write(Replies.chat(exchange)), response, link);
      }
    }
  }

  private void complete(ServerRequest request, ServerResponse response, ClientLink link)
      throws InterruptedException {
    CompletionRequest call = RequestReader.completion(body(request, link));
    try (Exchange exchange = gateway.open(NeutralCalls.completion(call), Caller.ANONYMOUS)) {
      if (call.settings().stream()) {
        stream(exchange, false, call.settings(), response, link);
      } else {
        reply(exchange, () -> Json.write(Replies.text(exchange)), response, link);
      }
    }
  }

  private byte[] body(ServerRequest request, ClientLink link) {
    byte[] body = RequestBody.read(request, options.maxBodyBytes());
    link.received();
    return body;
  }

  /** Waits for the whole answer. */
  private interface Collecting {
    byte[] collect() throws InterruptedException;
  }

  private static void reply(
      Exchange exchange, Collecting collecting, ServerResponse response, ClientLink link)
      throws InterruptedException {
    byte[] body;
    link.watch(exchange::cancel);
    try {
      body = collecting.collect();
    } finally {
      link.unwatch();
    }
    name(exchange, response);
    Replying.json(response, link, 200, body);
  }

  private void stream(
      Exchange exchange,
      boolean chat,
      GenerationSettings settings,
      ServerResponse response,
      ClientLink link)
      throws InterruptedException {
    name(exchange, response);
    response.header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
    response.header(HeaderNames.CACHE_CONTROL, "no-cache");
    response.header(ACCEL_BUFFERING, "no");
    link.watch(exchange::cancel);
    try (SseWriter sse =
        new SseWriter(response::outputStream, link, options.keepAlive(), exchange::cancel)) {
      new StreamedAnswer(exchange, sse, chat, settings.includeUsage()).send();
    } finally {
      link.unwatch();
    }
  }

  /* The seed makes any answer repeatable, also one for which the client gave none. */
  private static void name(Exchange exchange, ServerResponse response) {
    exchange.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
  }

  private void models(ServerRequest request, ServerResponse response, ClientLink link) {
    Replying.json(response, link, 200, Json.write(new ModelEntry.Listing(gateway.models())));
  }

  private void model(ServerRequest request, ServerResponse response, ClientLink link) {
    String id = request.path().pathParameters().get("id");
    Replying.json(response, link, 200, Json.write(gateway.model(id)));
  }

  private void live(ServerRequest request, ServerResponse response, ClientLink link) {
    Replying.json(response, link, 200, Json.write(Map.of("status", "live")));
  }

  private void ready(ServerRequest request, ServerResponse response, ClientLink link) {
    boolean ready = gateway.ready();
    Replying.json(
        response,
        link,
        ready ? 200 : 503,
        Json.write(Map.of("status", ready ? "ready" : "shutting_down")));
  }

  private static void wrongMethod(HttpRouting.Builder routing, String path, String allowed) {
    routing.any(
        path,
        Replying.guarded((request, response, link) -> {
          response.header(HeaderValues.create(HeaderNames.ALLOW, allowed));
          throw new RefusedRequest(
              ApiError.request(405, path + " takes " + allowed, "method_not_allowed"));
        }));
  }

  private static void unknownPath(ServerRequest request, ServerResponse response, ClientLink link) {
    throw new RefusedRequest(
        ApiError.request(
            404,
            "no such path; served are /v1/chat/completions, /v1/completions, /v1/models and"
                + " /health",
            "not_found"));
  }
}
