package dev.kedge.gateway;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.ApiRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What makes the cost of a relayed call unknowable before it: a budget could not be kept. Only
 * calls that are charged to a budget are asked.
 */
final class Unbounded {
  private static final List<String> FIELDS =
      List.of(
          "best_of",
          "prediction",
          "web_search_options",
          "audio",
          "service_tier",
          "speed",
          "inference_geo",
          "mcp_servers",
          "container");
  private static final String BETA = "anthropic-beta";
  /* Long prompts and fast answers have prices of their own. */
  private static final List<String> DEARER = List.of("context-1m", "fast-mode");
  private static final Set<String> PARTS =
      Set.of("document", "file", "input_file", "input_audio", "audio", "video", "search_result");
  private static final Set<String> CONTENTS = Set.of("messages", "input", "content", "system");

  private Unbounded() {}

  /**
   * Looks at the caller's body and at the headers that are passed on with it.
   *
   * @throws KedgeException Invalid, naming the field
   */
  static void refuse(ApiRequest request, Map<String, String> headers) {
    String wanted = headers.getOrDefault(BETA, "");
    if (DEARER.stream().anyMatch(wanted::contains)) throw invalid(BETA);
    JsonNode body = request.source().body();
    for (String field : FIELDS) {
      if (body.hasNonNull(field)) throw invalid(field);
    }
    for (JsonNode tool : body.path("tools")) {
      String type = tool.path("type").stringValue("function");
      if (!type.equals("function") && !type.equals("custom")) throw invalid("tools");
    }
    for (String name : CONTENTS) parts(body.path(name), name);
  }

  private static void parts(JsonNode node, String name) {
    for (JsonNode part : node) {
      if (PARTS.contains(part.path("type").stringValue(""))) throw invalid(name);
      parts(part.path("content"), name);
    }
  }

  private static KedgeException invalid(String field) {
    return new KedgeException(
        new Failure.Invalid(
            "this key has a budget, and what '"
                + field
                + "' asks for costs an amount that cannot be known before the call; leave it out or"
                + " use a key without a budget",
            "unbounded_cost",
            field));
  }
}
