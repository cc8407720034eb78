package dev.kedge.engine.json;

import dev.kedge.engine.weights.FormatException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON text into values: null, Boolean, BigDecimal, String, List and Map, whose keys keep
 * their order. Strict: no key twice in one object, nothing after the value. Bounded: {@value
 * #MAX_CHARACTERS} characters, {@value #MAX_DEPTH} levels, numbers of {@value #MAX_NUMBER}
 * characters with exponents of at most three digits. One thread, one text.
 */
public final class JsonParser {
  /** Most characters of a text. */
  public static final int MAX_CHARACTERS = 1 << 20;

  /** Most objects and arrays inside each other. */
  public static final int MAX_DEPTH = 128;

  private static final int MAX_NUMBER = 64;

  private final String text;
  private int at;
  private int depth;

  private JsonParser(String text) {
    this.text = text;
  }

  /**
   * Reads one value.
   *
   * @throws FormatException if the text is no JSON or goes beyond a bound; gives the character
   */
  public static @Nullable Object parse(String text) {
    return parse(text, MAX_CHARACTERS);
  }

  /** As {@link #parse(String)} with another bound for the text's length. */
  public static @Nullable Object parse(String text, int maxCharacters) {
    if (text.length() > maxCharacters) {
      throw new FormatException(-1, "the JSON text is longer than " + maxCharacters);
    }
    JsonParser parser = new JsonParser(text);
    Object value = parser.value();
    parser.space();
    if (parser.at < text.length()) throw parser.unexpected("the end of the text");
    return value;
  }

  private @Nullable Object value() {
    space();
    if (at == text.length()) throw unexpected("a value");
    char c = text.charAt(at);
    return switch (c) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, @Nullable Object> object() {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    open();
    while (!closed('}', members.isEmpty())) {
      space();
      if (at == text.length() || text.charAt(at) != '"') throw unexpected("a key in quotes");
      int keyAt = at;
      String key = string();
      space();
      expect(':');
      if (members.containsKey(key)) {
        throw new FormatException(keyAt, "the key '" + key + "' is there twice");
      }
      members.put(key, value());
    }
    return members;
  }

  private List<@Nullable Object> array() {
    List<@Nullable Object> elements = new ArrayList<>();
    open();
    while (!closed(']', elements.isEmpty())) elements.add(value());
    return elements;
  }

  private void open() {
    if (++depth > MAX_DEPTH) {
      throw new FormatException(at, "more than " + MAX_DEPTH + " levels inside each other");
    }
    at++;
  }

  /* Steps over the closing bracket, or over the comma before the next element. */
  private boolean closed(char bracket, boolean first) {
    space();
    if (at < text.length() && text.charAt(at) == bracket) {
      at++;
      depth--;
      return true;
    }
    if (!first) expect(',');
    return false;
  }

  private String string() {
    at++;
    StringBuilder out = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') return wellFormed(out.toString());
      if (c < 0x20) throw new FormatException(at - 1, "a control character in a string");
      out.append(c == '\\' ? escape() : c);
    }
    throw unexpected("a closing quote");
  }

  /* A lone surrogate has no bytes, so that two different strings could come out alike. */
  private String wellFormed(String string) {
    for (int i = 0; i < string.length(); i++) {
      if (!Character.isSurrogate(string.charAt(i))) continue;
      if (string.codePointAt(i) > 0xFFFF) i++;
      else throw new FormatException(at, "a surrogate without its pair in a string");
    }
    return string;
  }

  private char escape() {
    if (at == text.length()) throw unexpected("an escape");
    char c = text.charAt(at++);
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> hexadecimal();
      default -> throw new FormatException(at - 1, "unknown escape \\" + c);
    };
  }

  private char hexadecimal() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = at < text.length() ? hexadecimalDigit(text.charAt(at)) : -1;
      if (digit < 0) throw unexpected("four hexadecimal digits");
      value = value << 4 | digit;
      at++;
    }
    return (char) value;
  }

  private static int hexadecimalDigit(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  private @Nullable Object word(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) throw unexpected("a value");
    at += word.length();
    return value;
  }

  private BigDecimal number() {
    int start = at;
    if (next('-')) at++;
    if (next('0')) at++;
    else digits();
    if (next('.')) {
      at++;
      digits();
    }
    if (next('e') || next('E')) {
      at++;
      if (next('+') || next('-')) at++;
      int exponent = at;
      digits();
      if (at - exponent > 3) throw new FormatException(start, "an exponent of over three digits");
    }
    if (at - start > MAX_NUMBER) {
      throw new FormatException(start, "a number of over " + MAX_NUMBER + " characters");
    }
    return new BigDecimal(text.substring(start, at));
  }

  private boolean next(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private void digits() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
    if (at == start) throw unexpected("a value");
  }

  private void space() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) at++;
  }

  private void expect(char c) {
    if (!next(c)) throw unexpected("'" + c + "'");
    at++;
  }

  private FormatException unexpected(String expected) {
    String found = at == text.length() ? "the text ends" : "there is '" + text.charAt(at) + "'";
    return new FormatException(at, found + " where " + expected + " was expected");
  }
}
