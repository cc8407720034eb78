package dev.kedge.engine.chat.jinja;

/** What may stand after {@code is}. */
final class Tests {
  private final Operators operators;

  Tests(Operators operators) {
    this.operators = operators;
  }

  boolean apply(String name, Value value, Arguments arguments) {
    return switch (name) {
      case "eq", "equalto", "==" -> operators.compare("==", value, other(name, arguments));
      case "ne", "!=" -> operators.compare("!=", value, other(name, arguments));
      case "lt", "lessthan", "<" -> operators.compare("<", value, other(name, arguments));
      case "le", "<=" -> operators.compare("<=", value, other(name, arguments));
      case "gt", "greaterthan", ">" -> operators.compare(">", value, other(name, arguments));
      case "ge", ">=" -> operators.compare(">=", value, other(name, arguments));
      case "in" -> operators.contains(other(name, arguments), value);
      case "sameas" -> same(value, other(name, arguments));
      case "divisibleby" -> {
        Value remainder = Numbers.arithmetic("%", value, other(name, arguments));
        yield !Operators.truth(remainder);
      }
      default -> {
        arguments.bind("the test '" + name + "'");
        yield kind(name, value);
      }
    };
  }

  private static Value other(String name, Arguments arguments) {
    return arguments.bind("the test '" + name + "'", "other").need("other");
  }

  private static boolean same(Value left, Value right) {
    return Operators.same(left, right) || (left instanceof Value.Int && left.equals(right));
  }

  private boolean kind(String name, Value value) {
    return switch (name) {
      case "defined" -> !(value instanceof Value.Undefined);
      case "undefined" -> value instanceof Value.Undefined;
      case "none" -> value == Value.Nothing.NONE;
      case "true" -> value == Value.Bool.TRUE;
      case "false" -> value == Value.Bool.FALSE;
      case "boolean" -> value instanceof Value.Bool;
      case "integer" -> value instanceof Value.Int;
      case "float" -> value instanceof Value.Real;
      case "number" -> Numbers.isNumber(value);
      case "string" -> value instanceof Text;
      case "mapping" -> value instanceof Dict;
      case "callable" -> value instanceof Value.Function;
      case "sequence" ->
          value instanceof Text
              || value instanceof Dict
              || value instanceof Value.Undefined
              || (value instanceof Sequence sequence && sequence.isIndexed());
      case "iterable" ->
          value instanceof Text
              || value instanceof Dict
              || value instanceof Value.Undefined
              || value instanceof Sequence;
      case "odd" -> parity(value) == 1;
      case "even" -> parity(value) == 0;
      case "upper" -> value instanceof Text text && methods(text).isUpper();
      case "lower" -> value instanceof Text text && methods(text).isLower();
      default -> throw new Fault("there is no test '" + name + "'");
    };
  }

  private static double parity(Value value) {
    return Numbers.real(Numbers.arithmetic("%", value, new Value.Int(2)));
  }

  private TextMethods methods(Text text) {
    operators.paySearch(text, Text.EMPTY);
    return operators.methods(text);
  }
}
