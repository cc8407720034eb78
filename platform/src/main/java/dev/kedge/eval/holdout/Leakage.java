package dev.kedge.eval.holdout;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether examples stand in training data.
 *
 * <p>Three checks: the same characters, the same normal form, and the share of an example's runs of
 * eight words (of fewer, where the example has five to seven) that one line of the training data
 * holds. Training data streams by; memory holds the runs of the examples only. One thread.
 */
final class Leakage {
  private static final int RUN = 8;
  private static final int LEAST_WORDS = 5;

  private final double threshold;
  private final Map<Integer, Candidate> candidates = new HashMap<>();
  private final Map<Long, List<Integer>> byExact = new HashMap<>();
  private final Map<Long, List<Integer>> byNormal = new HashMap<>();
  private final Map<String, List<Integer>> byGroup = new HashMap<>();
  private final Map<Long, List<Integer>> byRun = new HashMap<>();
  private final Set<Integer> runLengths = new HashSet<>();
  private final Map<Integer, Leak> leaks = new HashMap<>();

  private record Candidate(int runs) {}

  /**
   * An example that leaks.
   *
   * @param how {@code exact}, {@code normalised}, {@code same group} or {@code overlap}
   * @param place in the training data
   * @param share of its runs of words; 1 for the others
   */
  record Leak(String how, String place, double share) {}

  /**
   * No examples yet.
   *
   * @param threshold least share of runs that counts as a leak
   */
  Leakage(double threshold) {
    this.threshold = threshold;
  }

  /** Adds an example to look for. */
  void add(int number, String input, String normal, String group) {
    byExact.computeIfAbsent(Normal.hash(input), _ -> new ArrayList<>()).add(number);
    byNormal.computeIfAbsent(Normal.hash(normal), _ -> new ArrayList<>()).add(number);
    if (!group.isEmpty()) byGroup.computeIfAbsent(group, _ -> new ArrayList<>()).add(number);
    String[] words = normal.split(" ", -1);
    if (words.length < LEAST_WORDS) return;
    int length = Math.min(RUN, words.length);
    runLengths.add(length);
    Set<Long> runs = runs(words, length);
    candidates.put(number, new Candidate(runs.size()));
    for (long run : runs) byRun.computeIfAbsent(run, _ -> new ArrayList<>()).add(number);
  }

  private static Set<Long> runs(String[] words, int length) {
    Set<Long> runs = new HashSet<>();
    for (int i = 0; i + length <= words.length; i++) {
      long hash = length;
      for (int j = i; j < i + length; j++) hash = Normal.mix(hash ^ Normal.hash(words[j]));
      runs.add(hash);
    }
    return runs;
  }

  /** Looks at one line of training data, and says whether an example stands in it. */
  boolean training(String input, String normal, String group, String place) {
    boolean leaks = mark(byExact.get(Normal.hash(input)), new Leak("exact", place, 1));
    leaks |= mark(byNormal.get(Normal.hash(normal)), new Leak("normalised", place, 1));
    if (!group.isEmpty()) leaks |= mark(byGroup.get(group), new Leak("same group", place, 1));
    String[] words = normal.split(" ", -1);
    Map<Integer, Integer> held = new HashMap<>();
    for (int length : runLengths) {
      for (long run : runs(words, length)) {
        for (int number : byRun.getOrDefault(run, List.of())) held.merge(number, 1, Integer::sum);
      }
    }
    for (Map.Entry<Integer, Integer> one : held.entrySet()) {
      Candidate candidate = candidates.get(one.getKey());
      if (candidate == null) continue;
      double share = (double) one.getValue() / candidate.runs;
      if (share < threshold) continue;
      leaks |= mark(List.of(one.getKey()), new Leak("overlap", place, share));
    }
    return leaks;
  }

  private boolean mark(@Nullable List<Integer> numbers, Leak leak) {
    if (numbers == null) return false;
    for (int number : numbers) leaks.putIfAbsent(number, leak);
    return true;
  }

  /** What was found of an example. */
  Optional<Leak> of(int number) {
    return Optional.ofNullable(leaks.get(number));
  }
}
