package dev.kedge.drift;

import dev.kedge.report.Difference;
import dev.kedge.report.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The report for people and for machines.
 *
 * @param report what was found
 * @param input the answers, for showing examples
 */
public record DriftPage(DriftReport report, DriftInput input) {
  private static final JsonMapper JSON = new JsonMapper();

  /** For machines: everything but the texts of the cases. */
  public String json() {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n";
  }

  /** The same as a tree, to stand in a larger one. */
  public JsonNode data() {
    return JSON.valueToTree(report);
  }

  /** A page of its own. */
  public String html(int examples) {
    return Html.page(
        "Wording: " + report.before() + " and " + report.after(),
        Html.element("h1", "What changed in the wording"),
        Html.element("p.soft", "From " + report.before() + " to " + report.after() + "."),
        section(examples));
  }

  /** The content of the page, for pages that embed it. */
  public Html section(int examples) {
    String tone =
        switch (report.verdict()) {
          case IDENTICAL, NOTHING_SHOWN -> "good";
          case CHANGED -> "mid";
        };
    String headline =
        switch (report.verdict()) {
          case IDENTICAL -> "Identical";
          case NOTHING_SHOWN -> "Nothing changed beyond chance";
          case CHANGED -> "The wording changed";
        };
    List<Html> parts = new ArrayList<>();
    parts.add(Html.section("wording", "Wording"));
    parts.add(
        Html.element(
            "div.verdict." + tone,
            Html.element("strong", headline),
            Html.element("p", report.summary())));
    for (String note : report.notes()) parts.add(Html.element("p", note));
    if (report.verdict() == DriftReport.Verdict.IDENTICAL) return Html.all(parts);
    parts.add(phrases());
    parts.add(traits());
    parts.add(lengths());
    parts.add(how());
    parts.add(examples(examples));
    return Html.all(parts);
  }

  private Html phrases() {
    Html title = Html.element("h3", "Phrases lost and added");
    if (report.phrases().isEmpty()) {
      return Html.all(
          title, Html.element("p", "No phrase was lost or added more often than chance explains."));
    }
    List<List<String>> rows = new ArrayList<>();
    List<Html> lines = new ArrayList<>();
    for (DriftReport.PhraseLine line : report.phrases()) {
      lines.add(
          Html.element(
              "li",
              Html.text(line.sentence()),
              Html.element(
                  "span.soft", " For example: " + String.join(", ", line.examples()) + ".")));
      rows.add(
          List.of(
              line.text(),
              Long.toString(line.before()),
              Long.toString(line.after()),
              Long.toString(line.casesLost()),
              Long.toString(line.casesAdded()),
              String.format(Locale.ROOT, "%+.2f", line.logOdds()),
              String.format(Locale.ROOT, "%+.1f", line.z()),
              p(line.p()),
              p(line.adjusted())));
    }
    List<String> head =
        List.of(
            "phrase",
            "before",
            "now",
            "lost",
            "added",
            "log-odds",
            "z",
            "p",
            "p (false discovery)");
    return Html.all(
        title,
        Html.element("ul", Html.all(lines)),
        Html.element("details", Html.element("summary", "The numbers"), Html.table(head, rows)));
  }

  private Html traits() {
    List<List<String>> rows = new ArrayList<>();
    List<List<String>> definitions = new ArrayList<>();
    boolean own = report.traits().stream().anyMatch(line -> line.own().isPresent());
    List<String> nowhere = new ArrayList<>();
    for (DriftReport.TraitLine line : report.traits()) {
      definitions.add(List.of(line.name(), line.definition()));
      if (line.before() + line.after() + line.lost() + line.added() == 0) {
        nowhere.add(line.name());
        continue;
      }
      List<String> row = new ArrayList<>();
      row.add(line.name());
      row.add(line.shown() ? "changed" : line.p().isPresent() ? "no change shown" : "–");
      row.add(Long.toString(line.before()));
      row.add(Long.toString(line.after()));
      row.add(Long.toString(line.lost()));
      row.add(Long.toString(line.added()));
      if (own) {
        row.add(line.own().map(o -> o.lost() + " / " + o.added()).orElse("–"));
      }
      row.add(p(line.p()));
      row.add(p(line.adjusted()));
      rows.add(row);
    }
    List<String> head =
        new ArrayList<>(List.of("answers with", "verdict", "before", "now", "lost", "added"));
    if (own) head.add("old by itself: lost / added");
    head.addAll(List.of("p", "p (false discovery)"));
    return Html.all(
        Html.element("h3", "Kinds of sentence, form and content"),
        rows.isEmpty() ? Html.EMPTY : Html.table(head, rows),
        nowhere.isEmpty()
            ? Html.EMPTY
            : Html.element(
                "p.soft", "Looked for and in no answer: " + String.join(", ", nowhere) + "."),
        Html.element(
            "details",
            Html.element("summary", "What counts as what"),
            Html.table(List.of("name", "definition"), definitions)));
  }

  private Html lengths() {
    List<List<String>> rows = new ArrayList<>();
    for (DriftReport.LengthLine line : report.lengths()) {
      rows.add(
          List.of(
              line.unit(),
              line.shown() ? "changed" : "no change shown",
              number(line.before()),
              number(line.after()),
              String.format(Locale.ROOT, "%+.1f", line.after() - line.before()),
              String.format(Locale.ROOT, "[%+.1f, %+.1f]", line.low(), line.high()),
              p(line.p())));
    }
    return Html.all(
        Html.element("h3", "Length"),
        Html.table(
            List.of("mean", "verdict", "before", "now", "difference", "95 % interval", "p"), rows));
  }

  private Html how() {
    String own =
        switch (report.repeats()) {
          case EXACT ->
              "Both models answer exactly: old against old is identical, so every difference"
                  + " belongs to the new version. ";
          case MEASURED ->
              "The old version was asked twice: its first answers against its second stand beside."
                  + " ";
          case UNKNOWN ->
              "How the old version differs from itself is not known; changes without a direction,"
                  + " such as other numbers, are therefore not tested. ";
        };
    return Html.element(
        "p.soft.small",
        own
            + "A line counts as changed where losses and additions over "
            + report.units()
            + " independent cases are further from even than chance explains (exact sign test,"
            + " McNemar's), after Benjamini and Hochberg's adjustment: kinds of sentence at 2 %,"
            + " phrases (of 1 to 5 words and marks, once per answer, "
            + report.phrasesTested()
            + " tested; a sentence that changes as a whole weighs more than a word) at 2 %, lengths"
            + " at 1 %, so that where nothing changed at most 5 % of such"
            + " reports name anything. Log-odds compare the new with the old answers, shrunk"
            + " towards no difference; z is over their standard error.");
  }

  private Html examples(int most) {
    List<Html> parts = new ArrayList<>();
    List<DriftReport.Changed> shown =
        report.examples().subList(0, Math.min(most, report.examples().size()));
    parts.add(Html.element("h3", "Answers, those that changed most first"));
    parts.add(
        Html.element(
            "p.soft",
            "%d of %d cases have another text; shown are %d. The share is of words and marks that only one of both answers has."
                .formatted(report.differing(), report.cases(), shown.size())));
    for (DriftReport.Changed one : shown) {
      DriftCase changed = input.cases().get(one.place());
      Difference difference = Window.of(changed.old(), changed.fresh()).difference();
      parts.add(
          Html.element(
              "article.pair",
              Html.element(
                  "h4", String.format(Locale.ROOT, "%s: %.0f %%", one.id(), 100 * one.share())),
              Html.element("p", Window.clipped(changed.input())),
              Html.element(
                  "div.sides",
                  side("Before", difference.first()),
                  side("Now", difference.second()))));
    }
    return Html.all(parts);
  }

  private static Html side(String name, Html text) {
    return Html.element("div", Html.element("span.soft", name), Html.element("pre", text));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String p(OptionalDouble value) {
    return value.isPresent() ? p(value.getAsDouble()) : "–";
  }

  private static String p(double value) {
    return value < 0.0001 ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", value);
  }
}
