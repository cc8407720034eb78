package dev.kedge.engine.train;

import java.util.Arrays;

/** Encoded sequences in compact form (two bytes a token), each with the place its answer starts. */
final class Sequences {
  private char[] tokens = new char[1 << 16];
  private int[] starts = new int[1024];
  private int[] answers = new int[1024];
  private int count;

  /** Adds a sequence whose tokens from {@code answer} on are to be learned. */
  void add(IntList sequence, int answer) {
    int from = starts[count];
    int to = Math.addExact(from, sequence.size());
    if (to > tokens.length) {
      tokens =
          Arrays.copyOf(
              tokens, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(to, 2L * tokens.length)));
    }
    for (int i = 0; i < sequence.size(); i++) tokens[from + i] = (char) sequence.get(i);
    if (count + 2 > starts.length) {
      starts = Arrays.copyOf(starts, 2 * starts.length);
      answers = Arrays.copyOf(answers, 2 * answers.length);
    }
    answers[count++] = answer;
    starts[count] = to;
  }

  int size() {
    return count;
  }

  long tokens() {
    return starts[count];
  }

  /** Places that sequence {@code s} takes in a batch: one less than its tokens. */
  int places(int s) {
    return starts[s + 1] - starts[s] - 1;
  }

  /** Places of sequence {@code s} that the loss counts. */
  int answerPlaces(int s) {
    return starts[s + 1] - starts[s] - answers[s];
  }

  /** Appends sequence {@code s} to a batch. */
  void copy(int s, Batch batch) {
    int at = batch.size;
    int from = starts[s];
    int places = places(s);
    batch.begin(places);
    for (int i = 0; i < places; i++) {
      batch.set(at + i, tokens[from + i], i + 1 >= answers[s] ? tokens[from + i + 1] : -1);
    }
  }
}
