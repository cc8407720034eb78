package dev.kedge.eval.holdout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Finds texts that are nearly one that was kept before.
 *
 * <p>A text is the set of its runs of five characters. Its MinHash signature (Broder 1997) has 50
 * values, ten bands of five: two texts of Jaccard similarity s share a band with the chance 1 - (1
 * - s^5)^10, which is 98 % at 0.8 and 99.9 % at 0.88. Texts that share one are compared by their
 * real sets, so a wrong candidate costs time and never an example.
 *
 * <p>Memory: ten longs per kept text in one table that is at most three quarters full, 107 to 213
 * bytes each; a million distinct lines take 128 MiB. Of one band value at most {@value
 * #MOST_OF_BAND} texts are remembered and of one text at most {@value #MOST_COMPARED} candidates
 * compared, the ones with most common bands first, so that a million lines made of one template
 * cannot make it quadratic. One thread.
 */
final class NearDuplicates {
  private static final int BANDS = 10;
  private static final int ROWS = 5;
  private static final int MOST_PROBES = 48;
  private static final int MOST_COMPARED = 8;
  private static final int MOST_OF_BAND = 16;

  private final double threshold;
  private final int[] factors = new int[BANDS * ROWS];
  private final int[] offsets = new int[BANDS * ROWS];

  /** Fingerprint of a band in the high half, number of the text plus one in the low half. */
  private long[] table = new long[1 << 12];

  private int used;

  /** Gives the normal form of a kept text. */
  interface Texts {
    String get(int number) throws IOException;
  }

  /** A text that was kept before, and how similar it is. */
  record Match(int number, double similarity) {}

  /**
   * Nothing kept yet.
   *
   * @param threshold texts of this similarity and more are duplicates
   */
  NearDuplicates(double threshold) {
    this.threshold = threshold;
    SplittableRandom random = new SplittableRandom(0x6B65646765L);
    for (int i = 0; i < factors.length; i++) {
      factors[i] = random.nextInt() | 1;
      offsets[i] = random.nextInt();
    }
  }

  /**
   * The most similar kept text, if one is similar enough; else this one is kept under its number.
   */
  Optional<Match> findOrKeep(String normal, int number, Texts texts) throws IOException {
    int[] shingles = Normal.shingles(normal);
    int[] bands = bands(shingles);
    Optional<Match> best = Optional.empty();
    for (int candidate : candidates(bands)) {
      double similarity = Normal.jaccard(shingles, Normal.shingles(texts.get(candidate)));
      if (similarity >= threshold && best.map(b -> similarity > b.similarity).orElse(true)) {
        best = Optional.of(new Match(candidate, similarity));
      }
    }
    if (best.isEmpty()) keep(bands, number);
    return best;
  }

  private int[] bands(int[] shingles) {
    int[] least = new int[factors.length];
    Arrays.fill(least, Integer.MAX_VALUE);
    for (int shingle : shingles) {
      for (int i = 0; i < least.length; i++) {
        least[i] = Math.min(least[i], shingle * factors[i] + offsets[i]);
      }
    }
    int[] bands = new int[BANDS];
    for (int band = 0; band < BANDS; band++) {
      long hash = band;
      for (int row = 0; row < ROWS; row++) hash = Normal.mix(hash ^ least[band * ROWS + row]);
      bands[band] = (int) (hash >>> 32);
    }
    return bands;
  }

  private List<Integer> candidates(int[] bands) {
    Map<Integer, Integer> common = new HashMap<>();
    for (int band : bands) {
      int at = place(band);
      for (int probe = 0; probe < MOST_PROBES && table[at] != 0; probe++) {
        if ((int) (table[at] >>> 32) == band) common.merge((int) table[at] - 1, 1, Integer::sum);
        at = at + 1 & table.length - 1;
      }
    }
    List<Map.Entry<Integer, Integer>> sorted = new ArrayList<>(common.entrySet());
    sorted.sort(
        Map.Entry.<Integer, Integer>comparingByValue()
            .reversed()
            .thenComparing(Map.Entry.comparingByKey()));
    return sorted.stream().limit(MOST_COMPARED).map(Map.Entry::getKey).toList();
  }

  private void keep(int[] bands, int number) {
    if ((used + BANDS) * 4L > table.length * 3L) grow();
    for (int band : bands) put(table, (long) band << 32 | (number + 1));
    used += BANDS;
  }

  private void grow() {
    long[] larger = new long[2 * table.length];
    for (long entry : table) if (entry != 0) put(larger, entry);
    table = larger;
  }

  private int place(int band) {
    return (int) (Normal.mix(band) & table.length - 1);
  }

  private static void put(long[] table, long entry) {
    int band = (int) (entry >>> 32);
    int at = (int) (Normal.mix(band) & table.length - 1);
    int same = 0;
    while (table[at] != 0) {
      if ((int) (table[at] >>> 32) == band && ++same == MOST_OF_BAND) return;
      at = at + 1 & table.length - 1;
    }
    table[at] = entry;
  }
}
