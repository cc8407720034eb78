package dev.kedge.engine.chat.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Filters of lists and mappings. */
final class ContainerFilters {
  private final Budget budget;
  private final Operators operators;
  private final Members members;
  private final Printer printer;
  private final Tests tests;
  private final Filters filters;

  ContainerFilters(
      Budget budget,
      Operators operators,
      Members members,
      Printer printer,
      Tests tests,
      Filters filters) {
    this.budget = budget;
    this.operators = operators;
    this.members = members;
    this.printer = printer;
    this.tests = tests;
    this.filters = filters;
  }

  /** Applies a filter; the value is the first of the arguments. */
  Value apply(String name, Value value, Arguments arguments) {
    return switch (name) {
      case "length", "count" -> new Value.Int(operators.length(only(name, value, arguments)));
      case "list" -> list(new ArrayList<>(operators.iterate(only(name, value, arguments))));
      case "first" -> first(operators.iterate(only(name, value, arguments)));
      case "last" -> last(only(name, value, arguments));
      case "reverse" -> reverse(only(name, value, arguments));
      case "items" -> items(only(name, value, arguments));
      case "dictsort" ->
          dictSort(value, arguments.bind(name, "value", "case_sensitive", "by", "reverse"));
      case "join" -> join(value, arguments.bind(name, "value", "d", "attribute"));
      case "sort" ->
          sort(value, arguments.bind(name, "value", "reverse", "case_sensitive", "attribute"));
      case "unique" -> unique(value, arguments.bind(name, "value", "case_sensitive", "attribute"));
      case "min", "max" ->
          extreme(name, value, arguments.bind(name, "value", "case_sensitive", "attribute"));
      case "sum" -> sum(value, arguments.bind(name, "iterable", "attribute", "start"));
      case "map" -> map(value, arguments.rest());
      case "select", "reject" -> select(name, value, arguments.rest(), false);
      case "selectattr", "rejectattr" -> select(name, value, arguments.rest(), true);
      default -> throw new Fault("there is no filter '" + name + "'");
    };
  }

  private static Value only(String name, Value value, Arguments arguments) {
    arguments.bind("the filter '" + name + "'", "value");
    return value;
  }

  private Value list(List<Value> items) {
    return Sequence.list(budget, items);
  }

  private Value iterator(List<Value> items) {
    return Sequence.of(budget, Sequence.Shape.ITERATOR, items);
  }

  private static Value first(List<Value> items) {
    return items.isEmpty() ? new Value.Undefined("the first of nothing") : items.getFirst();
  }

  private Value last(Value value) {
    if (value instanceof Sequence sequence && !sequence.hasLength()) {
      throw new Fault("an iterator has no last element; make it a list first (|list)");
    }
    List<Value> items = operators.iterate(value);
    return items.isEmpty() ? new Value.Undefined("the last of nothing") : items.getLast();
  }

  private Value reverse(Value value) {
    if (value instanceof Text text) {
      Value none = Value.Nothing.NONE;
      return members.slice(text, none, none, new Value.Int(-1));
    }
    List<Value> items = new ArrayList<>(operators.iterate(value));
    Collections.reverse(items);
    return iterator(items);
  }

  private Value items(Value value) {
    return switch (value) {
      case Dict dict -> members.items(dict, Sequence.Shape.ITERATOR);
      case Value.Undefined _ -> iterator(new ArrayList<>());
      case Value other -> throw new Fault("items needs a mapping, not " + other.kind());
    };
  }

  private Value dictSort(Value value, Arguments.Bound bound) {
    if (!(value instanceof Dict dict)) {
      throw new Fault("dictsort needs a mapping, not " + value.kind());
    }
    String by = bound.has("by") ? bound.text("by").chars() : "key";
    if (!by.equals("key") && !by.equals("value")) {
      throw new Fault("dictsort: 'by' must be 'key' or 'value'");
    }
    Value place = new Value.Int(by.equals("key") ? 0 : 1);
    boolean exact = bound.flag("case_sensitive", false);
    List<Value> pairs = new ArrayList<>(members.items(dict, Sequence.Shape.LIST).items());
    return list(sorted(pairs, pair -> folded(members.item(pair, place), exact), bound));
  }

  private List<Value> sorted(List<Value> items, Key key, Arguments.Bound bound) {
    List<Keyed> keyed = new ArrayList<>(items.size());
    for (Value item : items) {
      keyed.add(new Keyed(key.of(item), item));
    }
    Comparator<Keyed> order = Comparator.comparing(Keyed::key, operators::compare);
    keyed.sort(bound.flag("reverse", false) ? order.reversed() : order);
    List<Value> sorted = new ArrayList<>(items.size());
    keyed.forEach(entry -> sorted.add(entry.value()));
    return sorted;
  }

  private Value folded(Value value, boolean exact) {
    return !exact && value instanceof Text text ? operators.methods(text).lower() : value;
  }

  private Key key(Arguments.Bound bound) {
    boolean exact = bound.flag("case_sensitive", false);
    return item ->
        folded(bound.given("attribute") ? attribute(item, bound.need("attribute")) : item, exact);
  }

  /** {@code a.b.0}: each part an item, else an attribute. */
  private Value attribute(Value item, Value path) {
    if (!(path instanceof Text text)) {
      return members.item(item, path);
    }
    Value value = item;
    for (String part : text.chars().split("\\.", -1)) {
      budget.steps(1);
      boolean index =
          !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
      value = members.item(value, index ? new Value.Int(Long.parseLong(part)) : Text.trusted(part));
    }
    return value;
  }

  private Value sort(Value value, Arguments.Bound bound) {
    return list(sorted(operators.iterate(value), key(bound), bound));
  }

  private Value unique(Value value, Arguments.Bound bound) {
    Key key = key(bound);
    List<Value> kept = new ArrayList<>();
    Set<Value> seen = new HashSet<>();
    for (Value item : operators.iterate(value)) {
      if (seen.add(Dict.key(key.of(item)))) {
        kept.add(item);
      }
    }
    return iterator(kept);
  }

  private Value extreme(String name, Value value, Arguments.Bound bound) {
    Key key = key(bound);
    int sign = name.equals("max") ? 1 : -1;
    List<Value> items = operators.iterate(value);
    if (items.isEmpty()) {
      return new Value.Undefined("the " + name + " of nothing");
    }
    Value best = items.getFirst();
    for (Value item : items) {
      if (operators.compare(key.of(item), key.of(best)) * sign > 0) {
        best = item;
      }
    }
    return best;
  }

  private Value sum(Value value, Arguments.Bound bound) {
    Value total = bound.get("start", new Value.Int(0));
    for (Value item : operators.iterate(value)) {
      Value term = bound.given("attribute") ? attribute(item, bound.need("attribute")) : item;
      total = operators.binary("+", total, term);
    }
    return total;
  }

  private Value join(Value value, Arguments.Bound bound) {
    Text separator = printer.text(bound.get("d", Text.EMPTY));
    TextBuilder out = new TextBuilder(budget);
    boolean first = true;
    for (Value item : operators.iterate(value)) {
      if (!first) {
        out.append(separator);
      }
      printer.print(
          bound.given("attribute") ? attribute(item, bound.need("attribute")) : item, out);
      first = false;
    }
    return out.build();
  }

  private Value map(Value value, Arguments arguments) {
    List<Value> mapped = new ArrayList<>();
    if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
      var bound = arguments.bind("map", "filter", "attribute", "default");
      for (Value item : operators.iterate(value)) {
        Value found = attribute(item, bound.need("attribute"));
        mapped.add(found instanceof Value.Undefined ? bound.get("default", found) : found);
      }
      return iterator(mapped);
    }
    String filter = name("map", arguments);
    for (Value item : operators.iterate(value)) {
      mapped.add(filters.apply(filter, item, arguments.rest()));
    }
    return iterator(mapped);
  }

  private Value select(String name, Value value, Arguments arguments, boolean byAttribute) {
    boolean wanted = name.startsWith("select");
    Arguments test = byAttribute ? arguments.rest() : arguments;
    if (byAttribute && arguments.positional().isEmpty()) {
      throw new Fault(name + " needs the name of an attribute");
    }
    List<Value> kept = new ArrayList<>();
    for (Value item : operators.iterate(value)) {
      Value tested = byAttribute ? attribute(item, arguments.positional().getFirst()) : item;
      boolean holds =
          test.positional().isEmpty()
              ? Operators.truth(tested)
              : tests.apply(name(name, test), tested, test.rest());
      if (holds == wanted) {
        kept.add(item);
      }
    }
    return iterator(kept);
  }

  private static String name(String filter, Arguments arguments) {
    if (!arguments.positional().isEmpty()
        && arguments.positional().getFirst() instanceof Text text) {
      return text.chars();
    }
    throw new Fault(filter + " needs the name of what to apply as a string");
  }

  /** What a list is ordered by. */
  @FunctionalInterface
  private interface Key {
    Value of(Value item);
  }

  private record Keyed(Value key, Value value) {}
}
