package dev.kedge.gate;

import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.eval.run.RunCase;
import dev.kedge.eval.run.RunCases;
import dev.kedge.eval.run.RunFolder;
import dev.kedge.eval.run.RunManifest;
import dev.kedge.eval.score.Measure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One model's answers to all cases, once or several times.
 *
 * @param manifests of the runs
 * @param attempts cases of each run, in the order of the data set
 */
public record RunSet(List<RunManifest> manifests, List<List<RunCase>> attempts) {
  private static final int MOST_CASES = 200_000;

  public RunSet {
    manifests = List.copyOf(manifests);
    attempts = attempts.stream().map(List::copyOf).toList();
    if (manifests.isEmpty() || manifests.size() != attempts.size()) {
      throw new IllegalArgumentException("each run needs its manifest, and there is at least one");
    }
  }

  /**
   * Reads complete runs.
   *
   * @throws KedgeException if a run is not complete or too large to be compared
   */
  public static RunSet read(List<RunFolder> folders) throws IOException {
    List<RunManifest> manifests = new ArrayList<>();
    List<List<RunCase>> attempts = new ArrayList<>();
    for (RunFolder folder : folders) {
      RunManifest manifest = folder.manifest();
      if (manifest.state() != RunManifest.State.COMPLETE) {
        throw KedgeException.invalid("the run " + manifest.id() + " is not complete");
      }
      if (manifest.cases() > MOST_CASES) {
        throw KedgeException.invalid("a gate compares at most " + MOST_CASES + " cases");
      }
      manifests.add(manifest);
      List<RunCase> cases = new ArrayList<>();
      try (RunCases reader = folder.cases()) {
        for (Optional<RunCase> next = reader.next(); next.isPresent(); next = reader.next()) {
          cases.add(next.get());
        }
      }
      attempts.add(cases);
    }
    return new RunSet(manifests, attempts);
  }

  /** What was run first. */
  public RunManifest manifest() {
    return manifests.getFirst();
  }

  /** The first answers. */
  public List<RunCase> cases() {
    return attempts.getFirst();
  }

  /** A measure of these runs. */
  Optional<Measure> measure(String name) {
    return manifest().measures().stream().filter(m -> m.name().equals(name)).findFirst();
  }

  /** Digest of every case with its first answer; times have no part in it. */
  String answersSha256() {
    Sha256 digest = new Sha256();
    for (RunCase one : cases()) {
      add(digest, one.digest());
      add(digest, one.reply().error().isEmpty() ? "answer" : "error");
      add(digest, one.reply().text());
    }
    return digest.hex();
  }

  private static void add(Sha256 digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] length = (bytes.length + ":").getBytes(StandardCharsets.US_ASCII);
    digest.add(length, length.length).add(bytes, bytes.length);
  }

  GateResult.Side side() {
    RunManifest first = manifest();
    return new GateResult.Side(
        first.model().label(),
        first.model().digest(),
        first.model().kind(),
        manifests.stream().map(RunManifest::id).toList(),
        answersSha256());
  }

  /**
   * Refuses runs that cannot be compared case by case.
   *
   * @throws KedgeException naming what differs
   */
  void mustMatch(RunSet other) {
    List<List<RunCase>> all = new ArrayList<>(attempts);
    all.addAll(other.attempts);
    for (List<RunCase> run : all) {
      if (run.size() != cases().size()) {
        throw KedgeException.invalid(
            "the runs have different numbers of cases: " + cases().size() + " and " + run.size());
      }
      for (int i = 0; i < run.size(); i++) {
        if (run.get(i).digest().equals(cases().get(i).digest())) continue;
        throw KedgeException.invalid(
            "case " + run.get(i).id() + " is not the same in both runs; run both again");
      }
    }
  }
}
