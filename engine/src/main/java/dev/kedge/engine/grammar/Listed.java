package dev.kedge.engine.grammar;

import dev.kedge.engine.grammar.Keywords.Kind;
import dev.kedge.engine.json.JsonText;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Values that a schema lists: {@code enum} and {@code const}. */
final class Listed {
  private Listed() {}

  /** The values that all schemas list, of these kinds, in their one canonical form. */
  static Dfa words(List<Schema> schemas, Set<Kind> kinds, EnumSet<Kind> spokenOf) {
    List<@Nullable Object> left = null;
    Schema last = schemas.getFirst();
    for (Schema schema : schemas) {
      Optional<List<@Nullable Object>> listed = values(schema);
      if (listed.isEmpty()) continue;
      last = schema;
      left = left == null ? new ArrayList<>(listed.get()) : common(left, listed.get());
    }
    List<String> texts = new ArrayList<>();
    for (Object value : Objects.requireNonNull(left)) {
      Kind kind = Keywords.kind(value);
      if (!kinds.contains(kind)) continue;
      if (spokenOf.contains(kind)) {
        throw last.refuse(
            last.has("enum") ? "enum" : "const",
            "stands beside other keywords about the same values; list only values that fit");
      }
      texts.add(JsonText.of(value));
    }
    return words(texts);
  }

  /** These texts. */
  static Dfa words(List<String> texts) {
    return Dfa.words(texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
  }

  /** What a schema lists, if it does. */
  static Optional<List<@Nullable Object>> values(Schema schema) {
    List<@Nullable Object> values = null;
    if (schema.has("enum")) values = new ArrayList<>(schema.list("enum"));
    if (schema.has("const")) {
      List<@Nullable Object> only = new ArrayList<>();
      only.add(schema.get("const"));
      values = values == null ? only : common(values, only);
    }
    return Optional.ofNullable(values);
  }

  static List<@Nullable Object> common(List<@Nullable Object> one, List<@Nullable Object> other) {
    List<@Nullable Object> both = new ArrayList<>();
    for (Object value : one) {
      if (other.stream().anyMatch(candidate -> same(value, candidate))) both.add(value);
    }
    return both;
  }

  /* As JSON Schema compares: numbers by value, objects without order. */
  private static boolean same(@Nullable Object one, @Nullable Object other) {
    return switch (one) {
      case BigDecimal number -> other instanceof BigDecimal second && number.compareTo(second) == 0;
      case List<?> list -> {
        if (!(other instanceof List<?> second) || list.size() != second.size()) yield false;
        boolean equal = true;
        for (int i = 0; i < list.size(); i++) equal &= same(list.get(i), second.get(i));
        yield equal;
      }
      case Map<?, ?> map -> {
        if (!(other instanceof Map<?, ?> second)) yield false;
        yield map.keySet().equals(second.keySet())
            && map.keySet().stream().allMatch(key -> same(map.get(key), second.get(key)));
      }
      case null, default -> Objects.equals(one, other);
    };
  }
}
