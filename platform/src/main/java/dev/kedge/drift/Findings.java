package dev.kedge.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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

  private List<String> shown() {
    List<String> told = new ArrayList<>();
    phrases.forEach(line -> told.add(line.sentence()));
    traits.stream()
        .filter(DriftReport.TraitLine::shown)
        .forEach(line -> told.add(line.sentence() + "."));
    lengths.lines().stream()
        .filter(DriftReport.LengthLine::shown)
        .forEach(line -> told.add(sentence(line)));
    if (lengths.amount().shown()) {
      told.add("Answers differ from the old version's more than these differ from each other.");
    }
    return told;
  }

  static String sentence(DriftReport.LengthLine line) {
    double difference = line.after() - line.before();
    return String.format(
        Locale.ROOT,
        "Answers are %s by %.1f %s on average: %.1f before, %.1f now (95 %% interval of the"
            + " difference %+.1f to %+.1f).",
        difference < 0 ? "shorter" : "longer",
        Math.abs(difference),
        line.unit(),
        line.before(),
        line.after(),
        line.low(),
        line.high());
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
