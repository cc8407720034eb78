package dev.kedge.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Answers of three small models that were trained alike but for one sentence; examples/wording
 * tells how, and that the answers are what its commands gave.
 */
class DriftExperimentTest {
  private static final String OLD = "This is not legal advice.";

  private static AnswerSet answers(String version) throws IOException {
    Path root = Path.of(System.getProperty("kedge.root", ".."));
    return AnswerSet.of(root.resolve("examples/wording/answers/" + version + ".jsonl"));
  }

  private static DriftReport report(String before, String after) throws IOException {
    DriftInput input = AnswerSet.compare(answers(before), answers(after), Optional.empty());
    return new Drift().report(input);
  }

  @Test
  void theChangedDisclaimerIsFoundAsOneLineAndNoOtherPhraseIs() throws IOException {
    DriftReport report = report("old", "new");
    assertThat(report.verdict()).isEqualTo(DriftReport.Verdict.CHANGED);
    assertThat(report.phrases()).hasSize(1);
    DriftReport.PhraseLine line = report.phrases().getFirst();
    assertThat(line.sentence())
        .isEqualTo(
            "‘This is not legal advice.’ was in 214 of 250 answers and is in 0; in its place stands"
                + " ‘This is general information only.’: in 0 before, in 214 now.");
    // The new sentence disclaims too, and is 8 characters longer with as many words.
    assertThat(report.traits()).noneMatch(DriftReport.TraitLine::shown);
    assertThat(report.lengths())
        .filteredOn(DriftReport.LengthLine::shown)
        .extracting(DriftReport.LengthLine::unit)
        .containsExactly("characters");
  }

  @Test
  void theDisclaimerThatIsMissingInOneKindOfCaseIsFoundWithItsKind() throws IOException {
    DriftReport report = report("old", "slice");
    assertThat(report.phrases()).hasSize(1);
    DriftReport.PhraseLine line = report.phrases().getFirst();
    assertThat(line.text()).isEqualTo(OLD);
    assertThat(line.before()).isEqualTo(214);
    assertThat(line.after()).isEqualTo(188);
    assertThat(line.where()).startsWith("26 of the 26 changed cases have the tag ‘deposit’");
    assertThat(report.traits())
        .filteredOn(DriftReport.TraitLine::shown)
        .extracting(DriftReport.TraitLine::name)
        .containsExactly("disclaimer");
  }

  @Test
  void oldAgainstOldIsIdentical() throws IOException {
    DriftReport report = report("old", "old");
    assertThat(report.verdict()).isEqualTo(DriftReport.Verdict.IDENTICAL);
    assertThat(report.changed()).isFalse();
    assertThat(report.phrases()).isEmpty();
    assertThat(report.examples()).isEmpty();
  }
}
