package dev.kedge.engine.chat.jinja;

import dev.kedge.engine.chat.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Reads the tokens between the brackets of one tag. */
final class TagLexer {
  private static final List<String> TWO_CHARACTER_OPERATORS =
      List.of("//", "**", "==", "!=", ">=", "<=");
  private static final String ONE_CHARACTER_OPERATORS = "+-/*%~[](){}><=.:|,;";

  private final Source source;
  private final String text;
  private final List<Token> tokens;
  private final Deque<Character> open = new ArrayDeque<>();
  private int at;

  TagLexer(Source source, List<Token> tokens) {
    this.source = source;
    this.text = source.text();
    this.tokens = tokens;
  }

  /** Where reading goes on after a tag that ends at {@code end} with this sign. */
  static int afterTag(String text, int end, char sign, boolean trimsNewline) {
    int at = end;
    if (sign == '-') {
      while (at < text.length() && Characters.isSpace(text.charAt(at))) {
        at++;
      }
    } else if (sign != '+' && trimsNewline && at < text.length() && text.charAt(at) == '\n') {
      at++;
    }
    return at;
  }

  /** Reads up to the end of the tag and returns the offset after it. */
  int read(int from, boolean variable) {
    at = from;
    while (at < text.length()) {
      if (Characters.isSpace(text.charAt(at))) {
        at++;
        continue;
      }
      int end = open.isEmpty() ? tagEnd(variable) : -1;
      if (end >= 0) {
        tokens.add(new Token(variable ? Kind.VARIABLE_END : Kind.BLOCK_END, "", at));
        return end;
      }
      token();
    }
    throw source.error(from, "this tag does not end; expected " + (variable ? "'}}'" : "'%}'"));
  }

  private int tagEnd(boolean variable) {
    char sign = text.charAt(at);
    boolean signed = sign == '-' || (sign == '+' && !variable);
    int close = signed ? at + 1 : at;
    return text.startsWith(variable ? "}}" : "%}", close)
        ? afterTag(text, close + 2, signed ? sign : ' ', !variable)
        : -1;
  }

  private void token() {
    char c = text.charAt(at);
    if (c == '"' || c == '\'') {
      string(c);
    } else if (c >= '0' && c <= '9') {
      number();
    } else if (c == '_' || Character.isUnicodeIdentifierStart(c)) {
      int end = at + 1;
      while (end < text.length()
          && Character.isUnicodeIdentifierPart(text.charAt(end))
          && !Character.isIdentifierIgnorable(text.charAt(end))) {
        end++;
      }
      add(Kind.NAME, text.substring(at, end), end);
    } else {
      operator(c);
    }
  }

  private void add(Kind kind, String value, int end) {
    tokens.add(new Token(kind, value, at));
    at = end;
  }

  private void operator(char c) {
    for (String operator : TWO_CHARACTER_OPERATORS) {
      if (text.startsWith(operator, at)) {
        add(Kind.OPERATOR, operator, at + 2);
        return;
      }
    }
    if (ONE_CHARACTER_OPERATORS.indexOf(c) < 0) {
      throw source.error(
          at, "unexpected character '" + Character.toString(text.codePointAt(at)) + "'");
    }
    balance(c);
    add(Kind.OPERATOR, String.valueOf(c), at + 1);
  }

  private void balance(char c) {
    switch (c) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> {
        if (open.isEmpty() || open.pop() != c) {
          throw source.error(at, "unexpected '" + c + "'");
        }
      }
      default -> {}
    }
  }

  private void string(char quote) {
    int end = at + 1;
    while (end < text.length() && text.charAt(end) != quote) {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= text.length()) {
      throw source.error(at, "this string does not end");
    }
    add(Kind.STRING, new Escapes(source, at + 1, end).decode(), end + 1);
  }

  private void number() {
    int end = at;
    int radixLetter = at + 1 < text.length() ? Character.toLowerCase(text.charAt(at + 1)) : 0;
    if (text.charAt(at) == '0'
        && (radixLetter == 'x' || radixLetter == 'o' || radixLetter == 'b')) {
      end = at + 2;
      while (end < text.length()
          && (Character.digit(text.charAt(end), 16) >= 0 || text.charAt(end) == '_')) {
        end++;
      }
      add(Kind.INTEGER, text.substring(at, end).replace("_", ""), end);
      return;
    }
    end = digits(at);
    boolean afterDot = at > 0 && text.charAt(at - 1) == '.';
    int fraction = end < text.length() && text.charAt(end) == '.' ? digits(end + 1) : end + 1;
    boolean isFloat = fraction > end + 1;
    int mantissa = isFloat ? fraction : end;
    int exponent = exponentEnd(mantissa);
    if (!afterDot && (isFloat || exponent > mantissa)) {
      end = exponent;
      add(Kind.FLOAT, text.substring(at, end).replace("_", ""), end);
    } else {
      add(Kind.INTEGER, text.substring(at, end).replace("_", ""), end);
    }
  }

  private int exponentEnd(int from) {
    if (from >= text.length() || Character.toLowerCase(text.charAt(from)) != 'e') {
      return from;
    }
    int sign = from + 1;
    if (sign < text.length() && (text.charAt(sign) == '+' || text.charAt(sign) == '-')) {
      sign++;
    }
    int end = digits(sign);
    return end > sign ? end : from;
  }

  private int digits(int from) {
    int end = from;
    while (end < text.length()
        && ((text.charAt(end) >= '0' && text.charAt(end) <= '9')
            || (text.charAt(end) == '_' && end > from))) {
      end++;
    }
    return end;
  }
}
