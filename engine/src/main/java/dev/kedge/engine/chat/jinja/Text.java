package dev.kedge.engine.chat.jinja;

import dev.kedge.engine.token.ChatPiece;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A string that remembers which of its characters the template wrote (trusted) and which came from
 * the caller. Two texts are equal if their characters are.
 */
public final class Text implements Value {
  private static final int[] ALL_TRUSTED = {};
  private static final int[] ALL_UNTRUSTED = {0};

  static final Text EMPTY = new Text("", ALL_TRUSTED);

  private final String chars;

  /** Ascending offsets at which trust changes; a text begins trusted unless the first is 0. */
  private final int[] flips;

  Text(String chars, int[] flips) {
    this.chars = chars;
    this.flips = flips;
  }

  static Text trusted(String chars) {
    return new Text(chars, ALL_TRUSTED);
  }

  static Text untrusted(String chars) {
    return new Text(chars, chars.isEmpty() ? ALL_TRUSTED : ALL_UNTRUSTED);
  }

  /** The characters. */
  public String chars() {
    return chars;
  }

  int length() {
    return chars.length();
  }

  boolean isEmpty() {
    return chars.isEmpty();
  }

  @Override
  public String kind() {
    return "a string";
  }

  boolean isTrusted() {
    return flips.length == 0;
  }

  /** Other characters made from this whole text: trusted only if all of it is. */
  Text with(String other) {
    return isTrusted() ? trusted(other) : untrusted(other);
  }

  Text slice(int from, int to) {
    if (from >= to) {
      return EMPTY;
    }
    if (from == 0 && to == chars.length()) {
      return this;
    }
    int first = Arrays.binarySearch(flips, from);
    // Flips at or before the start decide how the slice begins.
    int before = first >= 0 ? first + 1 : -first - 1;
    int end = Arrays.binarySearch(flips, to);
    int after = Math.max(before, end >= 0 ? end : -end - 1);
    boolean startsUntrusted = before % 2 == 1;
    int[] kept = new int[after - before + (startsUntrusted ? 1 : 0)];
    int k = startsUntrusted ? 1 : 0;
    for (int i = before; i < after; i++) {
      kept[k++] = flips[i] - from;
    }
    return new Text(chars.substring(from, to), kept);
  }

  /** Number of runs of equal trust. */
  int runs() {
    return flips.length + 1;
  }

  /** Walks the runs of equal trust in order. */
  void forEachRun(RunVisitor visitor) {
    int from = 0;
    boolean trusted = true;
    for (int flip : flips) {
      if (flip > from) {
        visitor.visit(from, flip, trusted);
      }
      from = flip;
      trusted = !trusted;
    }
    if (chars.length() > from) {
      visitor.visit(from, chars.length(), trusted);
    }
  }

  /** The runs of equal trust as pieces for a tokenizer. */
  public List<ChatPiece> pieces() {
    List<ChatPiece> pieces = new ArrayList<>(runs());
    forEachRun(
        (from, to, trusted) -> pieces.add(new ChatPiece(chars.substring(from, to), trusted)));
    return pieces;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Text text && text.chars.equals(chars);
  }

  @Override
  public int hashCode() {
    return chars.hashCode();
  }

  @Override
  public String toString() {
    return chars;
  }

  /** Receives the runs of a text. */
  @FunctionalInterface
  interface RunVisitor {
    void visit(int from, int to, boolean trusted);
  }
}
