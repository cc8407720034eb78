package dev.kedge.route.tier;

import java.util.List;

/** The form of a text in numbers from 0 to about 1: length, digits, lists, code, questions. */
final class Structure {
  private static final int BUCKETS = 14;
  private static final List<String> NAMES =
      List.of(
          "constant",
          "length",
          "words",
          "long words",
          "digits",
          "capitals",
          "punctuation",
          "not ASCII",
          "question marks",
          "lines",
          "list lines",
          "code fence",
          "code signs",
          "math signs",
          "quotes",
          "brackets",
          "ends with '?'",
          "ends with ':'",
          "longest line",
          "numbers");

  /** How many numbers. */
  static final int COUNT = NAMES.size() + BUCKETS;

  private int words;
  private int letters;
  private int digits;
  private int numbers;
  private int capitals;
  private int punctuation;
  private int wide;
  private int questions;
  private int lines = 1;
  private int listLines;
  private int code;
  private int math;
  private int quotes;
  private int brackets;
  private int longestLine;

  private Structure() {}

  /** What a number stands for. */
  static String name(int index) {
    if (index < NAMES.size()) return NAMES.get(index);
    int bucket = index - NAMES.size();
    return "length from " + (1 << bucket) + " characters";
  }

  /**
   * The numbers of a text.
   *
   * @param text what is looked at
   * @param fullLength characters of the whole text
   */
  static float[] of(String text, int fullLength) {
    Structure structure = new Structure();
    structure.count(text);
    return structure.values(text, fullLength);
  }

  private void count(String text) {
    int lineStart = 0;
    char previous = ' ';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        endLine(text, lineStart, i);
        lineStart = i + 1;
        lines++;
      }
      letter(c, previous);
      if (c > 127) wide++;
      else if (c > ' ') sign(c);
      previous = c;
    }
    endLine(text, lineStart, text.length());
  }

  private void letter(char c, char previous) {
    boolean digit = c >= '0' && c <= '9';
    if (digit) {
      digits++;
      if (previous < '0' || previous > '9') numbers++;
    } else if (c < 128 ? (c | 32) >= 'a' && (c | 32) <= 'z' : Character.isLetter(c)) {
      letters++;
      boolean inWord =
          previous < 128
              ? (previous | 32) >= 'a' && (previous | 32) <= 'z'
              : Character.isLetter(previous);
      if (!inWord) words++;
      if (c >= 'A' && c <= 'Z') capitals++;
    }
  }

  private void sign(char c) {
    switch (c) {
      case '?' -> questions++;
      case '{', '}', ';', '_', '`', '#' -> code++;
      case '+', '=', '^', '<', '>', '/', '*', '\\', '$', '%', '|' -> math++;
      case '"', '\'' -> quotes++;
      case '(', ')', '[', ']' -> brackets++;
      case '.', ',', ':', '!', '-' -> punctuation++;
      default -> {}
    }
  }

  /** A list line begins with a dash, a star, or a letter or number with a dot or bracket. */
  private void endLine(String text, int from, int to) {
    longestLine = Math.max(longestLine, to - from);
    int at = from;
    while (at < to && text.charAt(at) == ' ') at++;
    if (at + 1 >= to) return;
    char first = text.charAt(at);
    char second = text.charAt(at + 1);
    boolean dash = (first == '-' || first == '*') && second == ' ';
    boolean label = Character.isLetterOrDigit(first) && (second == '.' || second == ')');
    if (dash || label) listLines++;
  }

  private float[] values(String text, int fullLength) {
    float[] values = new float[COUNT];
    float size = Math.max(1, text.length());
    int at = 0;
    values[at++] = 1;
    values[at++] = logarithm(fullLength, 100_000);
    values[at++] = logarithm(words, 2000);
    values[at++] = Math.min(1, letters / (10f * Math.max(1, words)));
    values[at++] = root(digits / size);
    values[at++] = root(capitals / size);
    values[at++] = root(punctuation / size);
    values[at++] = root(wide / size);
    values[at++] = Math.min(1, questions / 4f);
    values[at++] = logarithm(lines, 100);
    values[at++] = logarithm(listLines, 20);
    values[at++] = text.contains("```") ? 1 : 0;
    values[at++] = root(code / size);
    values[at++] = root(math / size);
    values[at++] = root(quotes / size);
    values[at++] = root(brackets / size);
    String end = text.stripTrailing();
    values[at++] = end.endsWith("?") ? 1 : 0;
    values[at++] = end.endsWith(":") ? 1 : 0;
    values[at++] = logarithm(longestLine, 4000);
    values[at++] = logarithm(numbers, 100);
    int bucket = Math.min(BUCKETS - 1, 31 - Integer.numberOfLeadingZeros(Math.max(1, fullLength)));
    values[at + bucket] = 1;
    return values;
  }

  private static float root(float share) {
    return (float) Math.sqrt(share);
  }

  /** 0 at 0, 1 at {@code full}; StrictMath, so that it is the same number on every machine. */
  private static float logarithm(int value, int full) {
    return (float) Math.min(1.2, StrictMath.log1p(value) / StrictMath.log1p(full));
  }
}
