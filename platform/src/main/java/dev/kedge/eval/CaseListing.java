package dev.kedge.eval;

import dev.kedge.report.Html;
import java.util.ArrayList;
import java.util.List;

/** Single cases of a run, for a page. */
final class CaseListing {
  private CaseListing() {}

  /** All wrong answers, collapsed; where answer and label part is marked. */
  static Html wrong(Evaluation evaluation) {
    List<CaseResult> wrong = evaluation.cases().stream().filter(c -> !c.exact()).toList();
    List<Html> parts = new ArrayList<>();
    parts.add(
        Html.element("summary", evaluation.model() + ": all " + wrong.size() + " wrong answers"));
    for (CaseResult result : wrong) {
      String problem = result.problem().isEmpty() ? "" : " · " + result.problem();
      parts.add(Html.element("h3", title(result) + problem));
      parts.add(Html.element("p", result.example().input()));
      parts.add(difference(result.example().expectedText(), result.answer().text()));
    }
    return Html.element("details", Html.all(parts));
  }

  /** The first right answers. */
  static Html right(Evaluation evaluation, int most) {
    List<Html> parts = new ArrayList<>();
    evaluation.cases().stream()
        .filter(CaseResult::exact)
        .limit(most)
        .forEach(result -> {
          parts.add(Html.element("p.question", result.example().input()));
          parts.add(Html.element("pre", result.answer().text()));
        });
    return parts.isEmpty() ? Html.element("p", "None.") : Html.all(parts);
  }

  private static String title(CaseResult result) {
    List<String> tags = result.example().tags();
    return result.example().id() + (tags.isEmpty() ? "" : " · " + String.join(", ", tags));
  }

  private static Html difference(String expected, String answered) {
    int head = 0;
    int shorter = Math.min(expected.length(), answered.length());
    while (head < shorter && expected.charAt(head) == answered.charAt(head)) head++;
    int tail = 0;
    while (tail < shorter - head
        && expected.charAt(expected.length() - 1 - tail)
            == answered.charAt(answered.length() - 1 - tail)) tail++;
    return Html.element(
        "pre",
        Html.text("expected  "),
        marked("ins", expected, head, tail),
        Html.text("\nanswered  "),
        marked("del", answered, head, tail));
  }

  private static Html marked(String tag, String text, int head, int tail) {
    int end = text.length() - tail;
    return Html.all(
        Html.text(text.substring(0, head)),
        head == end ? Html.EMPTY : Html.element(tag, text.substring(head, end)),
        Html.text(text.substring(end)));
  }
}
