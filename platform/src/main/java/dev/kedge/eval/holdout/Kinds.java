package dev.kedge.eval.holdout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What sampling knows of each example: 20 bytes. Texts are by number; tags and clusters are numbers
 * too.
 */
final class Kinds {
  private static final int MOST_TAG_KINDS = 2_000;
  private static final String OTHER = "(other)";

  private int size;
  private int[] lengths = new int[1024];
  private long[] times = new long[1024];
  private int[] tags = new int[1024];
  private int[] clusters = new int[1024];
  private final Map<String, Integer> tagNumbers = new HashMap<>();
  private final List<String> tagNames = new ArrayList<>();

  /** No time given. */
  static final long NO_TIME = Long.MIN_VALUE;

  void add(int length, long time, List<String> exampleTags) {
    if (size == lengths.length) {
      lengths = Arrays.copyOf(lengths, 2 * size);
      times = Arrays.copyOf(times, 2 * size);
      tags = Arrays.copyOf(tags, 2 * size);
      clusters = Arrays.copyOf(clusters, 2 * size);
    }
    lengths[size] = length;
    times[size] = time;
    tags[size++] = tag(exampleTags);
  }

  private int tag(List<String> exampleTags) {
    String name =
        exampleTags.isEmpty()
            ? "(none)"
            : String.join(" + ", exampleTags.stream().sorted().distinct().limit(4).toList());
    if (tagNumbers.size() >= MOST_TAG_KINDS && !tagNumbers.containsKey(name)) name = OTHER;
    String key = name;
    return tagNumbers.computeIfAbsent(
        key,
        _ -> {
          tagNames.add(key);
          return tagNames.size() - 1;
        });
  }

  void cluster(int number, int cluster) {
    clusters[number] = cluster;
  }

  int size() {
    return size;
  }

  int tag(int number) {
    return tags[number];
  }

  String tagName(int tag) {
    return tagNames.get(tag);
  }

  int tagKinds() {
    return tagNames.size();
  }

  int cluster(int number) {
    return clusters[number];
  }

  int length(int number) {
    return lengths[number];
  }

  long time(int number) {
    return times[number];
  }

  /** Lengths that cut the examples into four equal parts and the longest twentieth. */
  int[] lengthCuts() {
    int[] sorted = Arrays.copyOf(lengths, size);
    Arrays.sort(sorted);
    double[] shares = {0.25, 0.5, 0.75, 0.95};
    return Arrays.stream(shares).mapToInt(share -> sorted[(int) (share * (size - 1))]).toArray();
  }

  /** Times that cut the examples with a time into four equal parts; none where none has one. */
  long[] timeCuts() {
    long[] sorted =
        Arrays.stream(times, 0, size).filter(time -> time != NO_TIME).sorted().toArray();
    if (sorted.length == 0) return new long[0];
    double[] shares = {0.25, 0.5, 0.75};
    return Arrays.stream(shares)
        .mapToLong(share -> sorted[(int) (share * (sorted.length - 1))])
        .distinct()
        .toArray();
  }
}
