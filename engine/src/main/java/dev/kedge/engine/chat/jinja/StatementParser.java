package dev.kedge.engine.chat.jinja;

import dev.kedge.engine.chat.jinja.Node.Target;
import dev.kedge.engine.chat.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Statements by recursive descent. */
final class StatementParser {
  private static final Set<String> CONSTANTS =
      Set.of("true", "True", "false", "False", "none", "None");

  private final TokenStream in;
  private final ExpressionParser expressions;
  private int loops;

  StatementParser(TokenStream in) {
    this.in = in;
    this.expressions = new ExpressionParser(in);
  }

  List<Node> template() {
    List<Node> nodes = body(Set.of());
    if (!in.at(Kind.END)) {
      throw in.unexpected("the end of the template");
    }
    return nodes;
  }

  /** Statements up to a block that begins with one of these words, of which the word is next. */
  private List<Node> body(Set<String> ends) {
    in.enter();
    List<Node> nodes = new ArrayList<>();
    boolean ended = false;
    while (!ended) {
      Token token = in.peek();
      switch (token.kind()) {
        case DATA -> nodes.add(new Node.Data(Text.trusted(in.take().text()), token.at()));
        case VARIABLE_BEGIN -> {
          in.take();
          nodes.add(new Node.Output(expressions.tuple(true), token.at()));
          in.expect(Kind.VARIABLE_END, "'}}'");
        }
        case BLOCK_BEGIN -> {
          in.take();
          if (in.at(Kind.NAME) && ends.contains(in.peek().text())) {
            ended = true;
          } else {
            nodes.add(statement());
          }
        }
        case END -> {
          if (!ends.isEmpty()) {
            throw in.unexpected(
                "{% " + String.join(" %} or {% ", ends.stream().sorted().toList()) + " %}");
          }
          ended = true;
        }
        case NAME, STRING, INTEGER, FLOAT, OPERATOR, VARIABLE_END, BLOCK_END ->
            throw in.unexpected("the end of the tag");
      }
    }
    in.leave();
    return nodes;
  }

  private List<Node> bodyUntil(String end) {
    blockEnd();
    List<Node> nodes = body(Set.of(end));
    in.expectName(end);
    blockEnd();
    return nodes;
  }

  private void blockEnd() {
    in.expect(Kind.BLOCK_END, "'%}'");
  }

  private Node statement() {
    Token word = in.expect(Kind.NAME, "a statement");
    int at = word.at();
    return switch (word.text()) {
      case "if" -> ifStatement(at);
      case "for" -> forStatement(at);
      case "set" -> set(at);
      case "macro" -> {
        String name = in.expect(Kind.NAME, "the name of the macro").text();
        yield macro(name, parameters(), "endmacro", at);
      }
      case "call" -> callBlock(at);
      case "filter" -> {
        var filters = expressions.filterChain();
        yield new Node.FilterBlock(filters, bodyUntil("endfilter"), at);
      }
      case "with" -> with(at);
      case "generation" -> new Node.With(List.of(), List.of(), bodyUntil("endgeneration"), at);
      case "break", "continue" -> jump(word);
      case "include", "import", "from", "extends", "block" ->
          throw in.error(word, "'" + word.text() + "' is not supported in a chat template");
      default -> throw in.error(word, "there is no statement '" + word.text() + "'");
    };
  }

  private Node jump(Token word) {
    if (loops == 0) {
      throw in.error(word, "'" + word.text() + "' stands outside a loop");
    }
    blockEnd();
    return word.isName("break") ? new Node.Break(word.at()) : new Node.Continue(word.at());
  }

  private Node ifStatement(int at) {
    List<Node.Branch> branches = new ArrayList<>();
    List<Node> otherwise = List.of();
    Set<String> ends = Set.of("elif", "else", "endif");
    do {
      Expr test = expressions.tuple(false);
      blockEnd();
      branches.add(new Node.Branch(test, body(ends)));
    } while (in.skipName("elif"));
    if (in.skipName("else")) {
      blockEnd();
      otherwise = body(Set.of("endif"));
    }
    in.expectName("endif");
    blockEnd();
    return new Node.If(branches, otherwise, at);
  }

  private Node forStatement(int at) {
    Target target = target(false);
    in.expectName("in");
    Expr iterable = expressions.tuple(false);
    Expr filter =
        in.skipName("if") ? expressions.expression() : new Expr.Literal(Value.Bool.TRUE, at);
    if (in.atName("recursive")) {
      throw in.error(in.peek(), "recursive loops are not supported");
    }
    blockEnd();
    loops++;
    List<Node> body = body(Set.of("else", "endfor"));
    loops--;
    List<Node> otherwise = List.of();
    if (in.skipName("else")) {
      blockEnd();
      otherwise = body(Set.of("endfor"));
    }
    in.expectName("endfor");
    blockEnd();
    return new Node.For(target, iterable, filter, body, otherwise, at);
  }

  private Node set(int at) {
    Target target = target(true);
    if (in.skipOperator("=")) {
      Expr value = expressions.tuple(true);
      blockEnd();
      return new Node.Assign(target, value, at);
    }
    List<Expr.FilterStep> filters = in.skipOperator("|") ? expressions.filterChain() : List.of();
    return new Node.AssignBlock(target, filters, bodyUntil("endset"), at);
  }

  private Target target(boolean attributes) {
    List<Target> parts = new ArrayList<>();
    boolean comma = false;
    do {
      if (comma && !in.at(Kind.NAME) && !in.atOperator("(")) {
        break;
      }
      parts.add(targetPart(attributes));
      comma |= in.atOperator(",");
    } while (in.skipOperator(","));
    return comma ? new Target.Several(parts) : parts.getFirst();
  }

  private Target targetPart(boolean attributes) {
    if (in.skipOperator("(")) {
      in.enter();
      Target target = target(false);
      in.expectOperator(")");
      in.leave();
      return target;
    }
    Token name = in.expect(Kind.NAME, "a name to assign to");
    if (CONSTANTS.contains(name.text())) {
      throw in.error(name, "'" + name.text() + "' cannot be assigned to");
    }
    if (attributes && in.skipOperator(".")) {
      return new Target.Attribute(
          name.text(), in.expect(Kind.NAME, "the name of an attribute").text());
    }
    return new Target.Name(name.text());
  }

  private Node.Macro macro(String name, List<Node.Parameter> parameters, String end, int at) {
    int enclosing = loops;
    loops = 0;
    Node.Macro macro = new Node.Macro(name, parameters, bodyUntil(end), at);
    loops = enclosing;
    return macro;
  }

  private List<Node.Parameter> parameters() {
    in.expectOperator("(");
    List<Node.Parameter> parameters = new ArrayList<>();
    Set<String> names = new HashSet<>();
    boolean defaults = false;
    while (!in.atOperator(")")) {
      Token name = in.expect(Kind.NAME, "the name of a parameter");
      Expr otherwise =
          new Expr.Literal(new Value.Undefined("parameter '" + name.text() + "'"), name.at());
      if (in.skipOperator("=")) {
        otherwise = expressions.expression();
        defaults = true;
      } else if (defaults) {
        throw in.error(name, "a parameter without default follows one with a default");
      }
      if (!names.add(name.text())) {
        throw in.error(name, "the parameter '" + name.text() + "' is named twice");
      }
      parameters.add(new Node.Parameter(name.text(), otherwise));
      if (!in.skipOperator(",")) {
        break;
      }
    }
    in.expectOperator(")");
    return parameters;
  }

  private Node callBlock(int at) {
    List<Node.Parameter> parameters = in.atOperator("(") ? parameters() : List.of();
    Token start = in.peek();
    if (!(expressions.expression() instanceof Expr.Call call)) {
      throw in.error(start, "expected the call of a macro");
    }
    return new Node.CallBlock(call, macro("caller", parameters, "endcall", at), at);
  }

  private Node with(int at) {
    List<Target> targets = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!in.at(Kind.BLOCK_END)) {
      if (!targets.isEmpty()) {
        in.expectOperator(",");
      }
      targets.add(targetPart(false));
      in.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Node.With(targets, values, bodyUntil("endwith"), at);
  }
}
