package dev.kedge.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two texts side by side, with what only one of them has marked, word by word. By the longest
 * common subsequence; texts of very many words are shown without marks, so that time and memory
 * stay bounded.
 */
public final class Difference {
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]+|\\s+|.", Pattern.DOTALL);
  private static final int MOST_WORDS = 3_000;

  private final List<String> first;
  private final List<String> second;
  private final boolean[] inFirst;
  private final boolean[] inSecond;
  private final boolean marked;

  private Difference(String first, String second) {
    this.first = words(first);
    this.second = words(second);
    inFirst = new boolean[this.first.size()];
    inSecond = new boolean[this.second.size()];
    marked = this.first.size() <= MOST_WORDS && this.second.size() <= MOST_WORDS;
    if (marked) match();
  }

  /** Compares two texts. */
  public static Difference of(String first, String second) {
    return new Difference(first, second);
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) words.add(matcher.group());
    return words;
  }

  private void match() {
    int n = first.size();
    int m = second.size();
    int start = 0;
    while (start < n && start < m && first.get(start).equals(second.get(start))) {
      inFirst[start] = true;
      inSecond[start++] = true;
    }
    while (n > start && m > start && first.get(n - 1).equals(second.get(m - 1))) {
      inFirst[--n] = true;
      inSecond[--m] = true;
    }
    walk(start, n, m, lengths(start, n, m));
  }

  /** Lengths of the longest common subsequences of what follows each pair of words. */
  private int[][] lengths(int start, int n, int m) {
    int[][] lengths = new int[n - start + 1][m - start + 1];
    for (int i = n - 1; i >= start; i--) {
      for (int j = m - 1; j >= start; j--) {
        lengths[i - start][j - start] =
            first.get(i).equals(second.get(j))
                ? lengths[i - start + 1][j - start + 1] + 1
                : Math.max(lengths[i - start + 1][j - start], lengths[i - start][j - start + 1]);
      }
    }
    return lengths;
  }

  private void walk(int start, int n, int m, int[][] lengths) {
    int i = start;
    int j = start;
    while (i < n && j < m) {
      if (first.get(i).equals(second.get(j))) {
        inFirst[i++] = true;
        inSecond[j++] = true;
      } else if (lengths[i - start + 1][j - start] >= lengths[i - start][j - start + 1]) {
        i++;
      } else {
        j++;
      }
    }
  }

  /** The first text, with what the second lacks marked. */
  public Html first() {
    return marked(first, inFirst, "mark.cut");
  }

  /** The second text, with what the first lacks marked. */
  public Html second() {
    return marked(second, inSecond, "mark.add");
  }

  private Html marked(List<String> words, boolean[] common, String tag) {
    List<Html> parts = new ArrayList<>();
    int i = 0;
    while (i < words.size()) {
      boolean same = !marked || common[i];
      StringBuilder run = new StringBuilder();
      while (i < words.size() && same == (!marked || common[i])) run.append(words.get(i++));
      boolean plain = same || run.toString().isBlank();
      parts.add(plain ? Html.text(run.toString()) : Html.element(tag, run.toString()));
    }
    return Html.all(parts);
  }
}
