package dev.kedge.engine.chat.jinja;

import java.util.List;

/** An expression; {@code at} is its offset in the template. */
sealed interface Expr {
  int at();

  record Literal(Value value, int at) implements Expr {}

  record Name(String name, int at) implements Expr {}

  record ListOf(List<Expr> items, boolean tuple, int at) implements Expr {}

  record DictOf(List<Expr> keys, List<Expr> values, int at) implements Expr {}

  record Attribute(Expr object, String name, int at) implements Expr {}

  record Item(Expr object, Expr index, int at) implements Expr {}

  /** Parts that are left out are literal none. */
  record Slice(Expr object, Expr start, Expr stop, Expr step, int at) implements Expr {}

  record Call(Expr function, ArgumentList arguments, int at) implements Expr {}

  record Filtered(Expr input, FilterStep filter, int at) implements Expr {}

  record Tested(Expr input, String test, ArgumentList arguments, boolean negated, int at)
      implements Expr {}

  record Negative(Expr operand, int at) implements Expr {}

  record Positive(Expr operand, int at) implements Expr {}

  record Not(Expr operand, int at) implements Expr {}

  record Binary(String operator, Expr left, Expr right, int at) implements Expr {}

  record Concat(List<Expr> parts, int at) implements Expr {}

  /** {@code first op second op third …}: true if each neighbouring pair compares so. */
  record Compare(List<Expr> operands, List<String> operators, int at) implements Expr {}

  /** {@code and} or {@code or} of two or more. */
  record Logical(boolean and, List<Expr> operands, int at) implements Expr {}

  record Condition(Expr test, Expr then, Expr otherwise, int at) implements Expr {}

  /** Arguments as written. */
  record ArgumentList(List<Expr> positional, List<Keyword> named) {
    static final ArgumentList NONE = new ArgumentList(List.of(), List.of());
  }

  /** {@code name=value}. */
  record Keyword(String name, Expr value) {}

  /** One filter of a chain. */
  record FilterStep(String name, ArgumentList arguments, int at) {}
}
