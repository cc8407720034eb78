package dev.kedge.engine.token;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The words of a training text and how often each pair of neighbouring symbols occurs in them. A
 * merge touches only the words that hold its pair (each pair knows them) and changes only their
 * counts. The most frequent pair comes from a heap whose entries may be too high but never too low:
 * a rising count pushes a new entry, a stale top is pushed back with its true count. Single thread.
 */
final class PairCounts {
  private static final int SPACE = ' ';

  /**
   * Two symbols and how often they were neighbours when this was written.
   *
   * @param left symbol
   * @param right symbol
   */
  record Pair(int left, int right, long count) {
    long key() {
      return (long) left << 32 | right;
    }
  }

  /** A pair's true count and the words that may hold it. */
  private static final class Occurrences {
    long count;
    final Set<Word> words = new HashSet<>();
  }

  /** A distinct word as symbols, compared by identity. */
  private static final class Word {
    final long count;
    final boolean blank;
    int[] symbols;

    Word(long count, boolean blank, int[] symbols) {
      this.count = count;
      this.blank = blank;
      this.symbols = symbols;
    }
  }

  private final boolean lateSpaces;
  private final List<byte[]> symbols = new ArrayList<>();
  private final Map<String, Integer> symbolsByBytes = new HashMap<>();
  private final Map<Long, Integer> merged = new HashMap<>();
  private final Map<Long, Occurrences> pairs = new HashMap<>();
  private final PriorityQueue<Pair> heap =
      new PriorityQueue<>(
          Comparator.comparingLong((Pair pair) -> -pair.count())
              .thenComparing(pair -> bytes(pair.left()), Arrays::compareUnsigned)
              .thenComparing(pair -> bytes(pair.right()), Arrays::compareUnsigned)
              .thenComparingLong(Pair::key));

  /**
   * @param words distinct words, as Latin-1 bytes, and how often each occurs
   */
  PairCounts(Map<String, Long> words, boolean lateSpaces) {
    this.lateSpaces = lateSpaces;
    for (int value = 0; value < 256; value++) symbol(new byte[] {(byte) value});
    Set<Long> changed = new HashSet<>();
    words.forEach((text, count) -> {
      int[] bytes = text.chars().toArray();
      Word word = new Word(count, text.isBlank(), bytes);
      add(word, count, changed);
    });
    push(changed);
  }

  /** The bytes of a symbol. */
  byte[] bytes(int symbol) {
    return symbols.get(symbol);
  }

  /** The pair to merge next, or null where none occurs at least that often. */
  @Nullable Pair mostFrequent(int least) {
    while (true) {
      Pair top = heap.poll();
      if (top == null) return null;
      Occurrences occurrences = pairs.get(top.key());
      long count = occurrences == null ? 0 : occurrences.count;
      if (count == top.count()) return count < least ? null : top;
      if (count >= least) heap.add(new Pair(top.left(), top.right(), count));
    }
  }

  /** How many distinct symbols there are: 256 bytes and what was merged. */
  int size() {
    return symbols.size();
  }

  /**
   * Replaces a pair by one symbol wherever its two symbols are neighbours. Where that brings an
   * earlier merge's pair together (two ways can lead to the same symbol) it follows at once, as it
   * will in encoding.
   */
  void merge(Pair pair) {
    byte[] left = bytes(pair.left());
    byte[] right = bytes(pair.right());
    byte[] both = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    merged.put(pair.key(), symbol(both));
    Set<Long> changed = new HashSet<>();
    ArrayDeque<Long> due = new ArrayDeque<>(List.of(pair.key()));
    while (!due.isEmpty()) {
      Set<Long> touched = replace(due.remove());
      changed.addAll(touched);
      for (long key : touched) if (merged.containsKey(key) && pairs.containsKey(key)) due.add(key);
    }
    push(changed);
  }

  /** Merges one pair in all its words and returns the pairs whose counts changed. */
  private Set<Long> replace(long key) {
    Set<Long> changed = new HashSet<>();
    Occurrences occurrences = pairs.get(key);
    Integer symbol = merged.get(key);
    if (occurrences == null || symbol == null) return changed;
    for (Word word : List.copyOf(occurrences.words)) {
      int[] after = replaced(word.symbols, key, symbol);
      if (after.length == word.symbols.length) continue;
      add(word, -word.count, changed);
      word.symbols = after;
      add(word, word.count, changed);
    }
    pairs.remove(key);
    return changed;
  }

  private int symbol(byte[] bytes) {
    Integer known =
        symbolsByBytes.putIfAbsent(new String(bytes, StandardCharsets.ISO_8859_1), symbols.size());
    if (known != null) return known;
    symbols.add(bytes);
    return symbols.size() - 1;
  }

  /** Adds {@code count} to the pairs of a word. */
  private void add(Word word, long count, Set<Long> changed) {
    int[] at = word.symbols;
    for (int i = 0; i + 1 < at.length; i++) {
      long key = (long) at[i] << 32 | at[i + 1];
      Occurrences occurrences = pairs.computeIfAbsent(key, _ -> new Occurrences());
      if (counts(word, i)) occurrences.count += count;
      if (count > 0) occurrences.words.add(word);
      changed.add(key);
    }
  }

  /** Whether the pair that begins at {@code i} counts; it is merged there in any case. */
  private boolean counts(Word word, int i) {
    if (!lateSpaces || word.blank || bytes(word.symbols[i])[0] != SPACE) return true;
    return word.symbols.length == 2 && word.symbols[i] == SPACE;
  }

  private void push(Set<Long> changed) {
    for (long key : changed) {
      Occurrences occurrences = pairs.get(key);
      if (occurrences == null || occurrences.count == 0) continue;
      heap.add(new Pair((int) (key >> 32), (int) key, occurrences.count));
    }
  }

  private static int[] replaced(int[] before, long pair, int symbol) {
    int left = (int) (pair >> 32);
    int right = (int) pair;
    int[] after = new int[before.length];
    int length = 0;
    for (int i = 0; i < before.length; i++) {
      boolean both = before[i] == left && i + 1 < before.length && before[i + 1] == right;
      after[length++] = both ? symbol : before[i];
      if (both) i++;
    }
    return length == before.length ? before : Arrays.copyOf(after, length);
  }
}
