package dev.kedge.engine.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Truth, order, equality and the binary operators. */
final class Operators {
  private final Budget budget;

  Operators(Budget budget) {
    this.budget = budget;
  }

  TextMethods methods(Text text) {
    return new TextMethods(budget, this, text);
  }

  static boolean truth(Value value) {
    return switch (value) {
      case Value.Nothing _, Value.Undefined _ -> false;
      case Value.Bool bool -> bool == Value.Bool.TRUE;
      case Value.Int(long number) -> number != 0;
      case Value.Real(double number) -> number != 0;
      case Text text -> !text.isEmpty();
      case Sequence sequence -> !sequence.hasLength() || !sequence.items().isEmpty();
      case Dict dict -> dict.size() > 0;
      case Value.Space _, Value.Function _, Loop _ -> true;
    };
  }

  boolean equal(Value left, Value right) {
    budget.steps(1);
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      return Numbers.equal(left, right);
    }
    return switch (left) {
      case Text text -> {
        budget.steps(text.length() >> 8);
        yield text.equals(right);
      }
      case Value.Undefined _ -> right instanceof Value.Undefined;
      case Sequence sequence -> right instanceof Sequence other && equalItems(sequence, other);
      case Dict dict -> right instanceof Dict other && equalEntries(dict, other);
      case Value.Nothing _,
          Value.Bool _,
          Value.Int _,
          Value.Real _,
          Value.Space _,
          Value.Function _,
          Loop _ ->
          same(left, right);
    };
  }

  /** Values without contents are equal only to themselves. */
  @SuppressWarnings("ReferenceEquality")
  static boolean same(Value left, Value right) {
    return left == right;
  }

  private boolean equalItems(Sequence left, Sequence right) {
    if (!left.isIndexed() || !right.isIndexed()) {
      return same(left, right);
    }
    if (left.shape() != right.shape() || left.items().size() != right.items().size()) {
      return false;
    }
    for (int i = 0; i < left.items().size(); i++) {
      if (!equal(left.items().get(i), right.items().get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean equalEntries(Dict left, Dict right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (Map.Entry<Value, Value> entry : left.entries()) {
      Value other = right.get(entry.getKey(), entry.getValue());
      if (!right.has(entry.getKey()) || !equal(entry.getValue(), other)) {
        return false;
      }
    }
    return true;
  }

  int compare(Value left, Value right) {
    budget.steps(1);
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      return Numbers.compare(left, right);
    }
    if (left instanceof Text one && right instanceof Text two) {
      budget.steps(Math.min(one.length(), two.length()) >> 8);
      return compareCodePoints(one.chars(), two.chars());
    }
    if (left instanceof Sequence one
        && right instanceof Sequence two
        && one.shape() == two.shape()
        && (one.shape() == Sequence.Shape.LIST || one.shape() == Sequence.Shape.TUPLE)) {
      return compareItems(one.items(), two.items());
    }
    throw new Fault("%s and %s have no order".formatted(left.kind(), right.kind()));
  }

  private int compareItems(List<Value> left, List<Value> right) {
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      if (!equal(left.get(i), right.get(i))) {
        return compare(left.get(i), right.get(i));
      }
    }
    return Integer.compare(left.size(), right.size());
  }

  private static int compareCodePoints(String left, String right) {
    for (int i = 0; i < Math.min(left.length(), right.length()); i++) {
      char one = left.charAt(i);
      char two = right.charAt(i);
      if (one != two) {
        boolean mixed = Character.isSurrogate(one) != Character.isSurrogate(two);
        return mixed ? (Character.isSurrogate(one) ? 1 : -1) : Character.compare(one, two);
      }
    }
    return Integer.compare(left.length(), right.length());
  }

  boolean compare(String operator, Value left, Value right) {
    return switch (operator) {
      case "==" -> equal(left, right);
      case "!=" -> !equal(left, right);
      case "<" -> ordered(left, right) && compare(left, right) < 0;
      case "<=" -> ordered(left, right) && compare(left, right) <= 0;
      case ">" -> ordered(left, right) && compare(left, right) > 0;
      case ">=" -> ordered(left, right) && compare(left, right) >= 0;
      case "in" -> contains(right, left);
      case "not in" -> !contains(right, left);
      default -> throw new Fault("there is no comparison " + operator);
    };
  }

  /** Not-a-number compares false with everything. */
  private static boolean ordered(Value left, Value right) {
    return !(left instanceof Value.Real(double one) && Double.isNaN(one))
        && !(right instanceof Value.Real(double two) && Double.isNaN(two));
  }

  boolean contains(Value container, Value element) {
    return switch (container) {
      case Text text -> {
        if (!(element instanceof Text part)) {
          throw new Fault("only a string can be in a string, not " + element.kind());
        }
        paySearch(text, part);
        yield text.chars().contains(part.chars());
      }
      case Sequence sequence -> {
        for (Value item : sequence.walk()) {
          if (equal(item, element)) {
            yield true;
          }
        }
        yield false;
      }
      case Dict dict -> dict.has(Dict.key(element));
      case Value.Undefined _ -> false;
      case Value.Nothing _,
          Value.Bool _,
          Value.Int _,
          Value.Real _,
          Value.Space _,
          Value.Function _,
          Loop _ ->
          throw new Fault("nothing can be in " + container.kind());
    };
  }

  /** Searching may compare every character of the part at every place. */
  void paySearch(Text text, Text part) {
    budget.steps(((long) text.length() * Math.max(1, part.length())) >> 8);
  }

  Value binary(String operator, Value left, Value right) {
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      return Numbers.arithmetic(operator, left, right);
    }
    if (operator.equals("+") && left instanceof Text one && right instanceof Text two) {
      return new TextBuilder(budget).append(one).append(two).build();
    }
    if (operator.equals("+")
        && left instanceof Sequence one
        && right instanceof Sequence two
        && one.shape() == two.shape()
        && (one.shape() == Sequence.Shape.LIST || one.shape() == Sequence.Shape.TUPLE)) {
      budget.steps(one.items().size() + two.items().size());
      List<Value> items = new ArrayList<>(one.items());
      items.addAll(two.items());
      return Sequence.of(budget, one.shape(), items);
    }
    if (operator.equals("*")) {
      if (Numbers.isWhole(right)) {
        return repeat(left, Numbers.whole(right));
      }
      if (Numbers.isWhole(left)) {
        return repeat(right, Numbers.whole(left));
      }
    }
    throw new Fault("%s %s %s is not possible".formatted(left.kind(), operator, right.kind()));
  }

  private Value repeat(Value value, long times) {
    long count = Math.max(0, times);
    if (value instanceof Text text) {
      TextBuilder builder = new TextBuilder(budget);
      for (long i = 0; i < count && !text.isEmpty(); i++) {
        budget.steps(1);
        builder.append(text);
      }
      return builder.build();
    }
    if (value instanceof Sequence sequence
        && sequence.shape() != Sequence.Shape.RANGE
        && sequence.isIndexed()) {
      List<Value> items = new ArrayList<>();
      for (long i = 0; i < count && !sequence.items().isEmpty(); i++) {
        budget.steps(sequence.items().size());
        items.addAll(sequence.items());
      }
      return Sequence.of(budget, sequence.shape(), items);
    }
    throw new Fault(value.kind() + " cannot be repeated");
  }

  /** The elements of a value: of a string its characters, of a mapping its keys. */
  List<Value> iterate(Value value) {
    return switch (value) {
      case Sequence sequence -> {
        budget.steps(sequence.items().size());
        yield sequence.walk();
      }
      case Text text -> TextMethods.characters(budget, text);
      case Dict dict -> {
        budget.steps(dict.size());
        yield List.copyOf(dict.asMap().keySet());
      }
      case Value.Undefined _ -> List.of();
      case Value.Nothing _,
          Value.Bool _,
          Value.Int _,
          Value.Real _,
          Value.Space _,
          Value.Function _,
          Loop _ ->
          throw new Fault(value.kind() + " has no elements to walk");
    };
  }

  long length(Value value) {
    return switch (value) {
      case Text text -> {
        budget.steps(text.length() >> 8);
        yield text.chars().codePointCount(0, text.length());
      }
      case Dict dict -> dict.size();
      case Sequence sequence when sequence.hasLength() -> sequence.items().size();
      case Value.Undefined _ -> 0;
      case Value other -> throw new Fault(other.kind() + " has no length");
    };
  }
}
