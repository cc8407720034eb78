package dev.kedge.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A phrase to look for, with alternatives and gaps; the file of phrases tells the form. Matching
 * cannot run away: a pattern has few gaps, and each skips at most {@value #GAP} words.
 *
 * @param atStart whether it counts only at the beginning of an answer
 * @param steps what has to follow what; the first is a word
 */
record WordPattern(boolean atStart, List<Step> steps) {
  private static final int GAP = 4;
  private static final int MOST_LOOSE = 3;

  WordPattern {
    steps = List.copyOf(steps);
    Step first = steps.isEmpty() ? new Step(Set.of(), false, 0) : steps.getFirst();
    // A gap or an optional word at the beginning would fit everywhere.
    if (first.words().isEmpty() || first.optional()) {
      throw new IllegalArgumentException("a pattern begins with a word");
    }
    long loose = steps.stream().filter(step -> step.gap() > 0 || step.optional()).count();
    if (loose > MOST_LOOSE) throw new IllegalArgumentException("too many gaps in a pattern");
  }

  /**
   * One place of a pattern.
   *
   * @param words of which one stands there; empty: any
   * @param optional whether it may be missing
   * @param gap so many words may stand there; 0 for a place of exactly one word
   */
  record Step(Set<String> words, boolean optional, int gap) {}

  /** Reads a line of the file. */
  static WordPattern parse(String line) {
    boolean atStart = line.startsWith("^");
    List<Step> steps = new ArrayList<>();
    String text = atStart ? line.substring(1) : line;
    for (String part : text.strip().split("\\s+", -1)) steps.add(step(part));
    return new WordPattern(atStart, steps);
  }

  private static Step step(String part) {
    if (part.equals("..")) return new Step(Set.of(), false, GAP);
    boolean optional = part.endsWith("?");
    String words = optional ? part.substring(0, part.length() - 1) : part;
    if (words.equals("_")) return new Step(Set.of(), optional, 0);
    if (words.startsWith("(")) words = words.substring(1, words.length() - 1);
    return new Step(Set.copyOf(Arrays.asList(words.split("\\|", -1))), optional, 0);
  }

  /** The words with which it may begin. */
  Set<String> first() {
    return steps.getFirst().words();
  }

  /** Whether it stands at a word of the answer, within one sentence. */
  boolean isAt(List<String> words, int[] sentences, int at) {
    return (!atStart || at == 0) && fits(words, sentences, at, 0, sentences[at]);
  }

  private boolean fits(List<String> words, int[] sentences, int at, int index, int sentence) {
    if (index == steps.size()) return true;
    Step step = steps.get(index);
    if (step.gap() > 0) {
      for (int skip = 0; skip <= step.gap(); skip++) {
        if (fits(words, sentences, at + skip, index + 1, sentence)) return true;
      }
      return false;
    }
    boolean here =
        at < words.size()
            && sentences[at] == sentence
            && (step.words().isEmpty() || step.words().contains(words.get(at)));
    if (here && fits(words, sentences, at + 1, index + 1, sentence)) return true;
    return step.optional() && fits(words, sentences, at, index + 1, sentence);
  }
}
