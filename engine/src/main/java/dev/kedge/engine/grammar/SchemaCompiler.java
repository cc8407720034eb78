package dev.kedge.engine.grammar;

import dev.kedge.engine.grammar.Keywords.Kind;
import dev.kedge.engine.weights.FormatException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a JSON Schema. A value is described by a set of schema objects that all hold for it:
 * references and {@code allOf} add to the set, {@code anyOf} and {@code oneOf} split it. Each set
 * is compiled once, known by the objects in it, so recursion through references ends, and what is
 * left to do lies in a queue, not on the stack.
 */
final class SchemaCompiler {
  private static final int MOST_NODES = 5000;

  /* A schema object of a set; split: bits of ANY_OF and ONE_OF, once an alternative was chosen. */
  private record Member(Schema schema, int split) {}

  private static final int ANY_OF = 1;
  private static final int ONE_OF = 2;

  private record Task(Node.Union into, List<Member> set) {}

  private final IdentityHashMap<Map<?, ?>, Integer> numbers = new IdentityHashMap<>();
  private final Map<List<Integer>, Node.Union> compiled = new HashMap<>();
  private final ArrayDeque<Task> tasks = new ArrayDeque<>();
  final Work work = new Work();
  private final List<Node> nodes = new ArrayList<>();

  /** Adds a node that is made outside, so that it is measured with the others. */
  <T extends Node> T node(T node) {
    if (nodes.size() >= MOST_NODES) {
      throw new FormatException(-1, "the schema is too large, or its alternatives multiply");
    }
    nodes.add(node);
    return node;
  }

  /** The values of a schema. */
  Node schema(String text) {
    @Nullable Schema root = root(Schema.parse(text));
    return root == null ? set(null) : all(List.of(root));
  }

  private static @Nullable Schema root(Object value) {
    if (value instanceof Map<?, ?> map) return new Schema(value, map, "#");
    return value.equals(true) ? new Schema(value, Map.of(), "#") : null;
  }

  /** The objects of a schema. */
  Node object(String text) {
    @Nullable Schema root = root(Schema.parse(text));
    Map<String, String> type = Map.of("type", "object");
    return root == null ? set(null) : all(List.of(root, new Schema(type, type, "#")));
  }

  /** Compiles all that was asked for. */
  Grammar grammar(Node root) {
    while (!tasks.isEmpty()) {
      Task task = tasks.remove();
      fill(task.into, task.set);
    }
    return Grammar.of(root, nodes);
  }

  /** The values for which all schemas hold. */
  Node all(List<@Nullable Schema> schemas) {
    List<Member> set = new ArrayList<>();
    for (Schema schema : schemas) {
      if (schema == null) return set(null);
      set.add(new Member(schema, 0));
    }
    return set(set);
  }

  /* No set at all stands for "no value". */
  private Node set(@Nullable List<Member> members) {
    List<Member> expanded = members == null ? null : expanded(members);
    if (expanded == null) return node(new Node.Union());
    Map<Integer, Member> sorted = new TreeMap<>();
    for (Member member : expanded) {
      if (member.schema.members().isEmpty()) continue;
      Integer number = numbers.computeIfAbsent(member.schema.members(), _ -> numbers.size());
      sorted.put(number * 4 + member.split, member);
    }
    List<Integer> key = List.copyOf(sorted.keySet());
    Node.Union known = compiled.get(key);
    if (known != null) return known;
    Node.Union union = node(new Node.Union());
    compiled.put(key, union);
    tasks.add(new Task(union, List.copyOf(sorted.values())));
    return union;
  }

  /* With all that references and allOf bring in; null if one is false. */
  private @Nullable List<Member> expanded(List<Member> members) {
    List<Member> all = new ArrayList<>();
    ArrayDeque<Member> open = new ArrayDeque<>(members);
    while (!open.isEmpty()) {
      Member member = open.remove();
      work.take(10 + all.size());
      boolean covered = false;
      for (Member other : all) covered |= covers(other, member);
      if (covered) continue;
      if (all.size() > 200) {
        throw new FormatException(-1, "more than 200 schemas hold at " + member.schema.path());
      }
      all.removeIf(other -> covers(member, other));
      all.add(member);
      Schema schema = member.schema;
      List<@Nullable Schema> more = new ArrayList<>();
      if (schema.has("$ref")) more.add(schema.target());
      if (schema.has("allOf")) more.addAll(alternatives(schema, "allOf"));
      for (Schema inside : more) {
        if (inside == null) return null;
        open.add(new Member(inside, 0));
      }
    }
    return all;
  }

  private static boolean covers(Member one, Member other) {
    return one.schema.sameAs(other.schema) && (one.split | other.split) == one.split;
  }

  private static List<@Nullable Schema> alternatives(Schema schema, String keyword) {
    List<@Nullable Schema> found = new ArrayList<>();
    List<?> list = schema.list(keyword);
    if (list.isEmpty()) throw schema.refuse(keyword, "must not be empty");
    for (int i = 0; i < list.size(); i++) {
      found.add(schema.inside(list.get(i), keyword, keyword + "/" + i));
    }
    return found;
  }

  private void fill(Node.Union into, List<Member> set) {
    for (Member member : set) {
      boolean any = member.schema.has("anyOf") && (member.split & ANY_OF) == 0;
      boolean one = member.schema.has("oneOf") && (member.split & ONE_OF) == 0;
      if (!any && !one) continue;
      split(into, set, member, any ? ANY_OF : ONE_OF);
      return;
    }
    List<Schema> schemas = set.stream().map(Member::schema).toList();
    EnumSet<Kind> kinds = EnumSet.allOf(Kind.class);
    EnumSet<Kind> spokenOf = EnumSet.noneOf(Kind.class);
    boolean typed = false;
    boolean listed = false;
    for (Schema schema : schemas) {
      spokenOf.addAll(Keywords.kinds(schema));
      kinds.retainAll(Keywords.types(schema));
      typed |= schema.has("type");
      listed |= schema.has("enum") || schema.has("const");
    }
    // Keywords of one kind allow all others too; but whoever writes them means that kind.
    if (!typed && !spokenOf.isEmpty()) kinds.retainAll(spokenOf);
    if (listed) into.alternatives.add(node(new Node.Leaf(Listed.words(schemas, kinds, spokenOf))));
    else for (Kind kind : kinds) values(into, kind, kinds, schemas);
  }

  private void split(Node.Union into, List<Member> set, Member member, int which) {
    String keyword = which == ANY_OF ? "anyOf" : "oneOf";
    List<@Nullable Schema> alternatives = alternatives(member.schema, keyword);
    if (which == ONE_OF) Exclusive.check(member.schema, alternatives);
    for (Schema alternative : alternatives) {
      if (alternative == null) continue;
      List<Member> chosen = new ArrayList<>(set);
      chosen.set(set.indexOf(member), new Member(member.schema, member.split | which));
      chosen.add(new Member(alternative, 0));
      into.alternatives.add(set(chosen));
    }
  }

  private void values(Node.Union into, Kind kind, EnumSet<Kind> kinds, List<Schema> schemas) {
    switch (kind) {
      case NULL -> words(into, "null");
      case BOOLEAN -> words(into, "true", "false");
      case INTEGER -> {
        if (!kinds.contains(Kind.NUMBER))
          into.alternatives.add(node(Scalars.integer(schemas, work)));
      }
      case NUMBER -> into.alternatives.add(node(Scalars.number(schemas, work)));
      case STRING -> into.alternatives.add(node(Scalars.string(schemas, work)));
      case ARRAY -> into.alternatives.add(node(new Elements(Containers.array(schemas, this))));
      case OBJECT -> Containers.object(schemas, this).ifPresent(into.alternatives::add);
    }
  }

  private void words(Node.Union into, String... words) {
    into.alternatives.add(node(new Node.Leaf(Listed.words(List.of(words)))));
  }
}
