package dev.kedge.drift;

import java.util.Arrays;

/**
 * Counts by a 64-bit hash, in flat arrays. Two different phrases with one hash are possible and,
 * among a hundred million, unlikely. For one thread.
 */
final class HashCounts {
  private long[] keys;
  private int[] counts;
  private int size;

  HashCounts(int expected) {
    int capacity = Integer.highestOneBit(Math.max(16, 2 * expected)) << 1;
    keys = new long[capacity];
    counts = new int[capacity];
  }

  /** What is done with each hash whose count is not 0. */
  interface Taker {
    void take(long hash, int count);
  }

  /** Adds to the count of a hash. */
  void add(long hash, int times) {
    if (2 * size >= keys.length) grow();
    counts[place(hash)] += times;
  }

  /** Adds one for each hash, once, however often it is given in between two calls of this. */
  boolean addNew(long hash) {
    if (2 * size >= keys.length) grow();
    int place = place(hash);
    return counts[place]++ == 0;
  }

  /** The count of a hash; 0 where it was never added. */
  int get(long hash) {
    long key = hash == 0 ? 1 : hash;
    int mask = keys.length - 1;
    for (int i = (int) (key >>> 20) & mask; keys[i] != 0; i = (i + 1) & mask) {
      if (keys[i] == key) return counts[i];
    }
    return 0;
  }

  private int place(long hash) {
    long key = hash == 0 ? 1 : hash;
    int mask = keys.length - 1;
    int i = (int) (key >>> 20) & mask;
    while (keys[i] != 0 && keys[i] != key) i = (i + 1) & mask;
    if (keys[i] == 0) {
      keys[i] = key;
      size++;
    }
    return i;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldCounts = counts;
    keys = new long[2 * oldKeys.length];
    counts = new int[2 * oldKeys.length];
    size = 0;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) counts[place(oldKeys[i])] = oldCounts[i];
    }
  }

  void forEach(Taker taker) {
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] != 0 && counts[i] != 0) taker.take(keys[i], counts[i]);
    }
  }

  int size() {
    return size;
  }

  /** Forgets everything, and space that was needed once only. */
  void clear() {
    if (keys.length > 1 << 16) {
      keys = new long[1 << 12];
      counts = new int[1 << 12];
    } else {
      Arrays.fill(keys, 0);
      Arrays.fill(counts, 0);
    }
    size = 0;
  }
}
