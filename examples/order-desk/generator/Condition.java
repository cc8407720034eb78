import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One condition of a look-up: its value in the answer, and the words for it.
 *
 * @param json the value in the answer
 * @param phrases the part of its phrase sections' names after the table's: the field, for
 *     enumerations with the value
 * @param slots the values that its phrases need
 */
record Condition(String field, String json, String phrases, Map<String, String> slots) {

  /** A condition on a closed list of values, each with phrases of its own. */
  static Condition of(String field, String value) {
    return new Condition(field, quoted(value), field + "." + value, Map.of());
  }

  /** A value that is copied from the inquiry into the answer. */
  static Condition copied(String field, String slot, String surface, String label) {
    return new Condition(field, quoted(label), field, Map.of(slot, surface));
  }

  static Condition of(String field, String json, Map<String, String> slots) {
    return new Condition(field, json, field, new TreeMap<>(slots));
  }

  /** The same value as a condition of another table. */
  Condition as(String otherField) {
    return new Condition(otherField, json, otherField, slots);
  }

  boolean isDate() {
    return List.of("placed", "joined", "requested").contains(field);
  }

  boolean isAmount() {
    return List.of("total", "price", "amount").contains(field);
  }

  static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c == '\n') {
        out.append("\\n");
      } else if (c == '\t') {
        out.append("\\t");
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
