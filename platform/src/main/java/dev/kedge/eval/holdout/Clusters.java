package dev.kedge.eval.holdout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Kinds of texts, found without labels: spherical k-means (Dhillon and Modha 2001), begun by
 * k-means++, on tf-idf of words and pairs of words hashed to 4,096 places. Learnt from a sample,
 * then any text gets its cluster. The same texts, seed and k give the same clusters. One thread.
 */
final class Clusters {
  private static final int PLACES = 4096;
  private static final int ROUNDS = 12;

  private final float[] rarity = new float[PLACES];
  private final List<float[]> centres = new ArrayList<>();
  private final List<String> names = new ArrayList<>();

  /** A text's words: ascending places and their weights, of length 1. */
  private record Vector(int[] places, float[] weights) {
    double dot(float[] centre) {
      double sum = 0;
      for (int i = 0; i < places.length; i++) sum += weights[i] * centre[places[i]];
      return sum;
    }
  }

  private Clusters() {}

  /**
   * Learns clusters.
   *
   * @param normals normal forms of a sample
   * @param k at most so many
   */
  static Clusters learn(List<String> normals, int k, long seed) {
    Clusters clusters = new Clusters();
    clusters.countRarity(normals);
    List<Vector> vectors = normals.stream().map(clusters::vector).toList();
    SplittableRandom random = new SplittableRandom(seed);
    clusters.begin(vectors, k, random);
    int[] of = new int[vectors.size()];
    for (int round = 0; round < ROUNDS; round++) {
      boolean moved = false;
      for (int i = 0; i < of.length; i++) {
        int nearest = clusters.nearest(vectors.get(i));
        moved |= nearest != of[i];
        of[i] = nearest;
      }
      if (!moved && round > 0) break;
      clusters.move(vectors, of);
    }
    clusters.name(normals, of);
    return clusters;
  }

  int size() {
    return centres.size();
  }

  /** The cluster of a text. */
  int of(String normal) {
    return nearest(vector(normal));
  }

  /** The words that set a cluster apart, for people. */
  String name(int cluster) {
    return names.get(cluster);
  }

  private void countRarity(List<String> normals) {
    int[] documents = new int[PLACES];
    for (String normal : normals) {
      boolean[] seen = new boolean[PLACES];
      for (int place : places(normal)) seen[place] = true;
      for (int i = 0; i < PLACES; i++) if (seen[i]) documents[i]++;
    }
    for (int i = 0; i < PLACES; i++) {
      rarity[i] = (float) Math.log((1.0 + normals.size()) / (1.0 + documents[i]));
    }
  }

  private static int[] places(String normal) {
    String[] words = normal.split(" ", -1);
    int[] places = new int[2 * words.length - 1];
    for (int i = 0; i < words.length; i++) {
      places[i] = (int) (Normal.hash(words[i]) & PLACES - 1);
      if (i > 0) {
        places[words.length + i - 1] =
            (int) (Normal.hash(words[i - 1] + " " + words[i]) & PLACES - 1);
      }
    }
    return places;
  }

  private Vector vector(String normal) {
    int[] all = places(normal);
    Arrays.sort(all);
    int count = 0;
    int[] places = new int[all.length];
    float[] weights = new float[all.length];
    for (int i = 0; i < all.length; ) {
      int j = i;
      while (j < all.length && all[j] == all[i]) j++;
      places[count] = all[i];
      weights[count++] = (float) (1 + Math.log(j - i)) * rarity[all[i]];
      i = j;
    }
    double length = 0;
    for (int i = 0; i < count; i++) length += (double) weights[i] * weights[i];
    float scale = length == 0 ? 0 : (float) (1 / Math.sqrt(length));
    for (int i = 0; i < count; i++) weights[i] *= scale;
    return new Vector(Arrays.copyOf(places, count), Arrays.copyOf(weights, count));
  }

  /** k-means++: each further centre is a text drawn by its distance from the nearest before. */
  private void begin(List<Vector> vectors, int k, SplittableRandom random) {
    double[] far = new double[vectors.size()];
    Arrays.fill(far, 1);
    while (centres.size() < k) {
      double total = 0;
      for (double distance : far) total += distance;
      if (total < 1e-9) return;
      double mark = random.nextDouble() * total;
      int chosen = 0;
      for (double passed = far[0];
          passed < mark && chosen < far.length - 1;
          passed += far[chosen]) {
        chosen++;
      }
      float[] centre = new float[PLACES];
      Vector vector = vectors.get(chosen);
      for (int i = 0; i < vector.places.length; i++) centre[vector.places[i]] = vector.weights[i];
      centres.add(centre);
      for (int i = 0; i < far.length; i++) {
        far[i] = Math.min(far[i], Math.max(0, 1 - vectors.get(i).dot(centre)));
      }
    }
  }

  private int nearest(Vector vector) {
    int best = 0;
    double closest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < centres.size(); i++) {
      double near = vector.dot(centres.get(i));
      if (near > closest) {
        closest = near;
        best = i;
      }
    }
    return best;
  }

  private void move(List<Vector> vectors, int[] of) {
    double[][] sums = new double[centres.size()][PLACES];
    for (int i = 0; i < of.length; i++) {
      Vector vector = vectors.get(i);
      for (int j = 0; j < vector.places.length; j++) {
        sums[of[i]][vector.places[j]] += vector.weights[j];
      }
    }
    for (int c = 0; c < sums.length; c++) {
      double length = 0;
      for (double value : sums[c]) length += value * value;
      if (length == 0) continue; // nobody came: it stays where it is
      double scale = 1 / Math.sqrt(length);
      for (int i = 0; i < PLACES; i++) centres.get(c)[i] = (float) (sums[c][i] * scale);
    }
  }

  /** Three words each that are far more frequent in the cluster than elsewhere. */
  private void name(List<String> normals, int[] of) {
    List<Map<String, Integer>> counts = new ArrayList<>();
    for (int c = 0; c < centres.size(); c++) counts.add(new HashMap<>());
    Map<String, Integer> all = new HashMap<>();
    for (int i = 0; i < of.length; i++) {
      Map<String, Integer> own = counts.get(of[i]);
      Arrays.stream(normals.get(i).split(" ", -1))
          .filter(word -> word.length() > 2)
          .distinct()
          .forEach(word -> {
            own.merge(word, 1, Integer::sum);
            all.merge(word, 1, Integer::sum);
          });
    }
    for (Map<String, Integer> own : counts) {
      names.add(
          String.join(
              ", ",
              own.entrySet().stream()
                  .sorted(
                      Comparator.comparingDouble((Map.Entry<String, Integer> word) ->
                              -(double) word.getValue()
                                  * word.getValue()
                                  / (all.getOrDefault(word.getKey(), 1) + 1.0))
                          .thenComparing(Map.Entry::getKey))
                  .limit(3)
                  .map(Map.Entry::getKey)
                  .toList()));
    }
  }
}
