package dev.kedge.eval.holdout;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** How the population and the sample are made up. */
record Spread(Kinds kinds, Clusters clusters, List<Sampling.Pick> picks) {
  private static final int MOST_TAGS = 40;

  List<HoldoutReport.Part> parts() {
    List<HoldoutReport.Part> parts = new ArrayList<>();
    int[] lengths = kinds.lengthCuts();
    List<String> names = new ArrayList<>();
    for (int i = 0; i <= lengths.length; i++) {
      String from = i == 0 ? "1" : String.valueOf(lengths[i - 1] + 1);
      names.add(from + (i < lengths.length ? " to " + lengths[i] : " and more") + " characters");
    }
    add(parts, "length", names, i -> Sampling.bin(lengths, kinds.length(i)));
    times(parts);
    tags(parts);
    List<String> clusterNames =
        IntStream.range(0, clusters.size())
            .mapToObj(i -> (i + 1) + ": " + clusters.name(i))
            .toList();
    add(parts, "cluster", clusterNames, kinds::cluster);
    return parts;
  }

  private void times(List<HoldoutReport.Part> parts) {
    long[] cuts = kinds.timeCuts();
    if (cuts.length == 0) return;
    List<String> names = new ArrayList<>();
    for (int i = 0; i <= cuts.length; i++) {
      String until = i < cuts.length ? "until " + day(cuts[i]) : "after " + day(cuts[i - 1]);
      names.add(until);
    }
    names.add("no time");
    add(
        parts,
        "time",
        names,
        i -> kinds.time(i) == Kinds.NO_TIME ? cuts.length + 1 : Sampling.bin(cuts, kinds.time(i)));
  }

  private static String day(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private void tags(List<HoldoutReport.Part> parts) {
    if (kinds.tagKinds() < 2) return;
    List<String> names = IntStream.range(0, kinds.tagKinds()).mapToObj(kinds::tagName).toList();
    List<HoldoutReport.Part> all = new ArrayList<>();
    add(all, "tags", names, kinds::tag);
    all.sort((a, b) -> Long.compare(b.population(), a.population()));
    parts.addAll(all.subList(0, Math.min(MOST_TAGS, all.size())));
    List<HoldoutReport.Part> rest = all.subList(Math.min(MOST_TAGS, all.size()), all.size());
    if (rest.isEmpty()) return;
    parts.add(
        new HoldoutReport.Part(
            "tags",
            "(" + rest.size() + " rarer ones)",
            rest.stream().mapToLong(HoldoutReport.Part::population).sum(),
            rest.stream().mapToLong(HoldoutReport.Part::sample).sum()));
  }

  private void add(
      List<HoldoutReport.Part> parts, String by, List<String> names, IntUnaryOperator part) {
    long[] all = new long[names.size()];
    long[] drawn = new long[names.size()];
    for (int i = 0; i < kinds.size(); i++) all[part.applyAsInt(i)]++;
    for (Sampling.Pick pick : picks) drawn[part.applyAsInt(pick.number())]++;
    for (int i = 0; i < all.length; i++) {
      if (all[i] > 0) parts.add(new HoldoutReport.Part(by, names.get(i), all[i], drawn[i]));
    }
  }
}
