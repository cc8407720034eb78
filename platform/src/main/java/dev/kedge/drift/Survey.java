package dev.kedge.drift;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads every answer once and counts what {@link Detectors} find, lengths, and how much of each
 * answer changed. For one thread; memory grows with the number of cases, not with their length.
 */
final class Survey {
  private static final int MOST_TRAITS = 2_000;

  private final DriftInput input;
  private final Detectors detectors;
  private final int attempts;
  private final boolean measured;
  private final Map<String, TraitCount> traits = new TreeMap<>();
  private final Map<String, TraitCount> items = new TreeMap<>();
  private final Set<TraitCount> touched = new HashSet<>();
  private final double[] shares;
  private final double[] own;

  /** By case: characters, words and tokens, of the old and of the new answers (means). */
  private final double[][] old = new double[3][];

  private final double[][] fresh = new double[3][];
  private long differing;
  private boolean tokensKnown = true;

  /** One answer as it was read. */
  private record Read(String text, Words words, Marks marks) {}

  Survey(DriftInput input, Detectors detectors) {
    this.input = input;
    this.detectors = detectors;
    this.attempts = input.attempts();
    this.measured = input.measured();
    int cases = input.cases().size();
    shares = new double[cases];
    own = new double[cases];
    for (int k = 0; k < 3; k++) {
      old[k] = new double[cases];
      fresh[k] = new double[cases];
    }
  }

  Survey read(List<int[]> units) {
    for (int[] unit : units) {
      for (int place : unit) one(place);
      for (TraitCount count : touched) count.endUnit();
      touched.clear();
    }
    return this;
  }

  private void one(int place) {
    DriftCase one = input.cases().get(place);
    Read first = read(one.before().getFirst().text());
    for (int a = 0; a < attempts; a++) {
      Said before = one.before().get(a);
      Said after = one.after().get(a);
      Read was = a == 0 ? first : read(before.text());
      Read is = after.text().equals(was.text()) ? was : read(after.text());
      measure(place, was, is);
      tokens(place, before.tokens(), after.tokens());
      shift(was.marks().traits(), is.marks().traits());
      if (a == 0) compare(place, was, is);
    }
    if (!measured) return;
    String again = one.before().get(1).text();
    Read second = again.equals(first.text()) ? first : read(again);
    again(first.marks(), second.marks());
    own[place] = Change.share(first.words(), second.words());
  }

  private Read read(String text) {
    Words words = Words.of(text);
    return new Read(text, words, detectors.marks(text, words));
  }

  private void measure(int place, Read was, Read is) {
    old[0][place] += (double) was.marks().characters() / attempts;
    fresh[0][place] += (double) is.marks().characters() / attempts;
    old[1][place] += (double) was.marks().words() / attempts;
    fresh[1][place] += (double) is.marks().words() / attempts;
  }

  private void tokens(int place, int before, int after) {
    // Where one side was not counted, nothing can be said.
    if (before <= 0 || after <= 0) tokensKnown = false;
    old[2][place] += (double) before / attempts;
    fresh[2][place] += (double) after / attempts;
  }

  private void shift(Set<String> was, Set<String> is) {
    for (String trait : was) if (!is.contains(trait)) shift(trait, -1);
    for (String trait : is) if (!was.contains(trait)) shift(trait, 1);
  }

  private void shift(String trait, int by) {
    TraitCount count = trait(trait);
    count.shift(by);
    touched.add(count);
  }

  private TraitCount trait(String name) {
    TraitCount known = traits.get(name);
    if (known != null) return known;
    // Answers with ever new JSON keys must not fill the memory; these are counted together.
    String kept = traits.size() < MOST_TRAITS ? name : Detectors.KEY + "(further ones)";
    return traits.computeIfAbsent(kept, _ -> new TraitCount());
  }

  private void compare(int place, Read was, Read is) {
    String id = input.cases().get(place).id();
    if (!was.text().equals(is.text())) differing++;
    shares[place] = Change.share(was.words(), is.words());
    Set<String> all = new HashSet<>(was.marks().traits());
    all.addAll(is.marks().traits());
    for (String name : all) {
      trait(name)
          .answer(id, was.marks().traits().contains(name), is.marks().traits().contains(name));
    }
    was.marks()
        .items()
        .forEach((name, before) -> {
          Set<String> after = is.marks().items().getOrDefault(name, Set.of());
          TraitCount count = items.computeIfAbsent(name, _ -> new TraitCount());
          count.items(id, before, after);
          if (!before.equals(after)) count.shift(1);
          touched.add(count);
        });
  }

  private void again(Marks first, Marks second) {
    Set<String> all = new HashSet<>(first.traits());
    all.addAll(second.traits());
    for (String name : all) {
      trait(name).again(first.traits().contains(name), second.traits().contains(name));
    }
    first
        .items()
        .forEach((name, before) -> {
          Set<String> after = second.items().getOrDefault(name, Set.of());
          TraitCount count = items.computeIfAbsent(name, _ -> new TraitCount());
          count.itemsAgain(before, after);
          if (!before.equals(after)) count.shift(-1);
          touched.add(count);
        });
  }

  Map<String, TraitCount> traits() {
    return traits;
  }

  /** Of what can be counted: cases that lost or got any. */
  Map<String, TraitCount> items() {
    return items;
  }

  /** Cases whose answers in use are not the same text. */
  long differing() {
    return differing;
  }

  boolean tokensKnown() {
    return tokensKnown;
  }

  /** By case, how much of the answer changed. */
  double[] shares() {
    return Arrays.copyOf(shares, shares.length);
  }

  /** By case, how much of the old version's answer changed by itself. */
  double[] own() {
    return Arrays.copyOf(own, own.length);
  }

  /** Characters (0), words (1) or tokens (2) by case. */
  double[] lengths(int kind, boolean after) {
    return after ? fresh[kind] : old[kind];
  }
}
