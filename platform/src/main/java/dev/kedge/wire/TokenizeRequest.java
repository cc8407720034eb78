package dev.kedge.wire;

import dev.kedge.base.KedgeException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A body of {@code POST /tokenize} or {@code POST /detokenize}, which open servers have beside the
 * APIs of the vendors.
 *
 * @param model empty where the caller names none
 */
public record TokenizeRequest(String model, ObjectNode body) {
  /**
   * The body.
   *
   * @throws KedgeException Invalid, naming the field
   */
  public static TokenizeRequest read(byte[] bytes) {
    ObjectNode body = Json.object(bytes);
    return new TokenizeRequest(Fields.of(body, "").text("model").orElse(""), body);
  }

  private Fields fields() {
    return Fields.of(body, "");
  }

  /** Whether a conversation is to be tokenized instead of a text. */
  public boolean isChat() {
    return fields().has("messages");
  }

  /** The text to be tokenized: {@code prompt}, or {@code content} as another server has it. */
  public String text() {
    Optional<String> content = fields().text("content");
    return content.isPresent() ? content.get() : fields().requiredText("prompt");
  }

  /** Whether the tokens that the model wants around a text are added. */
  public boolean special() {
    return fields().flag("add_special_tokens", true);
  }

  /** The tokens whose text is asked for. */
  public int[] tokens() {
    fields().required("tokens");
    List<JsonNode> nodes = fields().items("tokens", Integer.MAX_VALUE);
    int[] ids = new int[nodes.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Fields.integer("tokens[" + i + "]", nodes.get(i), 0, Integer.MAX_VALUE);
    }
    return ids;
  }

  /** The answer of {@code /tokenize}. */
  public record Tokenized(int count, int maxModelLen, int[] tokens) {}

  /** The answer of {@code /detokenize}, under the names of both kinds of servers. */
  public record Detokenized(String prompt, String content) {}
}
