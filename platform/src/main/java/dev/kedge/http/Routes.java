package dev.kedge.http;

import dev.kedge.console.Console;
import dev.kedge.gateway.Gateway;
import dev.kedge.observe.Metrics;
import dev.kedge.wire.ApiError;
import dev.kedge.wire.Json;
import dev.kedge.wire.anthropic.MessageAnswers;
import dev.kedge.wire.anthropic.MessagesReader;
import dev.kedge.wire.openai.ChatReader;
import dev.kedge.wire.openai.CompletionReader;
import dev.kedge.wire.openai.EmbeddingReader;
import dev.kedge.wire.openai.OpenAiAnswers;
import dev.kedge.wire.openai.ResponseReader;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Which path does what. */
final class Routes {
  private final Gateway gateway;
  private final HttpOptions options;
  private final Optional<Metrics> metrics;
  private final BooleanSupplier alive;
  private final Optional<Console> console;
  private final Replying replying;
  private final HttpRouting.Builder routing = HttpRouting.builder();

  Routes(
      Gateway gateway,
      HttpOptions options,
      Optional<Metrics> metrics,
      BooleanSupplier alive,
      Optional<Console> console) {
    this.console = console;
    this.metrics = metrics;
    this.alive = alive;
    this.gateway = gateway;
    this.options = options;
    this.replying = new Replying(new HostCheck(options));
  }

  HttpRouting.Builder routing() {
    Calls calls = new Calls(gateway, options);
    Tokens tokens = new Tokens(gateway, options);
    Models models = new Models(gateway);
    post("/v1/chat/completions", calls.of(ChatReader::read, OpenAiAnswers::chat));
    post("/v1/completions", calls.of(CompletionReader::read, OpenAiAnswers::completion));
    post("/v1/embeddings", calls.of(EmbeddingReader::read, OpenAiAnswers::embedding));
    post("/v1/responses", calls.of(ResponseReader::read, OpenAiAnswers::response));
    post("/v1/messages", calls.of(MessagesReader::read, MessageAnswers::message));
    post("/v1/messages/count_tokens", tokens::count);
    post("/tokenize", tokens::tokenize);
    post("/detokenize", tokens::detokenize);
    get("/v1/models", models::list);
    get("/v1/models/{+id}", models::one);
    get("/health/live", this::live);
    get("/health/ready", this::ready);
    metrics.ifPresent(
        all -> get("/metrics", (request, response, link) -> metrics(all, request, response, link)));
    console.ifPresent(this::console);
    routing.any(replying.guarded(Routes::unknownPath));
    return routing;
  }

  private void console(Console one) {
    ConsolePaths paths = new ConsolePaths(one, options);
    Handler handler = replying.guarded(paths::handle);
    routing.any("/", handler);
    routing.any("/console", handler);
    routing.any("/console/*", handler);
  }

  private void post(String path, Replying.Exchanger exchanger) {
    routing.post(path, replying.guarded(exchanger));
    routing.any(path, wrongMethod(path, "POST"));
  }

  private void get(String path, Replying.Exchanger exchanger) {
    routing.get(path, replying.guarded(exchanger));
    routing.any(path, wrongMethod(path, "GET"));
  }

  private Handler wrongMethod(String path, String allowed) {
    return replying.guarded((_, response, _) -> {
      response.header(HeaderValues.create(HeaderNames.ALLOW, allowed));
      throw new RefusedRequest(
          ApiError.request(405, path + " takes " + allowed, "method_not_allowed"));
    });
  }

  private void live(ServerRequest request, ServerResponse response, ClientLink link) {
    Replying.json(response, link, 200, Json.write(Map.of("status", "live")));
  }

  private void ready(ServerRequest request, ServerResponse response, ClientLink link) {
    String status = "ready";
    if (!gateway.ready()) status = "shutting_down";
    else if (!alive.getAsBoolean()) status = "engine_failed";
    int code = status.equals("ready") ? 200 : 503;
    Replying.json(response, link, code, Json.write(Map.of("status", status)));
  }

  private static void metrics(
      Metrics metrics, ServerRequest request, ServerResponse response, ClientLink link) {
    Metrics.Page page = metrics.page(request.headers().first(HeaderNames.ACCEPT).orElse(null));
    Replying.body(response, link, page.contentType(), page.body());
  }

  private static void unknownPath(ServerRequest request, ServerResponse response, ClientLink link) {
    throw new RefusedRequest(
        ApiError.request(
            404,
            "no such path; served are /v1/chat/completions, /v1/completions, /v1/embeddings,"
                + " /v1/responses, /v1/messages, /v1/models, /tokenize, /detokenize and /health",
            "not_found"));
  }
}
