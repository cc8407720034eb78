package dev.kedge.engine.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Evaluates expressions for one rendering. For one thread. */
final class Evaluator {
  private final Source source;
  private final Budget budget;
  private final Operators operators;
  private final Members members;
  private final Printer printer;
  private final Filters filters;
  private final Tests tests;

  Evaluator(Source source, Budget budget) {
    this.source = source;
    this.budget = budget;
    this.operators = new Operators(budget);
    this.members = new Members(budget, operators);
    this.printer = new Printer(budget);
    this.tests = new Tests(operators);
    this.filters = new Filters(budget, operators, members, printer, tests);
  }

  Operators operators() {
    return operators;
  }

  Printer printer() {
    return printer;
  }

  Value evaluate(Expr expr, Scope scope) {
    try {
      budget.enter();
      Value value = visit(expr, scope);
      budget.leave();
      return value;
    } catch (Fault fault) {
      throw source.error(expr.at(), fault.reason());
    }
  }

  private Value visit(Expr expr, Scope scope) {
    return switch (expr) {
      case Expr.Literal(Value value, int _) -> value;
      case Expr.Name(String name, int _) -> scope.get(name);
      case Expr.ListOf list ->
          Sequence.of(
              budget,
              list.tuple() ? Sequence.Shape.TUPLE : Sequence.Shape.LIST,
              all(list.items(), scope));
      case Expr.DictOf dict -> dict(dict, scope);
      case Expr.Attribute(Expr object, String name, int _) ->
          members.attribute(evaluate(object, scope), name);
      case Expr.Item(Expr object, Expr index, int _) ->
          members.item(evaluate(object, scope), evaluate(index, scope));
      case Expr.Slice slice -> slice(slice, scope);
      case Expr.Call(Expr function, Expr.ArgumentList arguments, int _) ->
          call(evaluate(function, scope), arguments(arguments, scope));
      case Expr.Filtered(Expr input, Expr.FilterStep step, int _) ->
          filters.apply(step.name(), evaluate(input, scope), arguments(step.arguments(), scope));
      case Expr.Tested test -> test(test, scope);
      case Expr.Negative(Expr operand, int _) -> Numbers.negate(evaluate(operand, scope));
      case Expr.Positive(Expr operand, int _) ->
          Numbers.arithmetic("+", new Value.Int(0), evaluate(operand, scope));
      case Expr.Not(Expr operand, int _) ->
          Value.Bool.of(!Operators.truth(evaluate(operand, scope)));
      case Expr.Binary(String operator, Expr left, Expr right, int _) ->
          operators.binary(operator, evaluate(left, scope), evaluate(right, scope));
      case Expr.Concat(List<Expr> parts, int _) -> concat(parts, scope);
      case Expr.Compare compare -> compare(compare, scope);
      case Expr.Logical logical -> logical(logical, scope);
      case Expr.Condition(Expr test, Expr then, Expr otherwise, int _) ->
          evaluate(Operators.truth(evaluate(test, scope)) ? then : otherwise, scope);
    };
  }

  private List<Value> all(List<Expr> exprs, Scope scope) {
    List<Value> values = new ArrayList<>(exprs.size());
    for (Expr expr : exprs) {
      values.add(evaluate(expr, scope));
    }
    return values;
  }

  private Value dict(Expr.DictOf dict, Scope scope) {
    Map<Value, Value> entries = new LinkedHashMap<>();
    for (int i = 0; i < dict.keys().size(); i++) {
      Value key = Dict.key(evaluate(dict.keys().get(i), scope));
      entries.put(key, evaluate(dict.values().get(i), scope));
    }
    return new Dict(budget, entries);
  }

  private Value slice(Expr.Slice slice, Scope scope) {
    return members.slice(
        evaluate(slice.object(), scope),
        evaluate(slice.start(), scope),
        evaluate(slice.stop(), scope),
        evaluate(slice.step(), scope));
  }

  Arguments arguments(Expr.ArgumentList list, Scope scope) {
    Map<String, Value> named = new LinkedHashMap<>();
    List<Value> positional = all(list.positional(), scope);
    for (Expr.Keyword keyword : list.named()) {
      named.put(keyword.name(), evaluate(keyword.value(), scope));
    }
    return new Arguments(positional, named);
  }

  Value call(Value function, Arguments arguments) {
    return switch (function) {
      case Value.Function callable -> callable.call(arguments);
      case Value other -> throw new Fault(other.kind() + " cannot be called");
    };
  }

  private Value test(Expr.Tested test, Scope scope) {
    boolean holds =
        tests.apply(test.test(), evaluate(test.input(), scope), arguments(test.arguments(), scope));
    return Value.Bool.of(holds != test.negated());
  }

  private Value concat(List<Expr> parts, Scope scope) {
    TextBuilder out = new TextBuilder(budget);
    for (Value value : all(parts, scope)) {
      printer.print(value, out);
    }
    return out.build();
  }

  private Value compare(Expr.Compare compare, Scope scope) {
    Value left = evaluate(compare.operands().getFirst(), scope);
    for (int i = 0; i < compare.operators().size(); i++) {
      Value right = evaluate(compare.operands().get(i + 1), scope);
      if (!operators.compare(compare.operators().get(i), left, right)) {
        return Value.Bool.FALSE;
      }
      left = right;
    }
    return Value.Bool.TRUE;
  }

  private Value logical(Expr.Logical logical, Scope scope) {
    Value value = Value.Nothing.NONE;
    for (Expr operand : logical.operands()) {
      value = evaluate(operand, scope);
      if (Operators.truth(value) != logical.and()) {
        return value;
      }
    }
    return value;
  }

  /** Applies a chain of filters to a captured text. */
  Value filter(Value input, List<Expr.FilterStep> steps, Scope scope) {
    Value value = input;
    for (Expr.FilterStep step : steps) {
      value = filters.apply(step.name(), value, arguments(step.arguments(), scope));
    }
    return value;
  }
}
