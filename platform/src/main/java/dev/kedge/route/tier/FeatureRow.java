package dev.kedge.route.tier;

import java.util.Arrays;

/**
 * The features of one text as training wants them: what {@link Classifier#score} adds up is the
 * product of its weights with this row.
 *
 * @param slots ascending, each once
 * @param values of the slots
 */
public record FeatureRow(int[] slots, float[] values) {
  /** How many weights a classifier has. */
  public static final int DIMENSIONS = Features.DIMENSIONS;

  /** Of a text. */
  public static FeatureRow of(String text) {
    Features features = new Features(text);
    Hashes hashes = new Hashes();
    features.scan(hashes);
    double words = FeatureScale.of(hashes.words);
    double runs = FeatureScale.of(hashes.runs);
    // One long per occurrence: slot, kind, sign. Sorted, occurrences of a slot are neighbours.
    long[] found = Arrays.copyOf(hashes.found, hashes.words + hashes.runs);
    Arrays.sort(found);
    float[] structure = features.structure();
    int[] slots = new int[found.length + structure.length];
    float[] values = new float[slots.length];
    int size = 0;
    for (int i = 0; i < found.length; ) {
      int slot = (int) (found[i] >>> 2);
      double sum = 0;
      for (; i < found.length && (int) (found[i] >>> 2) == slot; i++) {
        sum += ((found[i] & 2) == 0 ? words : runs) * ((found[i] & 1) == 0 ? 1 : -1);
      }
      if (sum == 0) continue;
      slots[size] = slot;
      values[size++] = (float) sum;
    }
    for (int i = 0; i < structure.length; i++) {
      if (structure[i] == 0) continue;
      slots[size] = Features.SLOTS + i;
      values[size++] = structure[i];
    }
    return new FeatureRow(Arrays.copyOf(slots, size), Arrays.copyOf(values, size));
  }

  /** Collects what a text has. */
  private static final class Hashes implements FeatureSink {
    private long[] found = new long[1024];
    private int words;
    private int runs;

    @Override
    public void word(int hash, int from, int to) {
      add(hash, 0);
      words++;
    }

    @Override
    public void run(int hash, int from, int to) {
      add(hash, 2);
      runs++;
    }

    private void add(int hash, int kind) {
      int at = words + runs;
      if (at == found.length) found = Arrays.copyOf(found, 2 * at);
      found[at] =
          (long) (hash & Features.SLOT_MASK) << 2 | kind | (Features.sign(hash) < 0 ? 1 : 0);
    }
  }
}
