package dev.kedge.wire.openai;

import dev.kedge.base.KedgeException;
import dev.kedge.call.Api;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.call.Source;
import dev.kedge.wire.Fields;
import dev.kedge.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/** Reads bodies of {@code POST /v1/embeddings}. */
public final class EmbeddingReader {
  private static final int MAX_INPUTS = 2_048;
  private static final int MAX_DIMENSIONS = 1 << 16;

  private EmbeddingReader() {}

  /**
   * The call; what the records cannot hold is kept in its source.
   *
   * @throws KedgeException Invalid, naming the field
   */
  public static EmbeddingRequest read(byte[] bytes) {
    ObjectNode body = Json.object(bytes);
    Fields fields = Fields.of(body, "");
    String model = fields.requiredText("model");
    return new EmbeddingRequest(
        model,
        TextInputs.read(fields, "input", MAX_INPUTS),
        fields.integer("dimensions", 1, MAX_DIMENSIONS),
        base64(fields),
        new Source(Api.EMBEDDINGS, body));
  }

  private static boolean base64(Fields fields) {
    return switch (fields.text("encoding_format").orElse("float")) {
      case "float" -> false;
      case "base64" -> true;
      default -> throw Fields.outOfRange("encoding_format", "'float' or 'base64'");
    };
  }
}
