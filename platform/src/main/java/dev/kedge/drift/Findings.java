package dev.kedge.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a reader should look at, in plain words.
 *
 * @param differing cases whose answers in use are not the same text
 */
record Findings(
    DriftInput input,
    long differing,
    List<DriftReport.PhraseLine> phrases,
    List<DriftReport.TraitLine> traits,
    Lengths.Result lengths) {
  private static final int MOST_TOLD = 5;

  DriftReport.Verdict verdict() {
    if (!shown().isEmpty()) return DriftReport.Verdict.CHANGED;
    return differing == 0 ? DriftReport.Verdict.IDENTICAL : DriftReport.Verdict.NOTHING_SHOWN;
  }

  /** Every change that is shown, a sentence each. */
  List<String> shown() {
    List<String> told = new ArrayList<>();
    phrases.forEach(line -> told.add(line.sentence()));
    traits.stream()
        .filter(DriftReport.TraitLine::shown)
        .forEach(line -> told.add(line.sentence() + "."));
    lengthsSentence().ifPresent(told::add);
    if (lengths.amount().shown()) {
      told.add("Answers differ from the old version's more than these differ from each other.");
    }
    return told;
  }

  /** All lengths that changed, in one sentence. */
  private Optional<String> lengthsSentence() {
    List<String> changes =
        lengths.lines().stream()
            .filter(DriftReport.LengthLine::shown)
            .map(line ->
                String.format(
                    Locale.ROOT,
                    "by %+.1f %s (95 %% interval %+.1f to %+.1f; %.1f before, %.1f now)",
                    line.after() - line.before(),
                    line.unit(),
                    line.low(),
                    line.high(),
                    line.before(),
                    line.after()))
            .toList();
    return changes.isEmpty()
        ? Optional.empty()
        : Optional.of("The mean length of an answer changed " + String.join(", ", changes) + ".");
  }

  String summary() {
    long cases = input.cases().size();
    return switch (verdict()) {
      case IDENTICAL -> "All " + cases + " answers are identical, word for word.";
      case NOTHING_SHOWN ->
          "Nothing in the wording changed beyond chance: "
              + differing
              + " of "
              + cases
              + " answers are not the same text, but no phrase, kind of sentence, form or length"
              + " that was looked for is lost or added more often than chance explains.";
      case CHANGED -> changed(cases);
    };
  }

  private String changed(long cases) {
    List<String> told = shown();
    StringBuilder text =
        new StringBuilder(
            "Look at %d %s. %d of %d answers are not the same text."
                .formatted(told.size(), told.size() == 1 ? "change" : "changes", differing, cases));
    for (String one : told.subList(0, Math.min(MOST_TOLD, told.size()))) {
      text.append(' ').append(one);
    }
    if (told.size() > MOST_TOLD) {
      text.append(" ").append(told.size() - MOST_TOLD).append(" more are listed below.");
    }
    return text + " Beyond these, nothing in the wording changed that chance does not explain.";
  }
}
