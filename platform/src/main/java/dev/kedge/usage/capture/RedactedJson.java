package dev.kedge.usage.capture;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Copies JSON with every text redacted, without credentials and media. */
final class RedactedJson {
  private static final JsonMapper JSON = new JsonMapper();

  /** Media in base64 begin to matter here; texts without any space are hardly longer. */
  private static final int LONGEST_WORD = 1024;

  private final Redactor redactor;

  RedactedJson(Redactor redactor) {
    this.redactor = redactor;
  }

  /** A text as it may be written. */
  String text(String text) {
    return media(text)
        ? "[media, " + text.length() + " characters]"
        : redactor.redact(Credentials.redact(text));
  }

  /** An object as it may be written. */
  ObjectNode copy(ObjectNode source) {
    return object(source, false, false);
  }

  /**
   * Copies an object.
   *
   * @param secret whether it stands in a field that holds credentials
   * @param names whether its fields are the properties of a schema: their names say nothing of what
   *     is in them
   */
  private ObjectNode object(JsonNode source, boolean secret, boolean names) {
    ObjectNode copy = JSON.createObjectNode();
    for (Map.Entry<String, JsonNode> field : source.properties()) {
      String name = field.getKey();
      boolean hidden = secret || (!names && Credentials.field(name));
      copy.set(name, value(field.getValue(), hidden, name.equals("properties")));
    }
    return copy;
  }

  private JsonNode value(JsonNode value, boolean secret, boolean names) {
    if (value.isObject()) return object(value, secret, names);
    if (value.isArray()) {
      ArrayNode copy = JSON.createArrayNode();
      for (JsonNode each : value) copy.add(value(each, secret, false));
      return copy;
    }
    if (!value.isString()) return value;
    return JSON.getNodeFactory().stringNode(secret ? Credentials.MARK : text(value.stringValue()));
  }

  /** Base64, alone or in a data URL: long and without a space anywhere. */
  private static boolean media(String text) {
    if (text.length() <= LONGEST_WORD) return false;
    if (text.startsWith("data:")) return true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean base64 =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "+/=-_\r\n".indexOf(c) >= 0;
      if (!base64) return false;
    }
    return true;
  }
}
