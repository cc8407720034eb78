package dev.kedge.route;

/**
 * Which replicas hold which blocks of prompts in their caches, as far as we sent them there: a
 * bounded map from block hash to a set of replicas, as one bit each.
 *
 * <p>Open addressing in sets of eight neighbours; a full set gives up the entry that was used
 * longest ago. So memory is fixed, nothing is allocated, and looking up or noting a block is one
 * cache line or two, about 10 ns. Replicas with a slot of 64 or more are not remembered.
 *
 * <p>Thread-safe under one lock, held for a few microseconds.
 */
final class PrefixMap {
  static final int SLOTS = 64;
  private static final int WAYS = 8;

  private final int mask;
  private final long[] keys;
  private final long[] holders;
  private final int[] used;
  private int tick;

  /**
   * @param capacity blocks, a power of two, 8 or more; 20 bytes each
   */
  PrefixMap(int capacity) {
    if (Integer.bitCount(capacity) != 1 || capacity < WAYS) {
      throw new IllegalArgumentException("capacity must be a power of two, 8 or more");
    }
    this.mask = capacity - 1 & -WAYS;
    this.keys = new long[capacity];
    this.holders = new long[capacity];
    this.used = new int[capacity];
  }

  /**
   * How many leading blocks of a prompt each replica holds.
   *
   * @param slots of the replicas in question
   * @param held receives a number of blocks per slot
   * @return the largest of them
   */
  synchronized int match(PromptBlocks prompt, int[] slots, int[] held) {
    long asked = 0;
    for (int slot : slots) if (slot >= 0 && slot < SLOTS) asked |= 1L << slot;
    int longest = 0;
    for (int block = 0; block < prompt.count() && asked != 0; block++) {
      int at = find(prompt.hash(block));
      if (at < 0) break;
      asked &= holders[at];
      if (asked == 0) break;
      longest = block + 1;
      for (int i = 0; i < slots.length; i++) {
        int slot = slots[i];
        if (slot >= 0 && slot < SLOTS && (asked >>> slot & 1) != 0) held[i] = longest;
      }
    }
    return longest;
  }

  /** Notes that a replica is given this prompt. */
  synchronized void note(PromptBlocks prompt, int slot) {
    if (slot < 0 || slot >= SLOTS) return;
    tick++;
    for (int block = 0; block < prompt.count(); block++) {
      long key = prompt.hash(block);
      int at = find(key);
      if (at < 0) {
        at = oldest(key);
        keys[at] = key;
        holders[at] = 0;
      }
      holders[at] |= 1L << slot;
      used[at] = tick;
    }
  }

  /** Forgets a replica. */
  synchronized void forget(int slot) {
    if (slot < 0 || slot >= SLOTS) return;
    for (int i = 0; i < holders.length; i++) holders[i] &= ~(1L << slot);
  }

  private int find(long key) {
    int set = (int) key & mask;
    for (int i = set; i < set + WAYS; i++) if (keys[i] == key && holders[i] != 0) return i;
    return -1;
  }

  private int oldest(long key) {
    int set = (int) key & mask;
    int oldest = set;
    for (int i = set; i < set + WAYS; i++) {
      if (holders[i] == 0) return i;
      // By difference, so that the counter may run over.
      if (used[i] - used[oldest] < 0) oldest = i;
    }
    return oldest;
  }
}
