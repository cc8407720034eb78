package dev.kedge.engine.chat.jinja;

import dev.kedge.engine.chat.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a template into tokens. The newline after a block or comment is dropped and the blanks
 * before one are, if nothing else stands before it on its line; {@code -} and {@code +} in the tags
 * override that.
 */
final class Lexer {
  private final Source source;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  /** Whether the last tag took a newline with it, so that data begins on a fresh line. */
  private boolean lineStarting = true;

  Lexer(Source source) {
    this.source = source;
    this.text = source.text();
  }

  List<Token> tokens() {
    while (at < text.length()) {
      int tag = nextTag(at);
      if (tag < 0) {
        data(at, text.length());
        at = text.length();
      } else {
        tag(tag);
      }
    }
    tokens.add(new Token(Kind.END, "", text.length()));
    return tokens;
  }

  private int nextTag(int from) {
    for (int i = text.indexOf('{', from); i >= 0 && i + 1 < text.length(); ) {
      char next = text.charAt(i + 1);
      if (next == '{' || next == '%' || next == '#') {
        return i;
      }
      i = text.indexOf('{', i + 1);
    }
    return -1;
  }

  private void tag(int begin) {
    char type = text.charAt(begin + 1);
    int after = begin + 2;
    char sign = after < text.length() ? text.charAt(after) : ' ';
    boolean signed = sign == '-' || sign == '+';
    data(at, dataEnd(begin, sign, type != '{'));
    after += signed ? 1 : 0;
    switch (type) {
      case '{' -> {
        tokens.add(new Token(Kind.VARIABLE_BEGIN, "", begin));
        at = new TagLexer(source, tokens).read(after, true);
        lineStarting = text.charAt(at - 1) == '\n';
      }
      case '#' -> comment(begin, after);
      default -> block(begin, after);
    }
  }

  private void block(int begin, int after) {
    int rawEnd = rawTagEnd(after, "raw", false);
    if (rawEnd >= 0) {
      raw(begin, rawEnd);
      return;
    }
    tokens.add(new Token(Kind.BLOCK_BEGIN, "", begin));
    at = new TagLexer(source, tokens).read(after, false);
    lineStarting = text.charAt(at - 1) == '\n';
  }

  /** Where the data before a tag ends, given the tag's sign. */
  private int dataEnd(int begin, char sign, boolean isBlock) {
    if (sign == '-') {
      int end = begin;
      while (end > at && Characters.isSpace(text.charAt(end - 1))) {
        end--;
      }
      return end;
    }
    if (sign == '+' || !isBlock) {
      return begin;
    }
    for (int i = begin; i > at; i--) {
      char before = text.charAt(i - 1);
      if (before == '\n') {
        return i;
      }
      if (!Characters.isSpace(before)) {
        return begin;
      }
    }
    return lineStarting ? at : begin;
  }

  private void data(int from, int to) {
    if (to > from) {
      tokens.add(new Token(Kind.DATA, text.substring(from, to), from));
    }
  }

  private void comment(int begin, int after) {
    int end = text.indexOf("#}", after);
    if (end < 0) {
      throw source.error(begin, "this comment does not end; expected '#}'");
    }
    char sign = end > after ? text.charAt(end - 1) : ' ';
    at = TagLexer.afterTag(text, end + 2, sign, true);
    lineStarting = text.charAt(at - 1) == '\n';
  }

  /** The end of {@code raw %}} if that stands here, else -1. */
  private int rawTagEnd(int from, String name, boolean trims) {
    int i = from;
    while (i < text.length() && Characters.isSpace(text.charAt(i))) {
      i++;
    }
    if (!text.startsWith(name, i)) {
      return -1;
    }
    i += name.length();
    while (i < text.length() && Characters.isSpace(text.charAt(i))) {
      i++;
    }
    if (text.startsWith("%}", i)) {
      return TagLexer.afterTag(text, i + 2, ' ', trims);
    }
    if (text.startsWith("-%}", i)) {
      return TagLexer.afterTag(text, i + 3, '-', trims);
    }
    if (trims && text.startsWith("+%}", i)) {
      return i + 3;
    }
    return -1;
  }

  private void raw(int begin, int from) {
    at = from;
    lineStarting = text.charAt(at - 1) == '\n';
    for (int i = text.indexOf("{%", from); i >= 0; i = text.indexOf("{%", i + 2)) {
      char sign = i + 2 < text.length() ? text.charAt(i + 2) : ' ';
      int end = rawTagEnd(i + (sign == '-' || sign == '+' ? 3 : 2), "endraw", true);
      if (end >= 0) {
        data(at, dataEnd(i, sign, true));
        at = end;
        lineStarting = text.charAt(at - 1) == '\n';
        return;
      }
    }
    throw source.error(begin, "this raw block does not end; expected '{% endraw %}'");
  }
}
