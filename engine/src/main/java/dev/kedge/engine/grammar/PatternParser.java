package dev.kedge.engine.grammar;

import dev.kedge.engine.weights.FormatException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the part of ECMA-262's regular expressions that describes regular languages: characters,
 * classes, groups, alternatives, quantifiers, and {@code ^} and {@code $} at the ends of an
 * alternative. Look-around, back references, word borders and {@code \p} are refused.
 *
 * <p>Where engines differ about what a class holds, it holds what all of them agree on: {@code .},
 * negated classes and what surrounds a pattern without anchors never mean control characters or
 * line separators, and {@code \s} means ASCII white space.
 */
final class PatternParser {
  static final int LAST = Character.MAX_CODE_POINT;
  private static final int MAX_LENGTH = 4096;
  private static final int MAX_DEPTH = 60;
  private static final int MAX_REPEAT = 5000;

  /* What "any character" means, in ranges. */
  private static final CodePoints ANY =
      CodePoints.of(0x20, 0x7E, 0xA0, 0x2027, 0x202A, 0xD7FF, 0xE000, LAST);
  private static final CodePoints DIGIT = CodePoints.of('0', '9');
  private static final CodePoints WORD = CodePoints.of('0', '9', 'A', 'Z', '_', '_', 'a', 'z');
  private static final CodePoints SPACE = CodePoints.of('\t', '\r', ' ', ' ');
  private static final CodePoints ALL_SPACE =
      SPACE.or(
          CodePoints.of(0xA0, 0xA0, 0x1680, 0x1680, 0x2000, 0x200A, 0x202F, 0x202F)
              .or(CodePoints.of(0x205F, 0x205F, 0x3000, 0x3000, 0xFEFF, 0xFEFF)));

  private final String text;
  private int at;
  private int depth;

  private PatternParser(String text) {
    this.text = text;
  }

  /** The strings that a pattern matches somewhere: without anchors anything may stand around it. */
  static Regex search(String pattern) {
    PatternParser parser = parser(pattern);
    List<Regex> alternatives = new ArrayList<>();
    do alternatives.add(parser.anchored());
    while (parser.take('|'));
    if (parser.at < pattern.length()) throw parser.refuse("')' without '('");
    return new Regex.Choice(alternatives);
  }

  /** The strings that an expression without anchors matches as a whole. */
  static Regex whole(String expression) {
    PatternParser parser = parser(expression);
    Regex regex = parser.alternatives();
    if (parser.at < expression.length()) throw parser.refuse("')' without '('");
    return regex;
  }

  private static PatternParser parser(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new FormatException(-1, "the pattern is longer than " + MAX_LENGTH + " characters");
    }
    return new PatternParser(text);
  }

  private Regex anchored() {
    Regex anything = new Regex.Repeat(new Regex.Symbols(ANY.ranges()), 0, -1);
    List<Regex> parts = new ArrayList<>();
    if (!take('^')) parts.add(anything);
    parts.add(sequence());
    if (!take('$')) parts.add(anything);
    return new Regex.Sequence(parts);
  }

  private Regex alternatives() {
    List<Regex> parts = new ArrayList<>();
    do parts.add(sequence());
    while (take('|'));
    return parts.size() == 1 ? parts.getFirst() : new Regex.Choice(parts);
  }

  private Regex sequence() {
    List<Regex> parts = new ArrayList<>();
    while (at < text.length() && "|)".indexOf(text.charAt(at)) < 0) {
      if (text.charAt(at) == '$' && (at + 1 == text.length() || text.charAt(at + 1) == '|')) {
        if (depth == 0) break;
      }
      parts.add(quantified(atom()));
    }
    return new Regex.Sequence(parts);
  }

  private Regex quantified(Regex part) {
    if (at == text.length()) return part;
    Regex result =
        switch (text.charAt(at)) {
          case '*' -> repeat(part, 0, -1);
          case '+' -> repeat(part, 1, -1);
          case '?' -> repeat(part, 0, 1);
          case '{' -> counted(part);
          default -> null;
        };
    if (result == null) return part;
    take('?'); // as few as possible: the same strings
    if (at < text.length() && "*+?{".indexOf(text.charAt(at)) >= 0) {
      throw refuse("a quantifier behind a quantifier");
    }
    return result;
  }

  private Regex repeat(Regex part, int least, int most) {
    at++;
    return new Regex.Repeat(part, least, most);
  }

  private Regex counted(Regex part) {
    at++;
    int least = count();
    int most = least;
    if (take(',')) most = at < text.length() && text.charAt(at) == '}' ? -1 : count();
    if (!take('}')) throw refuse("a count that does not end with '}'");
    if (most >= 0 && most < least) throw refuse("a count whose end is below its start");
    return new Regex.Repeat(part, least, most);
  }

  private int count() {
    int start = at;
    int value = 0;
    while (at < text.length() && Character.digit(text.charAt(at), 10) >= 0) {
      value = value * 10 + Character.digit(text.charAt(at++), 10);
      if (value > MAX_REPEAT) throw refuse("a count above " + MAX_REPEAT);
    }
    if (at == start) throw refuse("'{' without a count");
    return value;
  }

  private Regex atom() {
    char c = text.charAt(at);
    return switch (c) {
      case '(' -> group();
      case '[' -> new Regex.Symbols(charClass().ranges());
      case '.' -> {
        at++;
        yield new Regex.Symbols(ANY.ranges());
      }
      case '\\' -> new Regex.Symbols(escape(false).ranges());
      case '^', '$' -> throw refuse("'" + c + "' inside the pattern; it is known only at its ends");
      case '*', '+', '?', '{' -> throw refuse("a quantifier without something to repeat");
      default -> {
        int point = text.codePointAt(at);
        at += Character.charCount(point);
        yield Regex.of(point, point);
      }
    };
  }

  private Regex group() {
    at++;
    if (++depth > MAX_DEPTH) throw refuse("groups nested too deep");
    if (take('?') && !take(':')) throw refuse("a group that begins with '(?', other than '(?:'");
    Regex inside = alternatives();
    if (!take(')')) throw refuse("a group that does not end");
    depth--;
    return inside;
  }

  private CodePoints charClass() {
    at++;
    boolean negated = take('^');
    CodePoints found = CodePoints.of();
    while (!take(']')) {
      CodePoints low = member();
      if (at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != ']') {
        at++;
        CodePoints high = member();
        if (low.single() < 0 || high.single() < low.single()) throw refuse("a range out of order");
        low = CodePoints.of(low.single(), high.single());
      }
      found = found.or(low);
    }
    return negated ? ANY.without(found) : found;
  }

  private CodePoints member() {
    if (at == text.length()) throw refuse("a class that does not end with ']'");
    if (text.charAt(at) == '\\') return escape(true);
    int point = text.codePointAt(at);
    at += Character.charCount(point);
    return CodePoints.of(point, point);
  }

  private CodePoints escape(boolean inClass) {
    at++;
    if (at == text.length()) throw refuse("a '\\' at the end");
    char c = text.charAt(at++);
    return switch (c) {
      case 'd' -> DIGIT;
      case 'D' -> ANY.without(DIGIT);
      case 'w' -> WORD;
      case 'W' -> ANY.without(WORD);
      case 's' -> SPACE;
      case 'S' -> ANY.without(ALL_SPACE);
      case 't' -> CodePoints.of('\t', '\t');
      case 'n' -> CodePoints.of('\n', '\n');
      case 'v' -> CodePoints.of(0x0B, 0x0B);
      case 'f' -> CodePoints.of('\f', '\f');
      case 'r' -> CodePoints.of('\r', '\r');
      case 'x' -> hexadecimal(2);
      case 'u' -> hexadecimal(4);
      default -> {
        if (c < 0x80 && Character.isLetterOrDigit(c)) {
          at--;
          throw refuse("the escape \\" + c + (inClass ? " in a class" : ""));
        }
        yield CodePoints.of(c, c);
      }
    };
  }

  private CodePoints hexadecimal(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
      if (digit < 0) throw refuse("an escape without its " + digits + " hexadecimal digits");
      value = value << 4 | digit;
      at++;
    }
    if (value >= 0xD800 && value <= 0xDFFF) throw refuse("a surrogate");
    return CodePoints.of(value, value);
  }

  private boolean take(char c) {
    if (at == text.length() || text.charAt(at) != c) return false;
    at++;
    return true;
  }

  private FormatException refuse(String what) {
    return new FormatException(
        -1, "the pattern has %s at character %d, which is not supported".formatted(what, at));
  }
}
