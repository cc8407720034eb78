package dev.kedge.engine.chat.jinja;

import java.util.List;

/** A statement; {@code at} is its offset in the template. */
sealed interface Node {
  int at();

  record Data(Text text, int at) implements Node {}

  record Output(Expr value, int at) implements Node {}

  record If(List<Branch> branches, List<Node> otherwise, int at) implements Node {}

  /** {@code filter} is literal true where the loop has none. */
  record For(
      Target target, Expr iterable, Expr filter, List<Node> body, List<Node> otherwise, int at)
      implements Node {}

  record Assign(Target target, Expr value, int at) implements Node {}

  record AssignBlock(Target target, List<Expr.FilterStep> filters, List<Node> body, int at)
      implements Node {}

  record Macro(String name, List<Parameter> parameters, List<Node> body, int at) implements Node {}

  record CallBlock(Expr.Call call, Macro caller, int at) implements Node {}

  record FilterBlock(List<Expr.FilterStep> filters, List<Node> body, int at) implements Node {}

  /** A body with names of its own: {@code with} and {@code generation}. */
  record With(List<Target> targets, List<Expr> values, List<Node> body, int at) implements Node {}

  record Break(int at) implements Node {}

  record Continue(int at) implements Node {}

  /** A condition and what it guards. */
  record Branch(Expr test, List<Node> body) {}

  /** A macro's parameter; without a default it is undefined when not given. */
  record Parameter(String name, Expr otherwise) {}

  /** What an assignment binds. */
  sealed interface Target {
    record Name(String name) implements Target {}

    record Attribute(String object, String name) implements Target {}

    record Several(List<Target> parts) implements Target {}
  }
}
