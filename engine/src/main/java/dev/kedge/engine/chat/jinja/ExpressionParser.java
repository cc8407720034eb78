package dev.kedge.engine.chat.jinja;

import dev.kedge.engine.chat.jinja.Expr.ArgumentList;
import dev.kedge.engine.chat.jinja.Expr.FilterStep;
import dev.kedge.engine.chat.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Expressions by precedence climbing. From loose to tight: {@code if else}, {@code or}, {@code
 * and}, {@code not}, comparison, {@code + -}, {@code ~}, {@code * / // %}, {@code **}, sign,
 * filters and tests, members and calls.
 */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> SUMS = Set.of("+", "-");
  private static final Set<String> PRODUCTS = Set.of("*", "/", "//", "%");
  private static final Set<String> POWERS = Set.of("**");

  private final TokenStream in;

  ExpressionParser(TokenStream in) {
    this.in = in;
  }

  Expr expression() {
    in.enter();
    Expr value = or();
    while (in.atName("if")) {
      int at = in.take().at();
      Expr test = or();
      Expr otherwise =
          in.skipName("else")
              ? expression()
              : new Expr.Literal(new Value.Undefined("the missing else"), at);
      value = new Expr.Condition(test, value, otherwise, at);
    }
    in.leave();
    return value;
  }

  /** An expression, or a tuple where commas follow; {@code if} ends it unless conditions may be. */
  Expr tuple(boolean conditions) {
    in.enter();
    int at = in.peek().at();
    List<Expr> items = new ArrayList<>();
    boolean comma = false;
    while (!endsTuple()) {
      items.add(conditions ? expression() : or());
      if (!in.skipOperator(",")) {
        break;
      }
      comma = true;
    }
    in.leave();
    if (items.isEmpty()) {
      throw in.unexpected("an expression");
    }
    return comma ? new Expr.ListOf(items, true, at) : items.getFirst();
  }

  private boolean endsTuple() {
    return in.at(Kind.BLOCK_END)
        || in.at(Kind.VARIABLE_END)
        || in.atOperator(")")
        || in.at(Kind.END)
        || in.atName("recursive");
  }

  /** An expression without {@code if else}. */
  Expr or() {
    return logical(false);
  }

  private Expr logical(boolean and) {
    int at = in.peek().at();
    Expr first = and ? not() : logical(true);
    String word = and ? "and" : "or";
    if (!in.atName(word)) {
      return first;
    }
    List<Expr> operands = new ArrayList<>(List.of(first));
    while (in.skipName(word)) {
      operands.add(and ? not() : logical(true));
    }
    return new Expr.Logical(and, operands, at);
  }

  private Expr not() {
    int at = in.peek().at();
    int count = 0;
    while (in.skipName("not")) {
      count++;
    }
    Expr value = comparison();
    if (count > 0) {
      value = new Expr.Not(value, at);
    }
    return count > 0 && count % 2 == 0 ? new Expr.Not(value, at) : value;
  }

  private Expr comparison() {
    int at = in.peek().at();
    Expr first = binary(SUMS);
    List<Expr> operands = new ArrayList<>(List.of(first));
    List<String> operators = new ArrayList<>();
    while (true) {
      Token token = in.peek();
      if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
        operators.add(in.take().text());
      } else if (in.skipName("in")) {
        operators.add("in");
      } else if (in.atName("not") && in.peekSecond().isName("in")) {
        in.take();
        in.take();
        operators.add("not in");
      } else {
        break;
      }
      operands.add(binary(SUMS));
    }
    return operators.isEmpty() ? first : new Expr.Compare(operands, operators, at);
  }

  private Expr binary(Set<String> operators) {
    Expr left = tighter(operators);
    while (in.at(Kind.OPERATOR) && operators.contains(in.peek().text())) {
      Token operator = in.take();
      left = new Expr.Binary(operator.text(), left, tighter(operators), operator.at());
    }
    return left;
  }

  private Expr tighter(Set<String> operators) {
    if (operators.equals(SUMS)) {
      return concat();
    }
    return operators.equals(PRODUCTS) ? binary(POWERS) : signed(true);
  }

  private Expr concat() {
    int at = in.peek().at();
    Expr first = binary(PRODUCTS);
    if (!in.atOperator("~")) {
      return first;
    }
    List<Expr> parts = new ArrayList<>(List.of(first));
    while (in.skipOperator("~")) {
      parts.add(binary(PRODUCTS));
    }
    return new Expr.Concat(parts, at);
  }

  private Expr signed(boolean withFilters) {
    in.enter();
    int at = in.peek().at();
    Expr value;
    if (in.skipOperator("-")) {
      value = new Expr.Negative(signed(false), at);
    } else if (in.skipOperator("+")) {
      value = new Expr.Positive(signed(false), at);
    } else {
      value = primary();
    }
    value = members(value);
    if (withFilters) {
      value = filtersAndTests(value);
    }
    in.leave();
    return value;
  }

  private Expr primary() {
    Token token = in.peek();
    return switch (token.kind()) {
      case NAME -> name(in.take());
      case STRING -> string();
      case INTEGER -> new Expr.Literal(Numbers.parseInteger(in, in.take()), token.at());
      case FLOAT -> {
        in.take();
        yield new Expr.Literal(new Value.Real(Double.parseDouble(token.text())), token.at());
      }
      case OPERATOR ->
          switch (token.text()) {
            case "(" -> parenthesized();
            case "[" -> list();
            case "{" -> dict();
            default -> throw in.unexpected("an expression");
          };
      case DATA, VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END, END ->
          throw in.unexpected("an expression");
    };
  }

  private static Expr name(Token token) {
    int at = token.at();
    return switch (token.text()) {
      case "true", "True" -> new Expr.Literal(Value.Bool.TRUE, at);
      case "false", "False" -> new Expr.Literal(Value.Bool.FALSE, at);
      case "none", "None" -> new Expr.Literal(Value.Nothing.NONE, at);
      default -> new Expr.Name(token.text(), at);
    };
  }

  private Expr string() {
    Token first = in.take();
    StringBuilder text = new StringBuilder(first.text());
    while (in.at(Kind.STRING)) {
      text.append(in.take().text());
    }
    return new Expr.Literal(Text.trusted(text.toString()), first.at());
  }

  private Expr parenthesized() {
    int at = in.take().at();
    if (in.skipOperator(")")) {
      return new Expr.ListOf(List.of(), true, at);
    }
    Expr value = tuple(true);
    in.expectOperator(")");
    return value;
  }

  private Expr list() {
    int at = in.take().at();
    List<Expr> items = new ArrayList<>();
    while (!in.atOperator("]")) {
      items.add(expression());
      if (!in.skipOperator(",")) {
        break;
      }
    }
    in.expectOperator("]");
    return new Expr.ListOf(items, false, at);
  }

  private Expr dict() {
    int at = in.take().at();
    List<Expr> keys = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!in.atOperator("}")) {
      keys.add(expression());
      in.expectOperator(":");
      values.add(expression());
      if (!in.skipOperator(",")) {
        break;
      }
    }
    in.expectOperator("}");
    return new Expr.DictOf(keys, values, at);
  }

  private Expr members(Expr object) {
    Expr value = object;
    while (true) {
      Token token = in.peek();
      if (token.isOperator(".")) {
        in.take();
        value = dotted(value, token.at());
      } else if (token.isOperator("[")) {
        in.take();
        value = subscript(value, token.at());
      } else if (token.isOperator("(")) {
        value = new Expr.Call(value, arguments(), token.at());
      } else {
        return value;
      }
    }
  }

  private Expr dotted(Expr object, int at) {
    if (in.at(Kind.INTEGER)) {
      Value index = Numbers.parseInteger(in, in.take());
      return new Expr.Item(object, new Expr.Literal(index, at), at);
    }
    return new Expr.Attribute(object, in.expect(Kind.NAME, "a name after '.'").text(), at);
  }

  private Expr subscript(Expr object, int at) {
    Expr start = slicePart();
    if (!in.atOperator(":")) {
      if (in.atOperator("]")
          && start instanceof Expr.Literal(Value.Nothing _, int where)
          && where < 0) {
        throw in.unexpected("an index");
      }
      if (in.atOperator(",")) {
        throw in.unexpected("']'; an index has one part");
      }
      in.expectOperator("]");
      return new Expr.Item(object, start, at);
    }
    in.take();
    Expr stop = slicePart();
    Expr step = in.skipOperator(":") ? slicePart() : omitted();
    in.expectOperator("]");
    return new Expr.Slice(object, start, stop, step, at);
  }

  private Expr slicePart() {
    return in.atOperator(":") || in.atOperator("]") ? omitted() : expression();
  }

  private static Expr omitted() {
    return new Expr.Literal(Value.Nothing.NONE, -1);
  }

  private Expr filtersAndTests(Expr input) {
    Expr value = input;
    while (true) {
      Token token = in.peek();
      if (token.isOperator("|")) {
        in.take();
        FilterStep step = filterStep();
        value = new Expr.Filtered(value, step, step.at());
      } else if (token.isName("is")) {
        value = test(value);
      } else if (token.isOperator("(")) {
        value = new Expr.Call(value, arguments(), token.at());
      } else {
        return value;
      }
    }
  }

  /** A chain of filters, the first without a bar, as block statements have it. */
  List<FilterStep> filterChain() {
    List<FilterStep> steps = new ArrayList<>(List.of(filterStep()));
    while (in.skipOperator("|")) {
      steps.add(filterStep());
    }
    return steps;
  }

  private FilterStep filterStep() {
    Token name = in.expect(Kind.NAME, "the name of a filter");
    return new FilterStep(
        name.text(), in.atOperator("(") ? arguments() : ArgumentList.NONE, name.at());
  }

  private Expr test(Expr input) {
    int at = in.take().at();
    boolean negated = in.skipName("not");
    String name = in.expect(Kind.NAME, "the name of a test").text();
    ArgumentList arguments = ArgumentList.NONE;
    if (in.atOperator("(")) {
      arguments = arguments();
    } else if (beginsTestArgument()) {
      in.enter();
      arguments = new ArgumentList(List.of(members(primary())), List.of());
      in.leave();
    }
    return new Expr.Tested(input, name, arguments, negated, at);
  }

  private boolean beginsTestArgument() {
    Token token = in.peek();
    return switch (token.kind()) {
      case STRING, INTEGER, FLOAT -> true;
      case OPERATOR -> token.isOperator("[") || token.isOperator("{");
      case NAME -> {
        if (token.isName("is")) {
          throw in.unexpected("'and' or 'or' between two tests");
        }
        yield !token.isName("else") && !token.isName("or") && !token.isName("and");
      }
      case DATA, VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END, END -> false;
    };
  }

  private ArgumentList arguments() {
    in.expectOperator("(");
    List<Expr> positional = new ArrayList<>();
    List<Expr.Keyword> named = new ArrayList<>();
    Set<String> names = new HashSet<>();
    while (!in.atOperator(")")) {
      Token token = in.peek();
      if (token.kind() == Kind.NAME && in.peekSecond().isOperator("=")) {
        in.take();
        in.take();
        if (!names.add(token.text())) {
          throw in.error(token, "the argument '" + token.text() + "' is given twice");
        }
        named.add(new Expr.Keyword(token.text(), expression()));
      } else if (named.isEmpty()) {
        positional.add(expression());
      } else {
        throw in.unexpected("a named argument, as the ones before");
      }
      if (!in.skipOperator(",")) {
        break;
      }
    }
    in.expectOperator(")");
    return new ArgumentList(positional, named);
  }
}
