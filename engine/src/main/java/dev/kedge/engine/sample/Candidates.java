package dev.kedge.engine.sample;

import java.util.Arrays;

/**
 * Tokens in order of their logits, best first, equal ones by id. An entry packs both into a long
 * that sorts that way: the logit's bits, flipped so that a higher logit is a smaller number, above
 * the id.
 */
final class Candidates {
  private Candidates() {}

  /** All tokens whose logit is at least {@code least}, best first; at most {@code limit}. */
  static int[] best(float[] logits, int size, float least, int limit) {
    long[] entries = new long[Math.min(size, 64)];
    int count = 0;
    long worst = Long.MAX_VALUE;
    for (int id = 0; id < size; id++) {
      if (!(logits[id] >= least)) continue;
      long entry = entry(logits[id], id);
      if (entry >= worst) continue;
      if (count == entries.length) entries = Arrays.copyOf(entries, 2 * count);
      entries[count++] = entry;
      // Keeps the best `limit` of up to twice as many, so that the cost stays linear in the size.
      if (limit < size / 2 && count >= 2 * limit + 64) {
        Arrays.sort(entries, 0, count);
        count = limit;
        worst = entries[count - 1];
      }
    }
    Arrays.sort(entries, 0, count);
    int[] ids = new int[Math.min(count, limit)];
    for (int i = 0; i < ids.length; i++) ids[i] = (int) entries[i];
    return ids;
  }

  private static long entry(float logit, int id) {
    int bits = Float.floatToIntBits(logit + 0f); // -0 equals 0
    int ascending = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    return ((long) ~ascending << 32) | id;
  }
}
