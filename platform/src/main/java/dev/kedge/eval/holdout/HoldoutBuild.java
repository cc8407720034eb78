package dev.kedge.eval.holdout;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.data.Entry;
import dev.kedge.eval.mask.Masker;
import dev.kedge.eval.mask.OwnerOnly;
import dev.kedge.usage.capture.CaptureFolder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Builds a holdout from start to end. One thread. */
public final class HoldoutBuild {
  private static final int LEARNT_FROM = 8_000;
  private static final int MOST_ROUNDS = 10;

  private final HoldoutPlan plan;
  private final Optional<Masker> masker;
  private final Path temporary;
  private final Progress progress;
  private final Optional<Path> rest;
  private final List<HoldoutReport.Step> steps = new ArrayList<>();

  /** Told where it is, now and then. */
  public interface Progress {
    void at(String step, long done);
  }

  /**
   * A build.
   *
   * @param masker used if the plan wants masking
   * @param temporary a folder for the spool
   * @param rest a file for what is neither in the holdout nor overlaps with it, to train on
   */
  public HoldoutBuild(
      HoldoutPlan plan, Masker masker, Path temporary, Optional<Path> rest, Progress progress) {
    this.rest = rest;
    this.plan = plan;
    this.masker = plan.mask() ? Optional.of(masker) : Optional.empty();
    this.temporary = temporary;
    this.progress = progress;
  }

  /**
   * Does it.
   *
   * @throws KedgeException if no usable example is left
   */
  public Holdout run() throws IOException {
    try (Population population = new Population(masker, plan.similar(), temporary)) {
      for (Path file : plan.training()) population.train(file);
      inputs(counted(population));
      steps.addAll(population.steps());
      if (population.size() == 0) {
        throw KedgeException.invalid("no usable example is left: " + String.join("; ", reasons()));
      }
      Clusters clusters = cluster(population);
      Sampling sampling = new Sampling(population.kinds(), plan.size());
      List<Sampling.Pick> picks = sampling.draw(plan.seed());
      steps.add(new HoldoutReport.Step("sample", population.size(), picks.size(), List.of()));
      picks = unleaked(population, sampling, picks);
      picks.sort(Comparator.comparingInt(Sampling.Pick::number));
      Map<String, String> values = new TreeMap<>();
      collect(population, picks, values);
      if (rest.isPresent()) split(population, picks, rest.get());
      return new Holdout(
          entries(population, picks),
          values,
          report(population, clusters, sampling, picks, values));
    }
  }

  private List<String> reasons() {
    return steps.stream()
        .flatMap(step -> step.reasons().stream())
        .map(reason -> reason.count() + " × " + reason.reason())
        .toList();
  }

  private Inputs.Sink counted(Inputs.Sink sink) {
    return new Inputs.Sink() {
      private long count;

      @Override
      public void entry(Entry entry) throws IOException {
        sink.entry(entry);
        if (++count % 1_000 == 0) progress.at("reading", count);
      }

      @Override
      public void unusable(String place, String reason) throws IOException {
        sink.unusable(place, reason);
      }
    };
  }

  private void inputs(Inputs.Sink sink) throws IOException {
    for (Path file : plan.files()) Inputs.file(file, sink);
    if (plan.captured().isPresent()) {
      Inputs.captured(new CaptureFolder(plan.captureFolder()), plan.captured().get(), sink);
    }
  }

  private Clusters cluster(Population population) throws IOException {
    int size = population.size();
    int k =
        plan.clusters() > 0
            ? plan.clusters()
            : Math.clamp(Math.min(size / 20, plan.size() / 8), 1, 24);
    SplittableRandom random = new SplittableRandom(plan.seed() ^ 0x636C7573L);
    List<String> sample = new ArrayList<>();
    int left = Math.min(LEARNT_FROM, size);
    for (int i = 0; i < size && left > 0; i++) {
      if (random.nextInt(size - i) >= left) continue;
      sample.add(normal(population, i));
      left--;
    }
    Clusters clusters = Clusters.learn(sample, k, plan.seed());
    for (int i = 0; i < size; i++) {
      population.kinds().cluster(i, clusters.of(normal(population, i)));
      if (i % 1_000 == 0) progress.at("clustering", i);
    }
    return clusters;
  }

  private static String normal(Population population, int number) throws IOException {
    return Population.normal(population.get(number).input());
  }

  /** Replaces picks that overlap with training data until none does. */
  private List<Sampling.Pick> unleaked(
      Population population, Sampling sampling, List<Sampling.Pick> picks) throws IOException {
    if (plan.training().isEmpty()) return new ArrayList<>(picks);
    List<Sampling.Pick> clean = new ArrayList<>();
    List<Sampling.Pick> open = picks;
    Drops drops = new Drops();
    for (int round = 0; round < MOST_ROUNDS && !open.isEmpty(); round++) {
      progress.at("checking against training data, round", round + 1);
      Leakage leakage = leakage(population, open);
      List<Sampling.Pick> next = new ArrayList<>();
      for (Sampling.Pick pick : open) {
        Optional<Leakage.Leak> leak = leakage.of(pick.number());
        if (leak.isEmpty()) {
          clean.add(pick);
          continue;
        }
        Entry entry = population.get(pick.number());
        drops.add(
            leak.get().how() + " with training data; its neighbour takes its place",
            entry.source(),
            entry.input(),
            String.format(Locale.ROOT, "%s (%.2f)", leak.get().place(), leak.get().share()));
        sampling.instead(pick).ifPresent(next::add);
      }
      open = next;
    }
    HoldoutReport.Step step = drops.step("leakage", picks.size() + drops.count());
    steps.add(new HoldoutReport.Step(step.name(), picks.size(), clean.size(), step.reasons()));
    if (clean.isEmpty()) throw KedgeException.invalid("every example stands in the training data");
    return clean;
  }

  private Leakage leakageOf(Population population, List<Sampling.Pick> picks) throws IOException {
    Leakage leakage = new Leakage(plan.overlap());
    for (Sampling.Pick pick : picks) {
      Entry entry = population.get(pick.number());
      leakage.add(pick.number(), entry.input(), Population.normal(entry.input()), entry.group());
    }
    return leakage;
  }

  private Leakage leakage(Population population, List<Sampling.Pick> picks) throws IOException {
    Leakage leakage = leakageOf(population, picks);
    for (Path file : plan.training()) {
      Inputs.file(
          file,
          new Inputs.Sink() {
            @Override
            public void entry(Entry entry) {
              String text = population.masked(entry.input());
              leakage.training(text, Population.normal(text), entry.group(), entry.source());
            }

            @Override
            public void unusable(String place, String reason) {
              // Nothing of ours can stand in it.
            }
          });
    }
    return leakage;
  }

  /** Writes what may be trained on: all that is left and holds nothing of the holdout. */
  private void split(Population population, List<Sampling.Pick> picks, Path file)
      throws IOException {
    Leakage leakage = leakageOf(population, picks);
    Set<Integer> drawn = new HashSet<>();
    for (Sampling.Pick pick : picks) drawn.add(pick.number());
    Drops drops = new Drops();
    Path part = file.resolveSibling("." + file.getFileName() + ".part");
    Files.deleteIfExists(part);
    try {
      try (OutputStream out = new BufferedOutputStream(OwnerOnly.create(part))) {
        for (int i = 0; i < population.size(); i++) {
          if (drawn.contains(i)) continue;
          Entry entry = population.get(i);
          String normal = Population.normal(entry.input());
          if (leakage.training(entry.input(), normal, entry.group(), entry.source())) {
            drops.add("overlaps with the holdout", entry.source(), entry.input(), "");
            continue;
          }
          out.write((entry.line() + "\n").getBytes(StandardCharsets.UTF_8));
        }
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
    steps.add(drops.step("rest, to train on", population.size() - picks.size()));
  }

  /** Reads the inputs once more for the masked values of the sample. */
  private void collect(Population population, List<Sampling.Pick> picks, Map<String, String> values)
      throws IOException {
    if (masker.isEmpty()) return;
    Set<Integer> wanted = new HashSet<>();
    for (Sampling.Pick pick : picks) wanted.add(population.ordinal(pick.number()));
    inputs(
        new Inputs.Sink() {
          private int ordinal;

          @Override
          public void entry(Entry entry) {
            if (wanted.contains(ordinal++)) population.masked(entry, values::put);
          }

          @Override
          public void unusable(String place, String reason) {
            // told in the first pass
          }
        });
  }

  private List<Entry> entries(Population population, List<Sampling.Pick> picks) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Sampling.Pick pick : picks) {
      Entry entry = population.get(pick.number());
      boolean named = !entry.id().equals(entry.source()) && entry.id().length() <= 100;
      String numbered = String.format(Locale.ROOT, "h%04d", entries.size() + 1);
      String id = named && ids.add(entry.id()) ? entry.id() : numbered;
      ids.add(id);
      entries.add(entry.withId(id).withWeight(Math.round(pick.weight() * 1e6) / 1e6));
    }
    return entries;
  }

  private HoldoutReport report(
      Population population,
      Clusters clusters,
      Sampling sampling,
      List<Sampling.Pick> picks,
      Map<String, String> values) {
    Map<String, Integer> masked = new TreeMap<>();
    for (String placeholder : values.keySet()) {
      masked.merge(placeholder.substring(1, placeholder.lastIndexOf('_')), 1, Integer::sum);
    }
    List<String> notes = new ArrayList<>();
    notes.add(
        "Rare kinds are in more often than in the traffic, so that they can be judged. A rate over"
            + " this holdout is a rate over the traffic only when weighted by the field 'weight'.");
    if (masker.isPresent()) {
      notes.add(
          "Rare names without a cue such as a title, places and postal addresses are not masked:"
              + " look through the holdout before others do.");
    }
    if (plan.training().isEmpty()) {
      notes.add("No training file was given, so nothing was checked for leakage: --training FILE.");
    }
    return new HoldoutReport(
        steps,
        masked,
        new Spread(population.kinds(), clusters, picks).parts(),
        sampling.strata() + " kinds by " + sampling.basis(),
        notes);
  }
}
