package dev.kedge.engine.chat.jinja;

import dev.kedge.engine.chat.jinja.Token.Kind;
import dev.kedge.engine.weights.FormatException;
import java.util.List;

/** The tokens of a template, one ahead, with the nesting of the parser that reads them. */
final class TokenStream {
  private final Source source;
  private final List<Token> tokens;
  private final int nestingLimit;
  private int next;
  private int nesting;

  TokenStream(Source source, List<Token> tokens, int nestingLimit) {
    this.source = source;
    this.tokens = tokens;
    this.nestingLimit = nestingLimit;
  }

  Token peek() {
    return tokens.get(next);
  }

  Token peekSecond() {
    return tokens.get(Math.min(next + 1, tokens.size() - 1));
  }

  Token take() {
    Token token = peek();
    if (token.kind() != Kind.END) {
      next++;
    }
    return token;
  }

  boolean at(Kind kind) {
    return peek().kind() == kind;
  }

  boolean atName(String name) {
    return peek().isName(name);
  }

  boolean atOperator(String operator) {
    return peek().isOperator(operator);
  }

  boolean skipName(String name) {
    return skip(atName(name));
  }

  boolean skipOperator(String operator) {
    return skip(atOperator(operator));
  }

  private boolean skip(boolean matches) {
    if (matches) {
      next++;
    }
    return matches;
  }

  Token expect(Kind kind, String what) {
    if (!at(kind)) {
      throw unexpected(what);
    }
    return take();
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  FormatException unexpected(String expected) {
    return error(peek(), "found " + peek().describe() + ", expected " + expected);
  }

  FormatException error(Token token, String reason) {
    return source.error(token.at(), reason);
  }

  void enter() {
    if (++nesting > nestingLimit) {
      throw error(peek(), "the template nests deeper than " + nestingLimit + " levels");
    }
  }

  void leave() {
    nesting--;
  }
}
