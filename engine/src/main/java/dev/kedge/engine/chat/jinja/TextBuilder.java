package dev.kedge.engine.chat.jinja;

import java.util.Arrays;

/** Builds a {@link Text} run by run and pays for its characters. For one thread. */
final class TextBuilder {
  private final Budget budget;
  private final StringBuilder chars = new StringBuilder();
  private int[] flips = new int[4];
  private int flipCount;
  private boolean trusted = true;

  TextBuilder(Budget budget) {
    this.budget = budget;
  }

  /** Appends what the template wrote, or punctuation that a function adds. */
  TextBuilder append(String text) {
    return append(text, 0, text.length(), true);
  }

  TextBuilder append(Text text) {
    text.forEachRun((from, to, trust) -> append(text.chars(), from, to, trust));
    return this;
  }

  TextBuilder append(String text, int from, int to, boolean trust) {
    if (from >= to) {
      return this;
    }
    if ((long) chars.length() + to - from > budget.limits().output()) {
      throw new Fault("a string grows beyond " + budget.limits().output() + " characters");
    }
    budget.characters(to - from);
    if (trust != trusted) {
      if (flipCount == flips.length) {
        flips = Arrays.copyOf(flips, flipCount * 2);
      }
      flips[flipCount++] = chars.length();
      trusted = trust;
    }
    chars.append(text, from, to);
    return this;
  }

  int length() {
    return chars.length();
  }

  Text build() {
    return new Text(chars.toString(), Arrays.copyOf(flips, flipCount));
  }
}
