package dev.kedge.engine.train;

/**
 * Which sequences each step learns from: per epoch a permutation that is a pure function of seed
 * and epoch, cut into runs of about {@code batchTokens} places.
 */
final class DataOrder {
  private final Sequences data;
  private final long seed;
  private final int batchTokens;
  private final int[] order;
  private int epoch = -1;
  private int next;

  DataOrder(Sequences data, long seed, int batchTokens) {
    this.data = data;
    this.seed = seed;
    this.batchTokens = batchTokens;
    order = new int[data.size()];
    seek(0, 0);
  }

  int epoch() {
    return epoch;
  }

  int next() {
    return next;
  }

  /** Continues at sequence {@code at} of an epoch. */
  void seek(int toEpoch, int at) {
    if (toEpoch != epoch) shuffle(toEpoch);
    epoch = toEpoch;
    next = at;
  }

  private void shuffle(int forEpoch) {
    for (int i = 0; i < order.length; i++) order[i] = i;
    long epochSeed = Normals.bits(seed ^ 0x6F72646572L, forEpoch);
    for (int i = order.length - 1; i > 0; i--) {
      int j = (int) Math.unsignedMultiplyHigh(Normals.bits(epochSeed, i), i + 1L);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  /** The sequences of the next step; an epoch's last step may be shorter. */
  void take(IntList chosen) {
    if (next == order.length) seek(epoch + 1, 0);
    chosen.clear();
    long places = 0;
    while (next < order.length) {
      int length = data.places(order[next]);
      if (chosen.size() > 0 && places + length > batchTokens) return;
      places += length;
      chosen.add(order[next++]);
    }
  }

  /** Steps that {@code epochs} epochs take; leaves the position at the start. */
  int steps(double epochs) {
    IntList chosen = new IntList();
    int steps = 0;
    int whole = (int) epochs;
    seek(0, 0);
    while (true) {
      boolean done = next == order.length && epoch + 1 >= whole && epochs == whole;
      done |= epoch >= whole && next >= (epochs - whole) * order.length;
      if (done) break;
      take(chosen);
      steps++;
    }
    seek(0, 0);
    return steps;
  }
}
