package dev.kedge.engine.train;

import java.util.Arrays;

/**
 * Sequences laid end to end without padding; grows as needed and is reused. Not thread-safe.
 *
 * <p>{@code tokens[i]} is the input at place i, {@code targets[i]} the token to predict there, or
 * −1 where the loss does not look; sequence s covers places {@code starts[s]} to {@code
 * starts[s+1]}.
 */
final class Batch {
  int[] tokens = new int[0];
  int[] targets = new int[0];
  int[] positions = new int[0];
  int[] starts = new int[1];
  int size;
  int sequences;
  int answers;

  void clear() {
    size = 0;
    sequences = 0;
    answers = 0;
  }

  /** Begins a sequence of {@code length} places; fill it with {@link #set}. */
  void begin(int length) {
    if (size + length > tokens.length) {
      int room = Math.max(size + length, 2 * tokens.length);
      tokens = Arrays.copyOf(tokens, room);
      targets = Arrays.copyOf(targets, room);
      positions = Arrays.copyOf(positions, room);
    }
    if (sequences + 2 > starts.length) starts = Arrays.copyOf(starts, 2 * starts.length + 2);
    starts[sequences] = size;
    sequences++;
    for (int i = 0; i < length; i++) positions[size + i] = i;
    size += length;
    starts[sequences] = size;
  }

  void set(int place, int token, int target) {
    tokens[place] = token;
    targets[place] = target;
    if (target >= 0) answers++;
  }

  int longest() {
    int longest = 0;
    for (int s = 0; s < sequences; s++) longest = Math.max(longest, starts[s + 1] - starts[s]);
    return longest;
  }
}
