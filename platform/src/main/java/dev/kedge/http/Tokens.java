package dev.kedge.http;

import dev.kedge.call.ChatRequest;
import dev.kedge.call.TokenCodec;
import dev.kedge.gateway.Gateway;
import dev.kedge.wire.Fields;
import dev.kedge.wire.Json;
import dev.kedge.wire.ModelEntry;
import dev.kedge.wire.TokenizeRequest;
import dev.kedge.wire.anthropic.MessageAnswers;
import dev.kedge.wire.anthropic.MessagesReader;
import dev.kedge.wire.openai.ChatReader;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/** The paths that count tokens and turn texts into tokens and back. */
final class Tokens {
  private final Gateway gateway;
  private final HttpOptions options;

  Tokens(Gateway gateway, HttpOptions options) {
    this.gateway = gateway;
    this.options = options;
  }

  void count(ServerRequest request, ServerResponse response, ClientLink link)
      throws InterruptedException {
    ChatRequest call = MessagesReader.readToCount(body(request, link));
    long tokens = gateway.countTokens(call, CallerHeaders.caller(request));
    Replying.json(response, link, 200, MessageAnswers.count(tokens));
  }

  void tokenize(ServerRequest request, ServerResponse response, ClientLink link) {
    TokenizeRequest asked = TokenizeRequest.read(body(request, link));
    String model = model(asked, request);
    TokenCodec codec = codec(model, request);
    int[] tokens =
        asked.isChat()
            ? codec.encode(ChatReader.readToCount(asked.body(), model))
            : codec.encode(asked.text(), asked.special());
    Replying.json(
        response,
        link,
        200,
        Json.write(new TokenizeRequest.Tokenized(tokens.length, codec.contextLength(), tokens)));
  }

  void detokenize(ServerRequest request, ServerResponse response, ClientLink link) {
    TokenizeRequest asked = TokenizeRequest.read(body(request, link));
    String text = codec(model(asked, request), request).decode(asked.tokens());
    Replying.json(response, link, 200, Json.write(new TokenizeRequest.Detokenized(text, text)));
  }

  private byte[] body(ServerRequest request, ClientLink link) {
    return RequestBody.read(request, options.maxBodyBytes(), link);
  }

  private TokenCodec codec(String model, ServerRequest request) {
    return gateway.tokens(model, CallerHeaders.caller(request));
  }

  /* Clients of servers with a single model name none. */
  private String model(TokenizeRequest asked, ServerRequest request) {
    if (!asked.model().isEmpty()) return asked.model();
    List<ModelEntry> models = gateway.models(CallerHeaders.caller(request));
    if (models.size() == 1) return models.getFirst().id();
    throw Fields.refuse(
        "model", "missing_required_parameter", "'model' is required, for there are several");
  }
}
