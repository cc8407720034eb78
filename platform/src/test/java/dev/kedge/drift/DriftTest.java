package dev.kedge.drift;

import static dev.kedge.drift.Versions.phrases;
import static dev.kedge.drift.Versions.report;
import static dev.kedge.drift.Versions.shown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.eval.stats.Draws;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriftTest {
  private static final List<String> SAID =
      List.of("The parcel is on its way.", "Your order was sent.", "It arrives within five days.");

  private static String plain(int i) {
    return SAID.get(i % 3) + " Reference " + (1000 + i) + ".";
  }

  @Test
  void aPhraseRepeatedInFewAnswersProvesNothing() {
    DriftReport report =
        report(250, DriftTest::plain, i -> plain(i) + (i < 5 ? " Buy now!".repeat(500) : ""));
    assertThat(report.phrases()).isEmpty();
    assertThat(report.verdict()).isEqualTo(DriftReport.Verdict.NOTHING_SHOWN);
    assertThat(report.summary()).startsWith("Nothing in the wording changed beyond chance: 5 of");
  }

  @Test
  void twoChangesAreTwoLines() {
    DriftReport report =
        report(
            200,
            i -> plain(i) + (i % 2 == 0 ? " We wish you a nice evening." : "") + " Goodbye.",
            i -> "Hello there. " + plain(i) + " Goodbye.");
    assertThat(phrases(report))
        .containsExactlyInAnyOrder("We wish you a nice evening.", "Hello there.");
    DriftReport.PhraseLine lost =
        report.phrases().stream().filter(DriftReport.PhraseLine::lost).findFirst().orElseThrow();
    assertThat(lost.before()).isEqualTo(100);
    assertThat(lost.after()).isZero();
    assertThat(lost.instead()).isEmpty();
    assertThat(lost.logOdds()).isNegative();
  }

  @Test
  void aSentenceChangedByOneWordIsOneLineWithWhatStandsInItsPlace() {
    DriftReport report =
        report(
            120,
            i -> "Your parcel " + i + " arrives within five days at the desk. Thank you.",
            i -> "Your parcel " + i + " arrives within 5 business days at the desk. Thank you.");
    assertThat(report.phrases()).hasSize(1);
    assertThat(report.phrases().getFirst().text())
        .isEqualTo("arrives within five days at the desk.");
    assertThat(report.phrases().getFirst().instead())
        .contains("arrives within 5 business days at the desk.");
  }

  @Test
  void aWordThatStaysElsewhereInTheAnswerIsNoLineOfItsOwn() {
    DriftReport report =
        report(
            150,
            i -> (i % 3 == 0 ? "The advice is free. " : "") + "This is not legal advice.",
            i -> i % 3 == 0 ? "The advice is free." : "Done.");
    assertThat(phrases(report)).contains("This is not legal advice.");
    assertThat(phrases(report)).doesNotContain("advice", "is", "This", "not");
  }

  @Test
  void casesOfOneDocumentCountOnce() {
    List<DriftCase> cases = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      // One document of 60 cases changes; the others stand alone.
      boolean shared = i < 60;
      cases.add(
          new DriftCase(
              "c" + i,
              "",
              shared ? "contract" : "",
              List.of(),
              List.of(Said.of(plain(i))),
              List.of(Said.of(plain(i) + (shared ? " Sorry for the delay." : "")))));
    }
    DriftReport report =
        new Drift().report(new DriftInput("old", "new", Repeats.UNKNOWN, cases, List.of()));
    assertThat(report.units()).isEqualTo(141);
    assertThat(report.changed()).isFalse();
  }

  @Test
  void otherNumbersAreTestedWhereTheOldVersionIsKnownToRepeatItself() {
    Drift drift = new Drift();
    DriftInput exact =
        Versions.of(
            100,
            Repeats.EXACT,
            i -> "It costs " + (1000 + i) + " euros",
            i -> "It costs " + (1007 + i) + " euros");
    assertThat(shown(drift.report(exact))).containsExactly("other numbers");
    DriftInput unknown = new DriftInput("old", "new", Repeats.UNKNOWN, exact.cases(), List.of());
    assertThat(shown(drift.report(unknown))).isEmpty();
    List<DriftCase> noisy = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      noisy.add(
          new DriftCase(
              "c" + i,
              "",
              "",
              List.of(),
              List.of(
                  Said.of("It costs " + (1000 + i) + " euros"),
                  Said.of("It costs " + (1003 + i) + " euros")),
              List.of(Said.of("It costs " + (1007 + i) + " euros"))));
    }
    DriftReport measured =
        drift.report(new DriftInput("old", "new", Repeats.MEASURED, noisy, List.of()));
    assertThat(measured.changed()).isFalse();
    assertThat(measured.amount().own()).isPresent();
  }

  @Test
  void formLanguageAndKeysAreTestedToo() {
    assertThat(
            shown(
                report(
                    60,
                    i -> "{\"id\": " + i + ", \"name\": \"x\"}",
                    i -> "```json\n{\"id\": " + i + ", \"title\": \"x\"}\n```")))
        .contains("JSON key name", "JSON key title", "code fence")
        .doesNotContain("JSON key id", "JSON");
    assertThat(
            shown(
                report(
                    60,
                    i -> "The order is on the way and it will be there for you on day " + i,
                    i -> "Die Bestellung ist auf dem Weg und wird bei Ihnen sein am Tag " + i)))
        .contains("language: English", "language: German");
    assertThat(shown(report(60, i -> "Yes, " + i, i -> "I'm sorry, but I cannot help with " + i)))
        .contains("apology", "refusal");
  }

  @Test
  void lengthsCarryTheirIntervals() {
    DriftReport report =
        report(80, i -> "word ".repeat(20 + i % 7), i -> "word ".repeat(15 + i % 5));
    DriftReport.LengthLine words = report.lengths().get(1);
    assertThat(words.unit()).isEqualTo("words");
    assertThat(words.shown()).isTrue();
    assertThat(words.low()).isLessThan(words.after() - words.before());
    assertThat(words.high()).isBetween(words.after() - words.before(), 0.0);
  }

  @Test
  void whatChangedMostStandsFirst() {
    DriftReport report =
        report(
            3,
            _ -> "one two three four",
            i -> i == 0 ? "one two three five" : i == 1 ? "six seven" : "one two three four");
    assertThat(report.examples()).extracting(DriftReport.Changed::id).containsExactly("c1", "c0");
    assertThat(report.examples().getFirst().share()).isEqualTo(1);
    assertThat(report.examples().getLast().share()).isEqualTo(0.25);
  }

  @Test
  void chanceAloneSeldomNamesAnything() {
    List<String> optional = new ArrayList<>();
    for (int k = 0; k < 40; k++)
      optional.add("Sentence %d says thing %d to you. ".formatted(k, k * k));
    int named = 0;
    for (int trial = 0; trial < 60; trial++) {
      Draws draws = new Draws(trial);
      DriftReport report = report(100, _ -> chance(optional, draws), _ -> chance(optional, draws));
      if (report.changed()) named++;
    }
    assertThat(named).isLessThanOrEqualTo(5);
  }

  private static String chance(List<String> optional, Draws draws) {
    StringBuilder text = new StringBuilder();
    for (String sentence : optional) if (draws.below(3) == 0) text.append(sentence);
    return text.toString();
  }

  @Test
  void hostileAnswersAreReportedInBoundedSpace() {
    String huge = "\u202eabc \uD800 <script> {\"a\":".repeat(20_000);
    DriftInput input =
        Versions.of(
            40, Repeats.UNKNOWN, i -> huge + i, i -> i % 2 == 0 ? "\0\uDFFF" : huge + "b" + i);
    DriftReport report = new Drift().report(input);
    assertThat(report.notes()).anyMatch(note -> note.contains("longer than 100000 characters"));
    DriftPage page = new DriftPage(report, input);
    assertThat(page.html(40)).doesNotContain("<script>").hasSizeLessThan(3_000_000);
    assertThat(page.json()).contains("\"verdict\"");
  }

  @Test
  void thePageShowsWordsSideBySide() {
    DriftInput input =
        Versions.of(30, Repeats.UNKNOWN, i -> "It is open " + i, i -> "It is closed " + i);
    String html = new DriftPage(new Drift().report(input), input).html(2);
    assertThat(html)
        .contains("<mark class=\"cut\">open</mark>", "<mark class=\"add\">closed</mark>")
        .contains("shown are 2");
  }
}
