package dev.kedge.eval.holdout;

import dev.kedge.eval.data.Entry;
import dev.kedge.eval.mask.Masker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The different examples that a holdout can be drawn from, masked, in a spool. One thread. */
final class Population implements Inputs.Sink, AutoCloseable {
  private static final int LONGEST_CLASS = 60;

  private final Optional<Masker> masker;
  private final Spool spool;
  private final NearDuplicates near;
  private final Kinds kinds = new Kinds();
  private final DigestTable seen = new DigestTable();
  private final List<Training> training = new ArrayList<>();

  /** Of each kept example, which one of the usable inputs it was. */
  private int[] ordinals = new int[1024];

  private int usable;
  private long read;
  private final Drops unusable = new Drops();
  private final Drops trained = new Drops();
  private final Drops repeated = new Drops();
  private final Drops similar = new Drops();

  /** Digests of a training file: of texts as they are, and of their normal forms. */
  private record Training(String name, DigestTable exact, DigestTable normal) {}

  Population(Optional<Masker> masker, double threshold, Path folder) throws IOException {
    this.masker = masker;
    this.spool = new Spool(folder);
    this.near = new NearDuplicates(threshold);
  }

  /** Remembers a training file, in which no example may stand. */
  void train(Path file) throws IOException {
    Training digests =
        new Training(file.getFileName().toString(), new DigestTable(), new DigestTable());
    int[] number = new int[1];
    Inputs.file(
        file,
        new Inputs.Sink() {
          @Override
          public void entry(Entry entry) {
            String text = masked(entry.input());
            digests.exact.put(Normal.hash(text), number[0]);
            digests.normal.put(Normal.hash(normal(text)), number[0]++);
          }

          @Override
          public void unusable(String place, String reason) {
            // A line of training data without an input cannot hold one of ours.
          }
        });
    training.add(digests);
  }

  String masked(String text) {
    return masker.map(one -> one.mask(text, (_, _) -> {})).orElse(text);
  }

  /** The example without personal data; what is masked is told to {@code values}. */
  Entry masked(Entry entry, Masker.Seen values) {
    if (masker.isEmpty()) return entry;
    Masker one = masker.get();
    Map<String, String> known = new HashMap<>();
    Masker.Seen seen =
        (placeholder, value) -> {
          known.put(placeholder, value);
          values.accept(placeholder, value);
        };
    String input = one.mask(entry.input(), seen);
    Map<String, String> ofInput = Map.copyOf(known);
    return new Entry(
        entry.id(),
        input,
        entry.expected().map(value -> one.mask(value, ofInput, values)),
        entry.suggestion().map(value -> one.mask(value, ofInput, values)),
        entry.tags(),
        entry.group(),
        entry.source(),
        entry.time(),
        entry.weight());
  }

  /** The normal form; a text without letters and digits is its own. */
  static String normal(String text) {
    String normal = Normal.of(text);
    return normal.isEmpty() ? text : normal;
  }

  @Override
  public void unusable(String place, String reason) {
    read++;
    unusable.add(reason, place, "", "");
  }

  @Override
  public void entry(Entry given) throws IOException {
    read++;
    int ordinal = usable++;
    Entry entry = masked(given, (_, _) -> {});
    String normal = normal(entry.input());
    if (isTrained(entry, normal) || isRepeated(entry, normal)) return;
    Optional<NearDuplicates.Match> match =
        near.findOrKeep(normal, spool.size(), number -> normal(spool.get(number).input()));
    if (match.isPresent()) {
      Entry first = spool.get(match.get().number());
      String because =
          String.format(
              Locale.ROOT,
              "%s (%.2f) %s",
              first.source(),
              match.get().similarity(),
              HoldoutReport.Dropped.of("", first.input(), "").text());
      similar.add("nearly the same as an earlier one", entry.source(), entry.input(), because);
      return;
    }
    keep(entry, normal, ordinal);
  }

  private void keep(Entry entry, String normal, int ordinal) throws IOException {
    int number = spool.add(entry);
    seen.put(Normal.hash(normal), number);
    kinds.add(
        entry.input().codePointCount(0, entry.input().length()),
        entry.time().map(Instant::toEpochMilli).orElse(Kinds.NO_TIME),
        kindTags(entry));
    if (number == ordinals.length) ordinals = Arrays.copyOf(ordinals, 2 * number);
    ordinals[number] = ordinal;
  }

  /** Where a class is known already, it is a kind as tags are; so that every class is in. */
  private static List<String> kindTags(Entry entry) {
    String label = entry.expected().filter(JsonNode::isString).map(JsonNode::asString).orElse("");
    if (label.isBlank() || label.length() > LONGEST_CLASS || label.contains("\n")) {
      return entry.tags();
    }
    List<String> tags = new ArrayList<>(entry.tags());
    tags.add("= " + label);
    return tags;
  }

  private boolean isTrained(Entry entry, String normal) {
    for (Training file : training) {
      boolean exact = file.exact.get(Normal.hash(entry.input())) >= 0;
      if (!exact && file.normal.get(Normal.hash(normal)) < 0) continue;
      trained.add(
          exact ? "stands in training data" : "stands in training data but for spelling",
          entry.source(),
          entry.input(),
          file.name);
      return true;
    }
    return false;
  }

  private boolean isRepeated(Entry entry, String normal) throws IOException {
    int number = seen.get(Normal.hash(normal));
    if (number < 0) return false;
    Entry first = spool.get(number);
    boolean differs =
        first.expected().isPresent()
            && entry.expected().isPresent()
            && !first.expected().equals(entry.expected());
    String reason =
        differs
            ? "the same as an earlier one, with another label"
            : first.input().equals(entry.input())
                ? "the same as an earlier one"
                : "the same as an earlier one but for spelling";
    repeated.add(reason, entry.source(), entry.input(), first.source());
    return true;
  }

  /** What happened so far. */
  List<HoldoutReport.Step> steps() {
    List<HoldoutReport.Step> steps = new ArrayList<>();
    steps.add(unusable.step("read", read));
    if (!training.isEmpty()) steps.add(trained.step("training data", steps.getLast().out()));
    steps.add(repeated.step("repeats", steps.getLast().out()));
    steps.add(similar.step("near-duplicates", steps.getLast().out()));
    return steps;
  }

  int size() {
    return spool.size();
  }

  Kinds kinds() {
    return kinds;
  }

  Entry get(int number) throws IOException {
    return spool.get(number);
  }

  int ordinal(int number) {
    return ordinals[number];
  }

  @Override
  public void close() throws IOException {
    spool.close();
  }
}
