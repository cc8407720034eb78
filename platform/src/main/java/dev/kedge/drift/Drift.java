package dev.kedge.drift;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Compares the answers of two versions. Any thread may call. */
public final class Drift {
  /** So many changed cases are listed at most. */
  public static final int MOST_EXAMPLES = 1_000;

  private final Detectors detectors = new Detectors();

  /** What changed. Takes time in proportion to the length of all answers. */
  public DriftReport report(DriftInput input) {
    List<int[]> units = input.units();
    Survey survey = new Survey(input, detectors).read(units);
    PhraseSearch.Result phrases =
        survey.differing() == 0 && input.attempts() == 1
            ? new PhraseSearch.Result(0, -1, List.of())
            : new PhraseSearch(input, units).find();
    PhraseSample sample = new PhraseSample(input, units, phrases);
    List<DriftReport.PhraseLine> lines =
        new LineCounts(input)
            .count(new PhraseLines(sample, phrases).lines()).stream()
                .sorted(
                    Comparator.comparingLong(
                            (DriftReport.PhraseLine line) -> line.casesLost() + line.casesAdded())
                        .reversed())
                .toList();
    List<DriftReport.TraitLine> traits =
        new TraitLines(input, survey, detectors.definitions()).lines();
    Lengths.Result lengths = new Lengths(input, survey, units).find();
    Findings findings = new Findings(input, survey.differing(), lines, traits, lengths);
    return new DriftReport(
        input.before(),
        input.after(),
        findings.verdict(),
        findings.summary(),
        findings.shown(),
        input.cases().size(),
        units.size(),
        survey.differing(),
        input.repeats(),
        lines,
        phrases.tested(),
        traits,
        lengths.lines(),
        lengths.amount(),
        examples(input, survey),
        notes(input));
  }

  private static List<DriftReport.Changed> examples(DriftInput input, Survey survey) {
    double[] shares = survey.shares();
    return IntStream.range(0, shares.length)
        .boxed()
        .filter(i -> !input.cases().get(i).old().equals(input.cases().get(i).fresh()))
        .sorted(Comparator.<Integer>comparingDouble(i -> -shares[i]).thenComparing(i -> i))
        .limit(MOST_EXAMPLES)
        .map(i -> new DriftReport.Changed(i, input.cases().get(i).id(), shares[i]))
        .toList();
  }

  private static List<String> notes(DriftInput input) {
    List<String> notes = new ArrayList<>(input.notes());
    long huge =
        input.cases().stream()
            .filter(one ->
                one.old().length() > Words.MOST_CHARACTERS
                    || one.fresh().length() > Words.MOST_CHARACTERS)
            .count();
    if (huge > 0) {
      notes.add(
          "In %d cases an answer is longer than %d characters; only its length counts beyond."
              .formatted(huge, Words.MOST_CHARACTERS));
    }
    return notes;
  }
}
