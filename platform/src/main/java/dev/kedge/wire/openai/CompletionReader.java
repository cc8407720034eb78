package dev.kedge.wire.openai;

import dev.kedge.base.KedgeException;
import dev.kedge.call.Api;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.Source;
import dev.kedge.wire.Fields;
import dev.kedge.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/** Reads bodies of {@code POST /v1/completions}. */
public final class CompletionReader {
  private static final int MAX_PROMPTS = 16;

  private CompletionReader() {}

  /**
   * The call; what the records cannot hold is kept in its source, where {@code max_tokens} is
   * written out.
   *
   * @throws KedgeException Invalid, naming the field
   */
  public static CompletionRequest read(byte[] bytes) {
    ObjectNode body = Json.object(bytes);
    Fields fields = Fields.of(body, "");
    String model = fields.requiredText("model");
    boolean stream = fields.flag("stream", false);
    /* Servers have other defaults, some none, and the call would cost more than was set aside. */
    if (!fields.has("max_tokens")) {
      body.put("max_tokens", SettingsReader.LEGACY_DEFAULT_MAX_TOKENS);
    }
    return new CompletionRequest(
        model,
        TextInputs.read(fields, "prompt", MAX_PROMPTS),
        SettingsReader.completion(fields),
        stream,
        SettingsReader.includeUsage(fields, stream),
        new Source(Api.COMPLETIONS, body));
  }
}
