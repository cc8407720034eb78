package dev.kedge.backend.upstream;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.Api;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.Dialect;
import dev.kedge.config.UpstreamKind;
import dev.kedge.wire.Json;
import dev.kedge.wire.UnsupportedFields;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request in the words of a server's API, and who reads the answer.
 *
 * @param api which the server is asked in
 */
record Translation(Api api, byte[] body, AnswerReader reader) {
  /**
   * Forwards the caller's body where the server speaks its API, translates it otherwise.
   *
   * @param wantsParts whether the answer must not be relayed as it comes
   * @param id of the model, as the server knows it
   * @throws KedgeException Invalid for what the server cannot express
   */
  static Translation of(
      ApiRequest request, boolean wantsParts, String id, Dialect dialect, UpstreamKind kind) {
    Api api = request.source().api();
    boolean same = speaks(api, dialect, kind);
    if (same && !wantsParts) return relayed(request, id, kind);
    if (!(request instanceof ChatRequest chat)) {
      throw new KedgeException(
          new Failure.Invalid(
              "this model's server takes conversations only; send them to /v1/chat/completions or"
                  + " ask another model",
              "unsupported_api",
              "model"));
    }
    AnswerReader reader = decoder(chat, dialect);
    if (same && api != Api.RESPONSES)
      return new Translation(api, forwarded(chat, id, kind), reader);
    UnsupportedFields.refuseUnsupported(request);
    return switch (dialect) {
      case OPENAI ->
          new Translation(
              Api.CHAT_COMPLETIONS, Json.write(ChatEncoder.encode(chat, id, kind)), reader);
      case ANTHROPIC ->
          new Translation(Api.MESSAGES, Json.write(MessagesEncoder.encode(chat, id)), reader);
    };
  }

  private static AnswerReader decoder(ChatRequest chat, Dialect dialect) {
    long estimate = Estimate.input(chat);
    return switch (dialect) {
      case OPENAI ->
          new ChatDecoder(chat.settings().choices(), chat.settings().topLogprobs(), estimate);
      case ANTHROPIC -> new MessagesDecoder(estimate);
    };
  }

  /* Of the servers with OpenAI's API, not all have its newest part. */
  private static boolean speaks(Api api, Dialect dialect, UpstreamKind kind) {
    if (api.dialect() != dialect) return false;
    return api != Api.RESPONSES || kind == UpstreamKind.OPENAI || kind == UpstreamKind.VLLM;
  }

  private static Translation relayed(ApiRequest request, String id, UpstreamKind kind) {
    Api api = request.source().api();
    boolean asked =
        request.source().body().path("stream_options").path("include_usage").booleanValue(false);
    return new Translation(api, forwarded(request, id, kind), new Relay(api, !asked, request));
  }

  /* The caller's own body of the server's model, always asked for token counts. */
  private static byte[] forwarded(ApiRequest request, String id, UpstreamKind kind) {
    Api api = request.source().api();
    ObjectNode body = shallow(request.source().body());
    body.put("model", id);
    if (api == Api.CHAT_COMPLETIONS && kind != UpstreamKind.OPENAI) limitByOldName(body);
    if (request.stream() && (api == Api.CHAT_COMPLETIONS || api == Api.COMPLETIONS)) {
      JsonNode given = body.path("stream_options");
      ObjectNode streamOptions =
          given.isObject() ? shallow((ObjectNode) given) : JsonNodeFactory.instance.objectNode();
      body.set("stream_options", streamOptions.put("include_usage", true));
    }
    return Json.write(body);
  }

  /*
   * A server that does not know the newer name answers without a limit, which costs more than was
   * set aside. All but the service that made it know the older one; some refuse both at once.
   */
  private static void limitByOldName(ObjectNode body) {
    JsonNode limit = body.remove("max_completion_tokens");
    if (limit != null && !limit.isNull()) body.set("max_tokens", limit);
  }

  /* The caller's tree is not ours to change; its branches are shared. */
  private static ObjectNode shallow(ObjectNode node) {
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    copy.setAll(node);
    return copy;
  }
}
