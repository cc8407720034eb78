package dev.kedge.console;

import dev.kedge.console.Shape.Member;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a JSON Schema as a form: which fields there are, given what is filled in already. Covers
 * objects, lists, enumerations, scalars, references within the schema, alternatives, and
 * alternatives that hang on the value of a key; anything else becomes a field for JSON as text. A
 * schema from outside is bounded by depth and by the number of steps.
 */
final class SchemaShapes {
  private static final int DEEPEST = 12;
  private static final int MOST_STEPS = 20_000;

  private final JsonNode root;
  private int steps;

  SchemaShapes(JsonNode root) {
    this.root = root;
  }

  /** Thrown where a schema is too deep or too wide for a form. */
  static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * The shape of a place.
   *
   * @param path of its field
   * @param filled values of fields by name
   */
  Shape shape(JsonNode schema, String path, Map<String, String> filled, int depth) {
    JsonNode node = resolved(schema);
    if (++steps > MOST_STEPS) throw new TooLarge();
    if (depth > DEEPEST || !node.isObject()) return new Shape.Anything();
    if (node.has("const")) return new Shape.Fixed(node.get("const"));
    if (node.path("enum").isArray()) return new Shape.OneOf(List.copyOf(node.get("enum").values()));
    JsonNode branches = node.has("oneOf") ? node.get("oneOf") : node.path("anyOf");
    if (branches.isArray() && !branches.isEmpty()) {
      if (node.has("properties")) return members(node, branches, path, filled);
      return variant(branches, path, filled, depth);
    }
    return plain(node, path, filled);
  }

  private Shape plain(JsonNode node, String path, Map<String, String> filled) {
    JsonNode type = node.path("type");
    List<String> types = new ArrayList<>();
    if (type.isString()) types.add(type.stringValue());
    type.values().forEach(one -> types.add(one.asString("")));
    boolean nullable = types.remove("null");
    if (types.isEmpty() && node.has("properties")) types.add("object");
    if (types.size() != 1) return new Shape.Anything();
    return switch (types.getFirst()) {
      case "object" ->
          node.path("properties").isEmpty() || nullable
              ? new Shape.Anything()
              : members(node, node.path("none"), path, filled);
      case "array" ->
          node.has("items") && !nullable
              ? new Shape.Rows(node.get("items"), Math.clamp(node.path("minItems").asInt(0), 0, 20))
              : new Shape.Anything();
      case "string" -> new Shape.Line(nullable);
      case "number", "integer" -> new Shape.Numeric(nullable);
      case "boolean" -> new Shape.Truth(nullable);
      default -> new Shape.Anything();
    };
  }

  private Shape variant(JsonNode branches, String path, Map<String, String> filled, int depth) {
    List<String> names = new ArrayList<>();
    for (JsonNode branch : branches.values()) {
      JsonNode one = resolved(branch);
      names.add(name(one, names.size() + 1));
    }
    int chosen = 0;
    String given = filled.getOrDefault(kindOf(path), "");
    if (given.matches("[0-9]{1,3}")) chosen = Integer.parseInt(given);
    if (chosen >= names.size()) chosen = 0;
    if (names.size() == 1) return shape(branches.get(0), path, filled, depth + 1);
    return new Shape.Variant(names, chosen, branches.get(chosen));
  }

  private static String name(JsonNode branch, int number) {
    if (branch.path("title").isString()) return branch.get("title").stringValue();
    List<String> required =
        branch.path("required").values().stream().map(one -> one.asString("")).toList();
    if (!required.isEmpty()) return String.join(", ", required);
    if (branch.path("type").isString()) return branch.get("type").stringValue();
    return branch.has("const") ? branch.get("const").asString() : "Kind " + number;
  }

  /** Whether a place can have one value only. */
  boolean isFixed(JsonNode schema) {
    return resolved(schema).has("const");
  }

  /** The field that says which alternative of a place was chosen. */
  static String kindOf(String path) {
    return "kind:" + path;
  }

  private Shape members(JsonNode node, JsonNode branches, String path, Map<String, String> filled) {
    Set<String> steering = new LinkedHashSet<>();
    ObjectNode properties = ((ObjectNode) node.get("properties")).deepCopy();
    Set<String> required = new HashSet<>();
    node.path("required").values().forEach(name -> required.add(name.asString("")));
    for (JsonNode branch : branches.values()) {
      for (Map.Entry<String, JsonNode> entry : resolved(branch).path("properties").properties()) {
        if (resolved(entry.getValue()).has("const")) steering.add(entry.getKey());
      }
    }
    Optional<JsonNode> fitting = branch(branches, path, filled);
    if (fitting.isEmpty() && !steering.isEmpty()) hide(properties, branches, path, filled);
    fitting.ifPresent(branch -> {
      branch.path("required").values().forEach(name -> required.add(name.asString("")));
      for (Map.Entry<String, JsonNode> entry : branch.path("properties").properties()) {
        merge(properties, entry.getKey(), entry.getValue());
      }
    });
    List<Member> members = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : properties.properties()) {
      members.add(new Member(entry.getKey(), required.contains(entry.getKey()), entry.getValue()));
    }
    return new Shape.Members(members, steering);
  }

  /**
   * Before the choice is made on which they hang, keys of which the object itself says nothing are
   * not asked for, unless something is filled in there.
   */
  private void hide(
      ObjectNode properties, JsonNode branches, String path, Map<String, String> filled) {
    for (JsonNode one : branches.values()) {
      for (Map.Entry<String, JsonNode> entry : resolved(one).path("properties").properties()) {
        String key = entry.getKey();
        if (!properties.has(key) || resolved(entry.getValue()).has("const")) continue;
        JsonNode plain = resolved(properties.get(key));
        boolean vague = !plain.has("properties") && !plain.has("enum") && !plain.has("items");
        String place = JsonForm.step(path, key);
        boolean used =
            filled.entrySet().stream()
                .anyMatch(field ->
                    !field.getValue().isBlank()
                        && (field.getKey().equals(place)
                            || field.getKey().startsWith(place + "/")));
        if (vague && !used) properties.remove(key);
      }
    }
  }

  /** What a branch says of a key goes on top of what the object says of it. */
  private void merge(ObjectNode properties, String key, JsonNode schema) {
    JsonNode more = resolved(schema);
    if (more.has("const") && properties.has(key)) return;
    JsonNode before = properties.has(key) ? resolved(properties.get(key)) : more;
    if (before instanceof ObjectNode object && more instanceof ObjectNode overlay) {
      properties.set(key, object.deepCopy().setAll(overlay));
    } else {
      properties.set(key, more);
    }
  }

  /** The branch whose fixed keys have the values that are filled in. */
  private Optional<JsonNode> branch(JsonNode branches, String path, Map<String, String> filled) {
    for (JsonNode one : branches.values()) {
      JsonNode branch = resolved(one);
      boolean fits = true;
      boolean steered = false;
      for (Map.Entry<String, JsonNode> entry : branch.path("properties").properties()) {
        JsonNode fixed = resolved(entry.getValue()).path("const");
        if (fixed.isMissingNode()) continue;
        steered = true;
        fits &= JsonForm.text(fixed).equals(filled.get(JsonForm.step(path, entry.getKey())));
      }
      if (fits && steered) return Optional.of(branch);
    }
    return Optional.empty();
  }

  private JsonNode resolved(JsonNode schema) {
    JsonNode node = schema;
    for (int i = 0; i < DEEPEST && node.path("$ref").isString(); i++) {
      String reference = node.get("$ref").stringValue();
      if (!reference.startsWith("#/")) return root.path("nowhere");
      node = root.at(reference.substring(1));
    }
    return node;
  }
}
