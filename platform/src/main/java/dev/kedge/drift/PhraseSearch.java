package dev.kedge.drift;

import dev.kedge.eval.stats.McNemar;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds phrases of one to {@value #LONGEST} words or marks that were lost or added in more cases
 * than chance explains. For one thread.
 *
 * <p>A phrase never reaches across the end of a sentence or line, and counts once per answer. Only
 * answers that differ are read: the others lose and add nothing. Two passes keep memory bounded
 * whatever the texts (Park, Chen and Yu 1995): the first counts changes in {@value #BUCKETS}
 * buckets by hash; the second counts exactly, but only phrases whose bucket holds enough changes.
 *
 * <p>Tested is what changed in at least {@link #least()} units, in whichever direction: under the
 * null hypothesis directions are coin flips whatever the number, so that this choice costs nothing.
 * Phrases that change in the very same units are one test; how tests are weighed says {@link
 * PhraseTests}.
 */
final class PhraseSearch {
  /** Words and marks of the longest phrase. */
  static final int LONGEST = 5;

  /** Of the false discovery rate of 5 %, the part that phrases have. */
  static final double LEVEL = 0.02;

  /* Less than this, all in one direction, can never be significant among many phrases. */
  private static final int LEAST = 8;
  private static final int MOST_BUCKETS = 1 << 22;
  private static final int FEWEST_BUCKETS = 1 << 16;
  private static final int MOST_KEPT = 2_000;
  private static final int MOST_COUNTED = 2_000_000;
  private static final int MOST_OF_UNIT = 4_000_000;

  private final DriftInput input;
  private final List<int[]> units;
  private final int attempts;
  private final int least;
  private final HashCounts seen = new HashCounts(1 << 10);
  private final HashCounts net = new HashCounts(1 << 12);

  PhraseSearch(DriftInput input, List<int[]> units) {
    this.input = input;
    this.units = units;
    this.attempts = input.attempts();
    // Rare phrases would only make the table longer: one case in 500 is what a reader cares for.
    this.least = Math.max(LEAST, units.size() / 500);
  }

  /**
   * A phrase that changed in so many units.
   *
   * @param weight of its test among all; 1 on average
   */
  record Found(long hash, int lost, int added, double p, double weight) {}

  /**
   * What was found.
   *
   * @param tested how many different questions were asked
   * @param threshold of the p-value by its weight, up to which phrases are significant
   * @param phrases that are significant, most certain first; at most {@value #MOST_KEPT}
   */
  record Result(long tested, double threshold, List<Found> phrases) {}

  /** Units in which a phrase has to change to be tested. */
  int least() {
    return least;
  }

  Result find() {
    int[] buckets = new int[size(units.size())];
    for (int[] unit : units) {
      count(unit);
      net.forEach((hash, _) -> buckets[bucket(hash, buckets)]++);
    }
    Table table = new Table(buckets);
    for (int u = 0; u < units.size(); u++) {
      count(units.get(u));
      long mark = Words.mixed(u + 1L);
      net.forEach((hash, count) -> table.add(hash, count, mark));
    }
    return significant(table);
  }

  /** Room for the phrases of so many units; a power of two. */
  private static int size(int units) {
    return Math.clamp(Integer.highestOneBit(units) * 512L, FEWEST_BUCKETS, MOST_BUCKETS);
  }

  private static int bucket(long hash, int[] buckets) {
    return (int) (hash >>> 40) & (buckets.length - 1);
  }

  /** For each phrase of a unit: in how many answers more it is now than before. */
  private void count(int[] unit) {
    net.clear();
    for (int place : unit) {
      DriftCase one = input.cases().get(place);
      for (int a = 0; a < attempts; a++) {
        String before = one.before().get(a).text();
        String after = one.after().get(a).text();
        if (before.equals(after)) continue;
        addPhrases(before, -1);
        addPhrases(after, 1);
      }
    }
  }

  private void addPhrases(String text, int times) {
    Words words = Words.of(text);
    seen.clear();
    for (int i = 0; i < words.size(); i++) {
      long hash = 0;
      for (int j = i; j < Math.min(words.size(), i + LONGEST); j++) {
        if (words.sentence(j) != words.sentence(i)) break;
        hash = Words.longer(hash, words.hash(j));
        if (!seen.addNew(hash)) continue;
        // One huge document must not fill the memory; its rarer phrases are left out.
        if (net.size() < MOST_OF_UNIT || net.contains(hash)) net.add(hash, times);
      }
    }
  }

  private Result significant(Table table) {
    Map<Long, PhraseTests.Test> tests = new HashMap<>();
    for (int i = 0; i < table.size; i++) {
      if (table.lost[i] + table.added[i] < least) continue;
      int lost = table.lost[i];
      int added = table.added[i];
      tests
          .computeIfAbsent(table.test(i), _ -> new PhraseTests.Test(lost + added, p(lost, added)))
          .addPhrase();
    }
    PhraseTests all = PhraseTests.of(tests.values(), LEVEL);
    List<Found> kept = new ArrayList<>();
    for (int i = 0; i < table.size; i++) {
      PhraseTests.Test test = tests.get(table.test(i));
      if (test == null || !all.holds(test)) continue;
      double weight = all.weight(test);
      if (test.p() / weight > all.threshold()) continue;
      kept.add(new Found(table.hashes[i], table.lost[i], table.added[i], test.p(), weight));
    }
    kept.sort(
        Comparator.comparingDouble((Found found) -> found.p() / found.weight())
            .thenComparingLong(Found::hash));
    return new Result(
        all.size(), all.threshold(), kept.subList(0, Math.min(MOST_KEPT, kept.size())));
  }

  /** Two-sided; what is far from significant is 1, because counting it exactly takes long. */
  static double p(long lost, long added) {
    double distance = lost - added;
    return distance * distance < 2 * (lost + added) ? 1 : McNemar.exact(lost, added);
  }

  /** Where the phrases stand whose hashes are wanted. */
  static Set<Long> hashes(Result result) {
    Set<Long> hashes = new HashSet<>();
    for (Found found : result.phrases()) hashes.add(found.hash());
    return hashes;
  }

  /** Exact counts of the phrases that the buckets let through. */
  private final class Table {
    private final int[] buckets;
    private final HashCounts places = new HashCounts(1 << 12);
    private long[] hashes = new long[1 << 12];
    private int[] lost = new int[1 << 12];
    private int[] added = new int[1 << 12];
    private long[] marks = new long[1 << 12];
    private int size;

    Table(int[] buckets) {
      this.buckets = buckets;
    }

    void add(long hash, int count, long mark) {
      if (buckets[bucket(hash, buckets)] < least) return;
      int place = places.get(hash) - 1;
      if (place < 0) {
        if (size == MOST_COUNTED) return;
        place = size++;
        places.add(hash, size);
        if (place == hashes.length) grow();
        hashes[place] = hash;
      }
      if (count < 0) lost[place]++;
      else added[place]++;
      marks[place] += count < 0 ? -mark : mark;
    }

    /** What stands for all phrases that change in the same units, with these or opposite signs. */
    long test(int place) {
      return Math.max(marks[place], -marks[place]);
    }

    private void grow() {
      hashes = java.util.Arrays.copyOf(hashes, 2 * size);
      lost = java.util.Arrays.copyOf(lost, 2 * size);
      added = java.util.Arrays.copyOf(added, 2 * size);
      marks = java.util.Arrays.copyOf(marks, 2 * size);
    }
  }
}
