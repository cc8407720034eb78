package dev.kedge.engine.json;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The canonical form of JSON values: no white space, keys in their order, and in strings only what
 * must be escaped is escaped. One value has one form, so forms can be compared byte by byte.
 */
public final class JsonText {
  private static final String SHORT = "btnfr";
  private static final String SHORT_VALUES = "\b\t\n\f\r";

  private JsonText() {}

  /** A value as {@link JsonParser} gives it, as text. */
  public static String of(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    append(value, out);
    return out.toString();
  }

  private static void append(@Nullable Object value, StringBuilder out) {
    switch (value) {
      case String text -> quote(text, out);
      case Map<?, ?> members -> {
        char before = '{';
        for (Map.Entry<?, ?> member : members.entrySet()) {
          quote(String.valueOf(member.getKey()), out.append(before));
          append(member.getValue(), out.append(':'));
          before = ',';
        }
        out.append(members.isEmpty() ? "{}" : "}");
      }
      case List<?> elements -> {
        char before = '[';
        for (Object element : elements) {
          append(element, out.append(before));
          before = ',';
        }
        out.append(elements.isEmpty() ? "[]" : "]");
      }
      case null, default -> out.append(value);
    }
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) escape(text.charAt(i), out);
    out.append('"');
  }

  /** Appends a character as it stands in a string. */
  public static void escape(char c, StringBuilder out) {
    int place = SHORT_VALUES.indexOf(c);
    if (c == '"' || c == '\\') out.append('\\').append(c);
    else if (place >= 0) out.append('\\').append(SHORT.charAt(place));
    else if (c < 0x20) out.append("\\u00%02x".formatted((int) c));
    else out.append(c);
  }
}
