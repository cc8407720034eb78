package dev.kedge.drift;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.run.RunCase;
import dev.kedge.eval.run.RunCases;
import dev.kedge.eval.run.RunFolder;
import dev.kedge.eval.run.RunManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One version's answers, from a run or a file.
 *
 * @param label for people
 * @param exact whether asking again would give the same texts
 * @param settings digest of how was asked; empty if that is unknown
 * @param answers in their order
 */
public record AnswerSet(String label, boolean exact, String settings, List<Answer> answers) {
  /* About half a gigabyte of memory for each version. */
  private static final long MOST_CHARACTERS = 400_000_000;

  public AnswerSet {
    answers = List.copyOf(answers);
  }

  /**
   * One answer.
   *
   * @param key the same in both versions for the same case
   * @param id for people
   */
  public record Answer(
      String key, String id, String input, String cluster, List<String> tags, Said said) {}

  /** Keeps answers, up to the bounds. */
  static final class Collecting {
    private final Map<String, Answer> answers = new java.util.LinkedHashMap<>();
    private final String from;
    private long characters;

    Collecting(String from) {
      this.from = from;
    }

    /**
     * Adds one.
     *
     * @throws KedgeException if it is one too many, or its key is there
     */
    void add(Answer answer) {
      characters += answer.said().text().length() + answer.input().length();
      if (answers.size() == DriftInput.MOST_CASES || characters > MOST_CHARACTERS) {
        throw KedgeException.invalid(
            "%s: more than %,d cases or %,d characters; compare a sample"
                .formatted(from, DriftInput.MOST_CASES, MOST_CHARACTERS));
      }
      if (answers.put(answer.key(), answer) != null) {
        throw KedgeException.invalid(from + ": the case " + answer.id() + " stands there twice");
      }
    }

    List<Answer> answers() {
      if (answers.isEmpty()) throw KedgeException.invalid(from + ": no answers");
      return List.copyOf(answers.values());
    }
  }

  /** Answers in a file, as {@link AnswerFile} reads them. */
  public static AnswerSet of(Path file) throws IOException {
    return new AnswerFile(file).read();
  }

  /**
   * The answers of a run.
   *
   * @throws KedgeException if it is not complete
   */
  public static AnswerSet of(RunFolder run) throws IOException {
    RunManifest manifest = run.manifest();
    if (manifest.state() != RunManifest.State.COMPLETE) {
      throw KedgeException.invalid("the run " + manifest.id() + " is not complete");
    }
    Collecting collecting = new Collecting("run " + manifest.id());
    try (RunCases cases = run.cases()) {
      for (Optional<RunCase> next = cases.next(); next.isPresent(); next = cases.next()) {
        collecting.add(answer(next.get()));
      }
    }
    boolean greedy = "0.0".equals(manifest.settings().get("temperature"));
    boolean exact = greedy && manifest.model().kind().equals("file");
    return new AnswerSet(
        manifest.model().label(), exact, manifest.settingsSha256(), collecting.answers());
  }

  static Answer answer(RunCase one) {
    // Two cases may be alike; then both ask the same and their ids tell them apart.
    return new Answer(
        one.digest() + " " + one.id(),
        one.id(),
        one.input(),
        one.cluster(),
        one.tags(),
        new Said(one.reply().text(), one.reply().completionTokens()));
  }

  /**
   * Sets versions side by side, over the cases that all have.
   *
   * @param again the old version's answers once more; empty if it was not asked again
   * @throws KedgeException if there is no such case
   */
  public static DriftInput compare(AnswerSet old, AnswerSet fresh, Optional<AnswerSet> again) {
    Map<String, Answer> after = byKey(fresh);
    Map<String, Answer> second = again.map(AnswerSet::byKey).orElse(Map.of());
    List<DriftCase> cases = new ArrayList<>();
    for (Answer one : old.answers()) {
      Answer other = after.get(one.key());
      Answer repeated = second.get(one.key());
      if (other == null || (again.isPresent() && repeated == null)) continue;
      List<Said> before = new ArrayList<>(List.of(one.said()));
      if (repeated != null) before.add(repeated.said());
      cases.add(
          new DriftCase(
              one.id(), one.input(), one.cluster(), one.tags(), before, List.of(other.said())));
    }
    if (cases.isEmpty()) {
      throw KedgeException.invalid(
          "no case is in both: cases are matched by their id, in runs by what was asked");
    }
    boolean sameSettings = old.settings().equals(fresh.settings());
    Repeats repeats =
        again.isPresent()
            ? Repeats.MEASURED
            : old.exact() && fresh.exact() && sameSettings ? Repeats.EXACT : Repeats.UNKNOWN;
    return new DriftInput(
        old.label(), fresh.label(), repeats, cases, notes(old, fresh, cases.size()));
  }

  private static Map<String, Answer> byKey(AnswerSet set) {
    Map<String, Answer> by = new HashMap<>();
    for (Answer one : set.answers()) by.put(one.key(), one);
    return by;
  }

  private static List<String> notes(AnswerSet old, AnswerSet fresh, int cases) {
    List<String> notes = new ArrayList<>();
    if (cases < old.answers().size() || cases < fresh.answers().size()) {
      notes.add(
          "Compared are the %d cases that all have; the old version has %d, the new one %d."
              .formatted(cases, old.answers().size(), fresh.answers().size()));
    }
    if (!old.settings().isEmpty()
        && !fresh.settings().isEmpty()
        && !old.settings().equals(fresh.settings())) {
      notes.add("The two were asked with different settings: changes may come from these.");
    }
    return notes;
  }
}
