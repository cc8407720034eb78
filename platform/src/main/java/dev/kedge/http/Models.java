package dev.kedge.http;

import dev.kedge.call.Dialect;
import dev.kedge.gateway.Gateway;
import dev.kedge.wire.Json;
import dev.kedge.wire.ModelEntry;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/** The paths that list models, in the words of the caller's API. */
final class Models {
  private final Gateway gateway;

  Models(Gateway gateway) {
    this.gateway = gateway;
  }

  void list(ServerRequest request, ServerResponse response, ClientLink link) {
    List<ModelEntry> models = gateway.models(CallerHeaders.caller(request));
    Object listing =
        switch (dialect(request)) {
          case OPENAI -> new ModelEntry.Listing(models);
          case ANTHROPIC -> ModelEntry.AnthropicListing.of(models);
        };
    Replying.json(response, link, 200, Json.write(listing));
  }

  void one(ServerRequest request, ServerResponse response, ClientLink link) {
    ModelEntry model =
        gateway.model(request.path().pathParameters().get("id"), CallerHeaders.caller(request));
    Object entry =
        switch (dialect(request)) {
          case OPENAI -> model;
          case ANTHROPIC -> ModelEntry.Anthropic.of(model);
        };
    Replying.json(response, link, 200, Json.write(entry));
  }

  private static Dialect dialect(ServerRequest request) {
    return CallerHeaders.dialect(request.path().path(), request.headers());
  }
}
