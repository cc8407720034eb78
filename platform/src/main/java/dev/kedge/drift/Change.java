package dev.kedge.drift;

/**
 * How much of an answer changed: the share of all words and marks of both answers that only one of
 * them has, each counted as often as it stands there; 0 for the same words, 1 for no word in
 * common. Their order does not count. Takes time in proportion to the length.
 */
final class Change {
  private Change() {}

  static double share(Words before, Words after) {
    if (before == after) return 0;
    long total = (long) before.size() + after.size();
    if (total == 0) return 0;
    HashCounts counts = new HashCounts(before.size());
    for (int i = 0; i < before.size(); i++) counts.add(before.hash(i), 1);
    long common = 0;
    for (int i = 0; i < after.size(); i++) {
      if (counts.get(after.hash(i)) <= 0) continue;
      counts.add(after.hash(i), -1);
      common++;
    }
    return 1 - 2.0 * common / total;
  }
}
