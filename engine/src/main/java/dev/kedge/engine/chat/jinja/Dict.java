package dev.kedge.engine.chat.jinja;

import java.util.Map;
import java.util.Set;

/** A mapping in the order of insertion. Keys are strings, numbers, booleans or none. */
final class Dict implements Value {
  private final Map<Value, Value> entries;
  private final int depth;

  /** Takes over the map, which nobody may change afterwards; one step for each entry. */
  Dict(Budget budget, Map<Value, Value> entries) {
    budget.steps(entries.size());
    int deepest = 0;
    for (Value value : entries.values()) {
      deepest = Math.max(deepest, value.depth());
    }
    this.entries = entries;
    this.depth = budget.containerDepth(deepest);
  }

  /** The value as a key. */
  static Value key(Value value) {
    return switch (value) {
      case Text _, Int _, Bool _, Nothing _, Real _ -> value;
      case Undefined _, Space _, Function _, Sequence _, Dict _, Loop _ ->
          throw new Fault(value.kind() + " cannot be the key of a mapping");
    };
  }

  Value get(Value key, Value otherwise) {
    return entries.getOrDefault(key, otherwise);
  }

  boolean has(Value key) {
    return entries.containsKey(key);
  }

  int size() {
    return entries.size();
  }

  Set<Map.Entry<Value, Value>> entries() {
    return entries.entrySet();
  }

  Map<Value, Value> asMap() {
    return entries;
  }

  @Override
  public int depth() {
    return depth;
  }

  @Override
  public String kind() {
    return "a mapping";
  }
}
