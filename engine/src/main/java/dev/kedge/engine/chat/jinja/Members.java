package dev.kedge.engine.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Attributes, items, slices and the methods of containers. */
final class Members {
  private final Budget budget;
  private final Operators operators;

  Members(Budget budget, Operators operators) {
    this.budget = budget;
    this.operators = operators;
  }

  /** {@code object.name}: a method first, then an entry. */
  Value attribute(Value object, String name) {
    Optional<Value> method = method(object, name);
    if (method.isPresent()) {
      return method.get();
    }
    Value missing = new Value.Undefined(object.kind() + " without '" + name + "'");
    return switch (object) {
      case Dict dict -> dict.get(Text.trusted(name), missing);
      case Value.Space space -> space.attributes.getOrDefault(name, missing);
      case Loop loop -> loop.attribute(name);
      case Value.Undefined(String what) ->
          throw new Fault(what + " is undefined, so it has no '" + name + "'");
      case Value.Nothing _,
          Value.Bool _,
          Value.Int _,
          Value.Real _,
          Value.Function _,
          Text _,
          Sequence _ ->
          missing;
    };
  }

  /** {@code object[index]}: an entry first, then a method. */
  Value item(Value object, Value index) {
    if (object instanceof Value.Undefined(String what)) {
      throw new Fault(what + " is undefined, so it has no items");
    }
    if (object instanceof Dict dict && !(index instanceof Sequence) && !(index instanceof Dict)) {
      Value key = index instanceof Value.Undefined ? Value.Nothing.NONE : Dict.key(index);
      if (!(index instanceof Value.Undefined) && dict.has(key)) {
        return dict.get(key, key);
      }
    }
    if (Numbers.isWhole(index)) {
      long at = Numbers.whole(index);
      if (object instanceof Sequence sequence && sequence.isIndexed()) {
        List<Value> items = sequence.items();
        long place = at < 0 ? at + items.size() : at;
        return place >= 0 && place < items.size()
            ? items.get((int) place)
            : new Value.Undefined("element " + at);
      }
      if (object instanceof Text text) {
        return character(text, at);
      }
    }
    if (index instanceof Text name && !(object instanceof Dict dict && dict.has(name))) {
      return attribute(object, name.chars());
    }
    return new Value.Undefined(object.kind() + " without that item");
  }

  private Value character(Text text, long at) {
    long length = operators.length(text);
    long place = at < 0 ? at + length : at;
    if (place < 0 || place >= length) {
      return new Value.Undefined("character " + at);
    }
    int from = text.chars().offsetByCodePoints(0, (int) place);
    budget.characters(1);
    return text.slice(from, text.chars().offsetByCodePoints(from, 1));
  }

  Value slice(Value object, Value start, Value stop, Value step) {
    long by = step == Value.Nothing.NONE ? 1 : Numbers.whole(step);
    if (by == 0) {
      throw new Fault("the step of a slice must not be 0");
    }
    if (object instanceof Text text) {
      int length = (int) operators.length(text);
      return slice(
          text, length, bound(start, length, by, true), bound(stop, length, by, false), by);
    }
    if (object instanceof Sequence sequence && sequence.isIndexed()) {
      List<Value> items = sequence.items();
      long to = bound(stop, items.size(), by, false);
      List<Value> picked = new ArrayList<>();
      for (long i = bound(start, items.size(), by, true);
          by > 0 ? i < to : i > to;
          i = next(i, by)) {
        budget.steps(1);
        picked.add(items.get((int) i));
      }
      return Sequence.of(budget, sequence.shape(), picked);
    }
    if (object instanceof Value.Undefined(String what)) {
      throw new Fault(what + " is undefined, so it has no items");
    }
    return new Value.Undefined("a slice of " + object.kind());
  }

  private static long next(long at, long step) {
    return at + Math.clamp(step, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private Value slice(Text text, int length, long from, long to, long step) {
    String chars = text.chars();
    boolean plain = length == chars.length();
    if (step == 1) {
      int begin = plain ? (int) from : chars.offsetByCodePoints(0, (int) from);
      int end = plain ? (int) to : chars.offsetByCodePoints(0, (int) Math.max(from, to));
      budget.characters(Math.max(0, end - begin));
      return text.slice(begin, end);
    }
    List<Value> characters = TextMethods.characters(budget, text);
    TextBuilder out = new TextBuilder(budget);
    for (long i = from; step > 0 ? i < to : i > to; i = next(i, step)) {
      budget.steps(1);
      out.append((Text) characters.get((int) i));
    }
    return out.build();
  }

  private static long bound(Value value, int length, long step, boolean isStart) {
    if (value == Value.Nothing.NONE) {
      if (isStart) {
        return step > 0 ? 0 : length - 1L;
      }
      return step > 0 ? length : -1;
    }
    long given = Numbers.whole(value);
    long place = given < 0 ? given + length : given;
    return step > 0 ? Math.clamp(place, 0L, length) : Math.clamp(place, -1L, length - 1L);
  }

  private Optional<Value> method(Value object, String name) {
    return switch (object) {
      case Text text -> new TextMethods(budget, operators, text).find(name);
      case Dict dict -> dictMethod(dict, name);
      case Sequence sequence when sequence.isIndexed() -> sequenceMethod(sequence, name);
      case Value _ -> Optional.empty();
    };
  }

  private Optional<Value> dictMethod(Dict dict, String name) {
    return switch (name) {
      case "items" ->
          function(arguments -> {
            arguments.bind("items");
            return items(dict, Sequence.Shape.VIEW);
          });
      case "keys" ->
          function(arguments -> {
            arguments.bind("keys");
            return view(new ArrayList<>(dict.asMap().keySet()));
          });
      case "values" ->
          function(arguments -> {
            arguments.bind("values");
            return view(new ArrayList<>(dict.asMap().values()));
          });
      case "copy" ->
          function(arguments -> {
            arguments.bind("copy");
            return dict;
          });
      case "get" ->
          function(arguments -> {
            var bound = arguments.bind("get", "key", "default");
            return dict.get(Dict.key(bound.need("key")), bound.get("default", Value.Nothing.NONE));
          });
      case "pop", "popitem", "update", "setdefault", "clear", "fromkeys" ->
          Optional.of(
              new Value.Undefined("the method '" + name + "', which would change a mapping,"));
      default -> Optional.empty();
    };
  }

  Sequence items(Dict dict, Sequence.Shape shape) {
    List<Value> pairs = new ArrayList<>(dict.size());
    for (Map.Entry<Value, Value> entry : dict.entries()) {
      pairs.add(
          Sequence.of(budget, Sequence.Shape.TUPLE, List.of(entry.getKey(), entry.getValue())));
    }
    return Sequence.of(budget, shape, pairs);
  }

  private Value view(List<Value> values) {
    return Sequence.of(budget, Sequence.Shape.VIEW, values);
  }

  private static Optional<Value> function(Value.Function function) {
    return Optional.of(function);
  }

  private Optional<Value> sequenceMethod(Sequence sequence, String name) {
    return switch (name) {
      case "index" ->
          function(arguments -> index(sequence, arguments.bind("index", "value").need("value")));
      case "count" ->
          function(arguments -> {
            Value wanted = arguments.bind("count", "value").need("value");
            return new Value.Int(
                sequence.items().stream().filter(item -> operators.equal(item, wanted)).count());
          });
      case "append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse" ->
          Optional.of(new Value.Undefined("the method '" + name + "', which would change a list,"));
      default -> Optional.empty();
    };
  }

  private Value index(Sequence sequence, Value wanted) {
    for (int i = 0; i < sequence.items().size(); i++) {
      if (operators.equal(sequence.items().get(i), wanted)) {
        return new Value.Int(i);
      }
    }
    throw new Fault("index: the value is not in the list");
  }
}
