package dev.kedge.engine.grammar;

import dev.kedge.engine.grammar.Keywords.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sees that alternatives of {@code oneOf} exclude each other, for then one of them is any of them.
 * It looks for a reason that can be seen at once: different kinds of values, different listed
 * values, a property that both require with different listed values, or one that only the other
 * requires and this one cannot have.
 */
final class Exclusive {
  private Exclusive() {}

  static void check(Schema schema, List<@Nullable Schema> alternatives) {
    for (int i = 0; i < alternatives.size(); i++) {
      for (int j = i + 1; j < alternatives.size(); j++) {
        Schema one = alternatives.get(i);
        Schema other = alternatives.get(j);
        if (one == null || other == null) continue;
        List<Schema> ones = joined(one);
        List<Schema> others = joined(other);
        if (never(ones, others)) continue;
        if (lacks(ones, others) && lacks(others, ones)) continue;
        throw schema.refuse(
            "oneOf", "has alternatives %d and %d that may overlap; use 'anyOf'".formatted(i, j));
      }
    }
  }

  /* The schema with all that references and allOf bring in. */
  private static List<Schema> joined(Schema schema) {
    List<Schema> all = new ArrayList<>();
    ArrayDeque<Schema> open = new ArrayDeque<>(List.of(schema));
    while (!open.isEmpty() && all.size() < 200) {
      Schema next = open.remove();
      if (all.stream().anyMatch(next::sameAs)) continue;
      all.add(next);
      if (next.has("$ref")) Optional.ofNullable(next.target()).ifPresent(open::add);
      if (!next.has("allOf")) continue;
      for (Object part : next.list("allOf")) {
        Optional.ofNullable(next.inside(part, "allOf", "allOf")).ifPresent(open::add);
      }
    }
    return all;
  }

  /* Whether no value fits both. */
  private static boolean never(List<Schema> ones, List<Schema> others) {
    EnumSet<Kind> kinds = kinds(ones);
    kinds.retainAll(kinds(others));
    if (kinds.isEmpty() || differ(ones, others)) return true;
    Set<String> required = required(ones);
    required.retainAll(required(others));
    if (!kinds.equals(EnumSet.of(Kind.OBJECT))) return false;
    return required.stream().anyMatch(name -> differ(about(ones, name), about(others, name)));
  }

  private static EnumSet<Kind> kinds(List<Schema> schemas) {
    EnumSet<Kind> kinds = EnumSet.allOf(Kind.class);
    for (Schema schema : schemas) kinds.retainAll(Keywords.types(schema));
    values(schemas)
        .ifPresent(values -> {
          EnumSet<Kind> listed = EnumSet.noneOf(Kind.class);
          for (Object value : values) listed.add(Keywords.kind(value));
          kinds.retainAll(listed);
        });
    return kinds;
  }

  private static boolean differ(List<Schema> ones, List<Schema> others) {
    Optional<List<@Nullable Object>> one = values(ones);
    Optional<List<@Nullable Object>> other = values(others);
    return one.isPresent() && other.isPresent() && Listed.common(one.get(), other.get()).isEmpty();
  }

  private static Optional<List<@Nullable Object>> values(List<Schema> schemas) {
    Optional<List<@Nullable Object>> all = Optional.empty();
    for (Schema schema : schemas) {
      Optional<List<@Nullable Object>> own = Listed.values(schema);
      if (own.isEmpty()) continue;
      all = all.isEmpty() ? own : Optional.of(Listed.common(all.get(), own.get()));
    }
    return all;
  }

  private static Set<String> required(List<Schema> schemas) {
    Set<String> names = new HashSet<>();
    for (Schema schema : schemas) {
      if (!schema.has("required")) continue;
      for (Object name : schema.list("required")) names.add(String.valueOf(name));
    }
    return names;
  }

  private static List<Schema> about(List<Schema> schemas, String name) {
    List<Schema> about = new ArrayList<>();
    for (Schema schema : schemas) {
      if (!schema.map("properties").containsKey(name)) continue;
      Object value = schema.map("properties").get(name);
      Optional.ofNullable(schema.inside(value, "properties", name))
          .ifPresent(property -> about.addAll(joined(property)));
    }
    return about;
  }

  /* Whether the objects that we write for the first lack something that the second requires. */
  private static boolean lacks(List<Schema> ones, List<Schema> others) {
    if (!kinds(ones).equals(EnumSet.of(Kind.OBJECT))) return false;
    if (!kinds(others).equals(EnumSet.of(Kind.OBJECT))) return false;
    boolean open = false;
    boolean named = false;
    for (Schema schema : ones) {
      if (schema.has("anyOf") || schema.has("oneOf")) return false;
      open |= schema.has("additionalProperties");
      open &= !Boolean.FALSE.equals(schema.get("additionalProperties"));
      named |= !schema.map("properties").isEmpty();
    }
    if (open || !named) return false;
    Set<String> own = required(ones);
    for (Schema schema : ones) {
      schema.map("properties").keySet().forEach(name -> own.add(String.valueOf(name)));
    }
    return !own.containsAll(required(others));
  }
}
