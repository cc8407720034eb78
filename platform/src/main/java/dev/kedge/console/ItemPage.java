package dev.kedge.console;

import dev.kedge.label.Answers;
import dev.kedge.label.Form;
import dev.kedge.label.ItemView;
import dev.kedge.label.LabelEvent;
import dev.kedge.label.LabelProject;
import dev.kedge.label.Progress;
import dev.kedge.report.Difference;
import dev.kedge.report.Html;
import dev.kedge.report.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** One item to label. For one reply. */
final class ItemPage {
  private final LabelProject project;
  private final ItemView item;
  private final Ask ask;
  private final LabelInput input;
  private boolean wrong;
  private int total;

  ItemPage(LabelProject project, ItemView item, Ask ask) {
    this.project = project;
    this.item = item;
    this.ask = ask;
    this.input = new LabelInput(project.form());
  }

  /** The item as the next of the queue. */
  Page queued(Progress progress) {
    total = progress.total();
    Html head = LabelPages.bar(progress, ask.visitor().person());
    return page(200, saved(ask, project), head, input.fields(item.own()), "", "next", Html.EMPTY);
  }

  /** The item by itself, with what others said where that was revealed. */
  Page alone(Optional<Answers> answers) {
    String done = "";
    if (ask.query().given("done").isPresent()) done = "Saved.";
    if (ask.query().given("said").isPresent()) done = "The comment is written.";
    boolean open = item.own().isEmpty() && item.skipped().isEmpty();
    return page(
        200,
        Widgets.notice(done),
        Html.EMPTY,
        input.fields(item.own()),
        "",
        open ? "next" : "stay",
        answers.map(this::others).orElseGet(this::hidden));
  }

  /** The item with a form as it was sent, and what is wrong with it. */
  Page again(Map<String, String> fields, String focus, String problem, int status) {
    String then = ask.form().text("then").equals("stay") ? "stay" : "next";
    wrong = !problem.isEmpty();
    Html said = Widgets.problem(sentence(problem));
    return page(status, said, Html.EMPTY, fields, focus, then, Html.EMPTY);
  }

  private static String sentence(String problem) {
    String text = LabelInput.spoken(problem);
    return text.isEmpty() ? "" : Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  static Html trail(LabelProject project) {
    return Html.element(
        "p.trail",
        Widgets.link("/console/labelling", "Labelling"),
        Html.text(" / " + project.name()));
  }

  /** What one reads after an answer: that it stands, and the way back to it. */
  static Html saved(Ask ask, LabelProject project) {
    String id = ask.query().text("done");
    if (id.isEmpty()) return Html.EMPTY;
    String address = Fields.path("labelling", project.name(), "items", id);
    String name = "item " + ask.query().number("item", 1, 1, 1_000_000);
    return Html.element(
        "div.saved",
        Widgets.notice("Saved " + name + "."),
        Tag.of("a")
            .with("href", address)
            .with("data-key", "b")
            .around(Html.text("Back to " + name + " "), Html.element("kbd", "b")));
  }

  private Page page(
      int status,
      Html notice,
      Html head,
      Map<String, String> fields,
      String focus,
      String then,
      Html others) {
    Html left =
        Html.element(
            "section",
            Tag.of("h2.unseen").around("Example"),
            Tag.of("div.given")
                .with("tabindex", 0)
                .with("role", "region")
                .with("aria-label", "Example")
                .around(item.input()),
            tags(),
            guide(project));
    Html right =
        Html.element(
            "section",
            Tag.of("h2.unseen").around("Your answer"),
            answerForm(fields, focus, then),
            side());
    return new Page(
        status,
        project.name() + " " + item.id(),
        Html.all(
            trail(project),
            heading(),
            head,
            notice,
            Html.element("div.work.two", left, right),
            others));
  }

  private Html heading() {
    String all = total == 0 ? "" : " of " + total;
    return Widgets.heading("Item " + item.position() + all, "");
  }

  private Html tags() {
    if (item.tags().isEmpty()) return Html.EMPTY;
    List<Html> badges = new ArrayList<>();
    for (String tag : item.tags()) {
      badges.add(Widgets.badge("plain", tag));
      badges.add(Html.text(" "));
    }
    return Html.element("p", Html.all(badges));
  }

  /** What people need to know to answer alike. */
  static Html guide(LabelProject project) {
    List<Html> parts = new ArrayList<>();
    switch (project.form()) {
      case Form.Text text -> parts.add(open("Rubric", text.rubric()));
      case Form.Sql sql -> parts.add(open("Tables", sql.tables()));
      case Form.Choice _, Form.Structured _ -> {}
    }
    if (!project.guide().isBlank()) {
      parts.add(
          Tag.of("details")
              .with("data-key", "h")
              .with("data-keep", "guide")
              .around(
                  Html.element("summary", "Guide"), Html.element("pre.guide", project.guide())));
    }
    return Html.all(parts);
  }

  private static Html open(String name, String text) {
    if (text.isBlank()) return Html.EMPTY;
    return Tag.of("details")
        .flag("open")
        .around(Html.element("summary", name), Html.element("pre", text));
  }

  private String to(String action) {
    return Fields.path("labelling", project.name(), "items", item.id(), action);
  }

  private Html answerForm(Map<String, String> fields, String focus, String then) {
    return Widgets.form(to("answer"))
        .with("data-main", "Save the answer")
        .with("novalidate", "")
        .around(
            Widgets.token(ask.visitor()),
            Widgets.hidden("then", then),
            // What Enter in a field presses: the first button that sends.
            Tag.of("button.unseen.primary")
                .with("tabindex", -1)
                .with("aria-hidden", "true")
                .around("Save"),
            item.skipped()
                .map(reason -> Html.element("p.hint", "You skipped this one: " + reason))
                .orElse(Html.EMPTY),
            input.html(fields, focus, wrong),
            Html.element(
                "div.actions",
                Tag.of("button.primary")
                    .around(
                        Html.text(then.equals("next") ? "Save and go on " : "Save "),
                        Html.element("kbd", input.key()))));
  }

  private Html side() {
    return Html.element(
        "div.more",
        Tag.of("details")
            .with("data-key", "s")
            .around(
                Html.element("summary", "Skip"),
                reasonForm("skip", "reason", "Why can this one not be labelled?", "Skip it")),
        Tag.of("details")
            .with("data-key", "c")
            .around(
                Html.element("summary", "Comment"),
                reasonForm("comment", "text", "Others see it once their answer stands", "Write")));
  }

  private Html reasonForm(String action, String field, String label, String button) {
    String id = action + "-" + field;
    return Widgets.form(to(action))
        .around(
            Widgets.token(ask.visitor()),
            Tag.of("label").with("for", id).around(label),
            Tag.of("input")
                .with("id", id)
                .with("name", field)
                .with("maxlength", 2_000)
                .with("autocomplete", "off")
                .flag("required")
                .alone(),
            Html.element("div.actions", Html.element("button", button)));
  }

  private Html hidden() {
    if (item.own().isEmpty() && item.skipped().isEmpty()) return Html.EMPTY;
    return Html.element(
        "section",
        Html.element("h2", "Others"),
        Html.element(
            "p.soft",
            "What others said and what the model suggests stays hidden until you ask for it. What"
                + " you change afterwards counts for the dataset, not for agreement."),
        Widgets.form(to("reveal"))
            .around(
                Widgets.token(ask.visitor()),
                Tag.of("button")
                    .with("data-key", "o")
                    .around("Show others' answers and the suggestion")));
  }

  private Html others(Answers answers) {
    List<Html> sides = new ArrayList<>();
    String person = ask.visitor().person();
    String own = item.own().map(LabelInput::text).orElse("");
    for (Answers.Label label : answers.labels()) {
      if (label.person().equals(person)) continue;
      sides.add(side(label.person(), label.value(), label.reason(), own));
    }
    answers
        .suggestion()
        .ifPresent(value ->
            sides.add(side("Suggestion of the model", Optional.of(value), Optional.empty(), own)));
    Html list =
        sides.isEmpty()
            ? Html.element("p.soft", "Nobody else has answered yet, and no model was asked.")
            : Html.element("div.sides", Html.all(sides));
    return Html.element(
        "section", Html.element("h2", "Others"), list, decided(answers), comments(answers));
  }

  private static Html side(
      String who, Optional<JsonNode> value, Optional<String> reason, String own) {
    Html body =
        value
            .map(label -> {
              String text = LabelInput.text(label);
              if (text.equals(own)) return Html.element("pre", text);
              return Html.element(
                  "pre", own.isEmpty() ? Html.text(text) : Difference.of(own, text).second());
            })
            .orElseGet(() -> Html.element("p.soft", "skipped: " + reason.orElse("")));
    boolean same = value.map(label -> LabelInput.text(label).equals(own)).orElse(false);
    Html mark = same ? Widgets.badge("good", "same as yours") : Widgets.badge("mid", "differs");
    return Html.element("section", Html.element("h3", who), body, mark);
  }

  private static Html decided(Answers answers) {
    return answers
        .decision()
        .map(decision ->
            Html.element(
                "div.verdict",
                Html.element("strong", decision.value().isPresent() ? "Decided" : "Left out"),
                decision
                    .value()
                    .map(value -> Html.element("pre", LabelInput.text(value)))
                    .orElse(Html.EMPTY),
                Html.element("p.soft", decision.person() + ": " + decision.reason())))
        .orElse(Html.EMPTY);
  }

  static Html comments(Answers answers) {
    if (answers.comments().isEmpty()) return Html.EMPTY;
    List<Html> all = new ArrayList<>();
    for (LabelEvent comment : answers.comments()) {
      all.add(
          Html.element(
              "p",
              Html.element("strong", comment.person()),
              Html.text(" " + comment.reason().orElse("") + " "),
              Html.element("span.soft", Figures.moment(comment.at()))));
    }
    return Html.all(Html.element("h3", "Comments"), Html.all(all));
  }
}
