package dev.kedge.engine.weights;

/** Texts as JSON, for logs and journals; {@link JsonCursor} reads. */
public final class JsonText {
  private JsonText() {}

  /**
   * A text as a JSON string (RFC 8259, section 7); everything beyond printable ASCII is escaped, so
   * any encoding will do.
   */
  public static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') json.append('\\').append(c);
      else if (c >= ' ' && c < 0x7F) json.append(c);
      else json.append("\\u%04x".formatted((int) c));
    }
    return json.append('"').toString();
  }
}
