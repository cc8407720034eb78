package dev.kedge.eval.holdout;

/**
 * Numbers by 64-bit digests: open addressing, at most half full, 24 to 48 bytes an entry. Two of a
 * million texts share a digest with a chance of 1 in 37 million. One thread.
 */
final class DigestTable {
  private long[] keys = new long[1 << 10];
  private int[] values = new int[1 << 10];
  private int size;

  /** The number of this digest; -1 without one. */
  int get(long digest) {
    int at = place(digest);
    return keys[at] == 0 ? -1 : values[at];
  }

  /** Gives a digest its number; the first one stays. */
  void put(long digest, int number) {
    if (2 * (size + 1) > keys.length) grow();
    int at = place(digest);
    if (keys[at] != 0) return;
    keys[at] = key(digest);
    values[at] = number;
    size++;
  }

  private static long key(long digest) {
    return digest == 0 ? 1 : digest;
  }

  private int place(long digest) {
    long key = key(digest);
    int at = (int) (Normal.mix(key) & keys.length - 1);
    while (keys[at] != 0 && keys[at] != key) at = at + 1 & keys.length - 1;
    return at;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    keys = new long[2 * oldKeys.length];
    values = new int[2 * oldValues.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] == 0) continue;
      int at = place(oldKeys[i]);
      keys[at] = oldKeys[i];
      values[at] = oldValues[i];
    }
  }
}
