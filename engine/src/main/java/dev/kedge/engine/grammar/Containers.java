package dev.kedge.engine.grammar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Objects and arrays as schemas describe them. */
final class Containers {
  private static final int MOST_PROPERTIES = 1000;

  private Containers() {}

  /**
   * Arrays. Where the first elements are described and the others are not mentioned, there are no
   * others, unless so many are asked for.
   */
  static ArrayShape array(List<Schema> schemas, SchemaCompiler compiler) {
    int least = 0;
    int most = -1;
    int described = 0;
    boolean open = true;
    for (Schema schema : schemas) {
      if (schema.has("minItems")) least = Math.max(least, schema.count("minItems"));
      if (schema.has("maxItems")) {
        int limit = schema.count("maxItems");
        most = most < 0 ? limit : Math.min(most, limit);
      }
      if (schema.get("items") instanceof List) {
        throw schema.refuse("items", "is an array; write it as 'prefixItems'");
      }
      if (schema.has("prefixItems")) {
        described = Math.max(described, schema.list("prefixItems").size());
        open &= schema.has("items");
      }
    }
    List<Node> first = new ArrayList<>();
    for (int i = 0; i < described; i++) first.add(compiler.all(elements(schemas, i)));
    boolean rest = open || least > described;
    @Nullable Node others = rest ? compiler.all(elements(schemas, described)) : null;
    return new ArrayShape(first, others, least, most);
  }

  private static List<@Nullable Schema> elements(List<Schema> schemas, int index) {
    List<@Nullable Schema> found = new ArrayList<>();
    for (Schema schema : schemas) {
      List<?> first = schema.has("prefixItems") ? schema.list("prefixItems") : List.of();
      if (index < first.size()) {
        found.add(schema.inside(first.get(index), "prefixItems", "prefixItems/" + index));
      } else if (schema.has("items")) {
        found.add(schema.inside(schema.get("items"), "items", "items"));
      }
    }
    return found;
  }

  /**
   * Objects; empty if there can be none. Where properties are described and others are not
   * mentioned, there are no others: such an answer fits, and it ends.
   */
  static Optional<Node> object(List<Schema> schemas, SchemaCompiler compiler) {
    Set<String> required = new LinkedHashSet<>();
    Map<String, Integer> names = new LinkedHashMap<>();
    for (Schema schema : schemas) {
      schema.map("properties").keySet().forEach(name -> names.put(String.valueOf(name), 0));
      for (Object name : schema.has("required") ? schema.list("required") : List.of()) {
        if (!(name instanceof String text)) throw schema.refuse("required", "must hold strings");
        required.add(text);
      }
    }
    required.forEach(name -> names.putIfAbsent(name, 0));
    if (names.size() > MOST_PROPERTIES) {
      throw schemas.getFirst().refuse("properties", "has more than " + MOST_PROPERTIES);
    }
    List<String> kept = new ArrayList<>();
    List<Node> values = new ArrayList<>();
    for (String name : names.keySet()) {
      List<@Nullable Schema> about = property(schemas, name);
      boolean forbidden = about.contains(null);
      if (forbidden && required.contains(name)) return Optional.empty();
      if (forbidden) continue;
      kept.add(name);
      values.add(compiler.all(about));
    }
    boolean[] needed = new boolean[kept.size()];
    for (int i = 0; i < needed.length; i++) needed[i] = required.contains(kept.get(i));
    @Nullable Node others = others(schemas, names.isEmpty(), compiler);
    Node otherKeys =
        compiler.node(others == null ? new Text(0, -1) : otherKeys(names, compiler.work));
    ObjectShape shape = new ObjectShape(kept, values, needed, others, otherKeys);
    return Optional.of(compiler.node(new Members(shape)));
  }

  /* What is said about a property; null among it: that it must not be. */
  private static List<@Nullable Schema> property(List<Schema> schemas, String name) {
    List<@Nullable Schema> about = new ArrayList<>();
    for (Schema schema : schemas) {
      Map<?, ?> properties = schema.map("properties");
      if (properties.containsKey(name)) {
        about.add(schema.inside(properties.get(name), "properties", "properties/" + name));
      } else if (schema.has("additionalProperties")) {
        about.add(additional(schema));
      }
    }
    return about;
  }

  private static @Nullable Schema additional(Schema schema) {
    String keyword = "additionalProperties";
    return schema.inside(schema.get(keyword), keyword, keyword);
  }

  private static @Nullable Node others(
      List<Schema> schemas, boolean open, SchemaCompiler compiler) {
    List<@Nullable Schema> about = new ArrayList<>();
    for (Schema schema : schemas) {
      if (schema.has("additionalProperties")) about.add(additional(schema));
    }
    if (about.contains(null) || (about.isEmpty() && !open)) return null;
    return compiler.all(about);
  }

  /* Keys other than the names; in canonical form, where a key has one spelling. */
  private static Node otherKeys(Map<String, Integer> names, Work work) {
    if (names.isEmpty()) return new Text(0, -1);
    return new Node.Leaf(JsonStrings.quoted(JsonStrings.otherThan(names.keySet(), work), work));
  }
}
