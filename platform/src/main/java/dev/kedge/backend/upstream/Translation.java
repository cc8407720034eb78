package dev.kedge.backend.upstream;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.Api;
import dev.kedge.call.ApiRequest;
import dev.kedge.wire.Json;
import java.util.Set;
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
   * Finds the API that loses least.
   *
   * @param id of the model, as the server knows it
   * @param apis that the server speaks
   * @throws KedgeException Invalid for what none of them can express
   */
  static Translation of(ApiRequest request, String id, Set<Api> apis) {
    Api api = request.source().api();
    if (apis.contains(api)) return relayed(request, id);
    throw new KedgeException(
        new Failure.Invalid(
            "this model's server does not offer what was asked for; ask another model",
            "unsupported_api",
            "model"));
  }

  private static Translation relayed(ApiRequest request, String id) {
    Api api = request.source().api();
    ObjectNode body = shallow(request.source().body());
    body.put("model", id);
    boolean withhold = false;
    if (request.stream() && (api == Api.CHAT_COMPLETIONS || api == Api.COMPLETIONS)) {
      JsonNode given = body.path("stream_options");
      withhold = !given.path("include_usage").booleanValue(false);
      ObjectNode streamOptions =
          given.isObject() ? shallow((ObjectNode) given) : JsonNodeFactory.instance.objectNode();
      body.set("stream_options", streamOptions.put("include_usage", true));
    }
    return new Translation(
        api, Json.write(body), new Relay(api, withhold, Estimate.input(request)));
  }

  /* The caller's tree is not ours to change; its branches are shared. */
  private static ObjectNode shallow(ObjectNode node) {
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    copy.setAll(node);
    return copy;
  }
}
