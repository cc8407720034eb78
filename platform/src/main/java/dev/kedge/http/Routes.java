package dev.kedge.http;

import dev.kedge.gateway.Gateway;
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

/** Which path does what. */
final class Routes {
  private final Gateway gateway;
  private final HttpOptions options;
  private final Replying replying;
  private final HttpRouting.Builder routing = HttpRouting.builder();

  Routes(Gateway gateway, HttpOptions options) {
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
    routing.any(replying.guarded(Routes::unknownPath));
    return routing;
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
    boolean ready = gateway.ready();
    Replying.json(
        response,
        link,
        ready ? 200 : 503,
        Json.write(Map.of("status", ready ? "ready" : "shutting_down")));
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
