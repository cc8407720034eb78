package dev.kedge.gate;

import dev.kedge.eval.run.RunCase;
import dev.kedge.eval.score.Measure;
import dev.kedge.report.Html;
import java.util.ArrayList;
import java.util.List;

/**
 * The single cases behind a share: those that only one of the two models gets right, by their first
 * answers.
 *
 * @param measure of kind share, of which more is better
 * @param current the current model's runs
 * @param candidate the candidate's
 */
record LostCases(Measure measure, RunSet current, RunSet candidate) {
  private static final int MOST = 100;
  private static final int LONGEST = 2000;

  /** Both lists, collapsed; the lost ones first. */
  Html section() {
    return Html.all(
        Html.section("cases", "Cases that changed sides by " + measure.name()),
        list("Lost: right with the current model alone", true),
        list("Gained: right with the candidate alone", false));
  }

  private Html list(String title, boolean lost) {
    List<Html> parts = new ArrayList<>();
    int count = 0;
    for (int i = 0; i < current.cases().size(); i++) {
      RunCase before = current.cases().get(i);
      RunCase after = candidate.cases().get(i);
      if (right(before) != lost || right(after) == lost) continue;
      if (++count > MOST) continue;
      parts.add(Html.element("h3", before.id() + tags(before)));
      parts.add(Html.element("p", cut(before.input())));
      parts.add(
          Html.element(
              "pre",
              Html.text("expected   " + cut(expected(before))),
              Html.text("\ncurrent    " + answer(before)),
              Html.text("\ncandidate  " + answer(after))));
    }
    String more = count > MOST ? ", the first " + MOST + " of them here" : "";
    parts.addFirst(Html.element("summary", title + ": " + count + more));
    return Html.element("details", Html.all(parts));
  }

  private boolean right(RunCase one) {
    return one.metrics().getOrDefault(measure.name(), 0.0) >= 0.5;
  }

  private static String tags(RunCase one) {
    return one.tags().isEmpty() ? "" : " · " + String.join(", ", one.tags());
  }

  private static String expected(RunCase one) {
    return one.expected().isString() ? one.expected().asString() : one.expected().toString();
  }

  private static String answer(RunCase one) {
    return one.reply().answered() ? cut(one.reply().text()) : "no answer: " + one.reply().error();
  }

  private static String cut(String text) {
    if (text.length() <= LONGEST) return text;
    int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    return text.substring(0, end) + "…";
  }
}
