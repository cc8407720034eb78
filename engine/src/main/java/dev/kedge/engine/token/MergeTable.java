package dev.kedge.engine.token;

import java.util.Arrays;

/**
 * Which two symbols merge into which, and how early. A symbol is a token id, or {@code ~x} for a
 * byte or code point {@code x} that is no token of its own. Sorted arrays and binary search, since
 * a hash table with a known function could be made slow by a hostile vocabulary. Immutable.
 */
final class MergeTable {
  private final long[] pairs;
  private final int[] ranks;
  private final int[] merged;

  private MergeTable(long[] pairs, int[] ranks, int[] merged) {
    this.pairs = pairs;
    this.ranks = ranks;
    this.merged = merged;
  }

  static long pair(int left, int right) {
    return (long) left << 32 | (right & 0xFFFF_FFFFL);
  }

  /** Where a pair stands, or a negative number where it does not merge. */
  int find(int left, int right) {
    return Arrays.binarySearch(pairs, pair(left, right));
  }

  /** The rank of the pair at {@code index}: lower ranks merge first; 0 or more. */
  int rank(int index) {
    return ranks[index];
  }

  /** The token into which the pair at {@code index} merges. */
  int merged(int index) {
    return merged[index];
  }

  /** Collects pairs; of a pair added twice the first counts. */
  static final class Builder {
    private long[] pairs = new long[1024];
    private int[] ranks = new int[1024];
    private int[] merged = new int[1024];
    private int size;

    void add(int left, int right, int rank, int result) {
      if (size == pairs.length) {
        pairs = Arrays.copyOf(pairs, size * 2);
        ranks = Arrays.copyOf(ranks, size * 2);
        merged = Arrays.copyOf(merged, size * 2);
      }
      pairs[size] = pair(left, right);
      ranks[size] = rank;
      merged[size++] = result;
    }

    MergeTable build() {
      long[] sorted = Arrays.copyOf(pairs, size);
      Arrays.sort(sorted);
      int distinct = 0;
      for (int i = 0; i < size; i++) {
        if (i == 0 || sorted[i] != sorted[i - 1]) sorted[distinct++] = sorted[i];
      }
      long[] keys = Arrays.copyOf(sorted, distinct);
      int[] sortedRanks = new int[distinct];
      int[] sortedMerged = new int[distinct];
      for (int i = size - 1; i >= 0; i--) {
        int at = Arrays.binarySearch(keys, pairs[i]);
        sortedRanks[at] = ranks[i];
        sortedMerged[at] = merged[i];
      }
      return new MergeTable(keys, sortedRanks, sortedMerged);
    }
  }
}
