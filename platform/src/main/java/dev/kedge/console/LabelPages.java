package dev.kedge.console;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.config.Role;
import dev.kedge.label.Answers;
import dev.kedge.label.Assignment;
import dev.kedge.label.Form;
import dev.kedge.label.ItemStatus;
import dev.kedge.label.ItemView;
import dev.kedge.label.LabelProject;
import dev.kedge.label.Labelling;
import dev.kedge.label.Progress;
import dev.kedge.report.Html;
import dev.kedge.report.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Labelling: the projects, the queue, one item. Nothing here shows what is still hidden. */
final class LabelPages {
  private static final String TOP = "labelling";

  private final Labelling labelling;
  private final Frame frame;

  LabelPages(Labelling labelling, Frame frame) {
    this.labelling = labelling;
    this.frame = frame;
  }

  void add(Routes routes) {
    Role[] all = {Role.LABELLER, Role.APPROVER, Role.AUDITOR};
    Role[] work = {Role.LABELLER, Role.APPROVER};
    frame.place("Holdout", "Labelling", "/console/labelling", "l", all);
    routes.get("/console/labelling", this::projects, all);
    routes.get("/console/labelling/*/label", this::next, work);
    routes.get("/console/labelling/*/items/*", this::item, work);
    routes.post("/console/labelling/*/items/*/answer", this::answer, work);
    routes.post("/console/labelling/*/items/*/skip", this::skip, work);
    routes.post("/console/labelling/*/items/*/comment", this::comment, work);
    routes.post("/console/labelling/*/items/*/reveal", this::reveal, work);
    routes.post("/console/labelling/*/items/*/release", this::release, work);
  }

  private Reply projects(Ask ask) {
    List<LabelProject> projects = labelling.projects();
    List<Html> body = new ArrayList<>();
    body.add(
        Widgets.heading(
            "Labelling", "Right answers by people: blind, twice, and disagreements decided."));
    if (projects.isEmpty()) {
      body.add(
          Widgets.empty(
              "There is no labelling project yet. Begin one with the examples of a dataset:",
              "kedge label create NAME --dataset DATASET --schema FILE --config kedge.yaml\n"
                  + "kedge label create NAME --dataset DATASET --class A --class B --config"
                  + " kedge.yaml"));
    }
    for (LabelProject project : projects) body.add(project(ask.visitor(), project));
    return frame.page(ask, new Page("Labelling", Html.all(body)));
  }

  private Html project(Visitor visitor, LabelProject project) {
    Progress progress = labelling.progress(project.name());
    List<Html> actions = new ArrayList<>();
    if (visitor.has(Role.LABELLER, Role.APPROVER)) {
      actions.add(button(at(project, "label"), "Label", true));
    }
    if (visitor.has(Role.APPROVER)) {
      String text = "Decide " + Figures.count(progress.toDecide(), "item");
      if (progress.toDecide() > 0) actions.add(button(at(project, "decide"), text, false));
    }
    if (visitor.has(Role.APPROVER, Role.AUDITOR)) {
      actions.add(button(at(project, "agreement"), "Agreement", false));
    }
    return Html.element(
        "section",
        Html.element("h2", project.name()),
        Tag.of("p.soft")
            .around(
                "%s, %d people each%s"
                    .formatted(
                        kind(project.form()),
                        project.perItem(),
                        project.dataset().isEmpty() ? "" : ", from " + project.dataset())),
        bar(progress, visitor.person()),
        people(visitor, progress),
        Html.element("div.actions", Html.all(actions)),
        finished(visitor, project, progress));
  }

  /** What one does with labels that are all there. */
  private static Html finished(Visitor visitor, LabelProject project, Progress progress) {
    boolean done = progress.total() > 0 && progress.finished() == progress.total();
    if (!done || !visitor.has(Role.APPROVER)) return Html.EMPTY;
    return Widgets.empty(
        "Every item has its label. They become the next version of the dataset with:",
        "kedge label export " + project.name() + " --config kedge.yaml");
  }

  private static String at(LabelProject project, String... steps) {
    String[] all = new String[steps.length + 2];
    all[0] = TOP;
    all[1] = project.name();
    System.arraycopy(steps, 0, all, 2, steps.length);
    return Fields.path(all);
  }

  private static Html button(String address, String text, boolean primary) {
    return Tag.of(primary ? "a.button.primary" : "a.button").with("href", address).around(text);
  }

  private static String kind(Form form) {
    return switch (form) {
      case Form.Choice choice -> choice.classes().size() + " classes";
      case Form.Structured _ -> "JSON";
      case Form.Text _ -> "free text";
      case Form.Sql _ -> "SQL";
    };
  }

  /** How far all are, and how far a person is who takes part. */
  static Html bar(Progress progress, String person) {
    Optional<Progress.Person> own =
        progress.people().stream()
            .filter(one -> one.name().equals(person) && one.answered() + one.skipped() > 0)
            .findFirst();
    List<Html> lines = new ArrayList<>();
    own.ifPresent(one -> {
      int mine = one.answered() + one.skipped();
      String pace = one.median().map(time -> ", " + Figures.time(time) + " each").orElse("");
      lines.add(meter("Items by you", mine, progress.total()));
      lines.add(Html.element("span", "You: %d of %d%s".formatted(mine, progress.total(), pace)));
    });
    if (own.isEmpty()) lines.add(meter("Items finished", progress.finished(), progress.total()));
    lines.add(
        Html.element(
            "span",
            "%s%d of %d finished · %d open · %d to decide"
                .formatted(
                    own.isEmpty() ? "" : "All: ",
                    progress.finished(),
                    progress.total(),
                    progress.count(ItemStatus.OPEN),
                    progress.toDecide())));
    return Html.element("div.progress", Html.all(lines));
  }

  private static Html meter(String name, int value, int most) {
    return Tag.of("progress")
        .with("aria-label", name)
        .with("max", Math.max(1, most))
        .with("value", value)
        .around();
  }

  private static Html people(Visitor visitor, Progress progress) {
    if (progress.people().isEmpty() || !visitor.has(Role.APPROVER, Role.AUDITOR)) return Html.EMPTY;
    Widgets.Table table =
        new Widgets.Table("People")
            .column("Person")
            .number("Answered")
            .number("Skipped")
            .number("Decided")
            .number("Median time");
    for (Progress.Person person : progress.people()) {
      table.row(
          person.name(),
          Figures.whole(person.answered()),
          Figures.whole(person.skipped()),
          Figures.whole(person.decided()),
          person.median().map(Figures::time).orElse("–"));
    }
    return table.html();
  }

  /** Sends visitors without a name to give one; a page to come back to is kept. */
  static Optional<Reply> nameless(Ask ask) {
    if (ask.visitor().isNamed()) return Optional.empty();
    return Optional.of(Reply.seeOther(Fields.address("/console/name", Map.of("next", ask.here()))));
  }

  private Reply next(Ask ask) {
    Optional<Reply> nameless = nameless(ask);
    if (nameless.isPresent()) return nameless.get();
    LabelProject project = labelling.project(ask.step());
    return switch (labelling.next(project.name(), ask.visitor().person())) {
      case Assignment.Work work -> {
        ItemPage page = new ItemPage(project, work.item(), ask);
        yield frame.page(ask, page.queued(labelling.progress(project.name())));
      }
      case Assignment.Waiting waiting ->
          pause(
              ask,
              project,
              "Others have all that is left. Come back at "
                  + Figures.moment(waiting.until())
                  + ", when the first of them runs out of time.");
      case Assignment.Done _ -> pause(ask, project, "Nothing is left for you here. Thank you.");
    };
  }

  private Reply pause(Ask ask, LabelProject project, String text) {
    Progress progress = labelling.progress(project.name());
    Html done = ItemPage.saved(ask, project);
    boolean decides = progress.toDecide() > 0 && ask.visitor().has(Role.APPROVER);
    return frame.page(
        ask,
        new Page(
            project.name(),
            ItemPage.trail(project),
            Widgets.heading(project.name(), ""),
            done,
            Widgets.notice(text),
            bar(progress, ask.visitor().person()),
            Html.element(
                "div.actions",
                decides
                    ? button(
                        at(project, "decide"),
                        "Decide " + Figures.count(progress.toDecide(), "item"),
                        true)
                    : Html.EMPTY,
                button("/console/labelling", "All labelling", false))));
  }

  private Reply item(Ask ask) {
    Optional<Reply> nameless = nameless(ask);
    if (nameless.isPresent()) return nameless.get();
    LabelProject project = labelling.project(ask.step());
    return frame.page(ask, page(ask, project).alone(answers(ask, project)));
  }

  private ItemPage page(Ask ask, LabelProject project) {
    return new ItemPage(project, view(ask, project), ask);
  }

  private ItemView view(Ask ask, LabelProject project) {
    return labelling.view(project.name(), ask.steps().get(1), ask.visitor().person());
  }

  /** What others said, where this visitor has seen it already. */
  private Optional<Answers> answers(Ask ask, LabelProject project) {
    ItemView view = view(ask, project);
    boolean stands = view.own().isPresent() || view.skipped().isPresent();
    return view.revealed() && stands
        ? Optional.of(labelling.reveal(project.name(), view.id(), ask.visitor().person()))
        : Optional.empty();
  }

  private Reply answer(Ask ask) {
    Optional<Reply> nameless = nameless(ask);
    if (nameless.isPresent()) return nameless.get();
    LabelProject project = labelling.project(ask.step());
    LabelInput input = new LabelInput(project.form());
    ItemPage page = page(ask, project);
    try {
      if (LabelInput.onlyChanges(ask.form())) {
        Map<String, String> fields = input.changed(ask.form());
        return frame.page(ask, page.again(fields, LabelInput.focus(ask.form()), "", 200));
      }
      Optional<JsonNode> label = input.read(ask.form());
      if (label.isEmpty()) throw KedgeException.invalid("There is no answer yet.");
      labelling.answer(project.name(), ask.steps().get(1), ask.visitor().person(), label.get());
    } catch (KedgeException e) {
      if (!(e.failure() instanceof Failure.Invalid invalid)) throw e;
      Map<String, String> fields = LabelInput.flat(ask.form());
      String place = LabelInput.complained(invalid.message());
      return frame.page(ask, page.again(fields, place, invalid.message(), 400));
    }
    return onwards(ask, project);
  }

  private Reply onwards(Ask ask, LabelProject project) {
    String id = ask.steps().get(1);
    String position = Integer.toString(view(ask, project).position());
    Map<String, String> done = new TreeMap<>(Map.of("done", id, "item", position));
    boolean stays = ask.form().text("then").equals("stay");
    String to = stays ? at(project, "items", id) : at(project, "label");
    return Reply.seeOther(Fields.address(to, done));
  }

  private Reply skip(Ask ask) {
    Optional<Reply> nameless = nameless(ask);
    if (nameless.isPresent()) return nameless.get();
    LabelProject project = labelling.project(ask.step());
    String reason = ask.form().text("reason").strip();
    labelling.skip(project.name(), ask.steps().get(1), ask.visitor().person(), reason);
    return onwards(ask, project);
  }

  private Reply comment(Ask ask) {
    Optional<Reply> nameless = nameless(ask);
    if (nameless.isPresent()) return nameless.get();
    LabelProject project = labelling.project(ask.step());
    String id = ask.steps().get(1);
    labelling.comment(project.name(), id, ask.visitor().person(), ask.form().text("text").strip());
    return Reply.seeOther(Fields.address(at(project, "items", id), Map.of("said", "yes")));
  }

  private Reply reveal(Ask ask) {
    Optional<Reply> nameless = nameless(ask);
    if (nameless.isPresent()) return nameless.get();
    LabelProject project = labelling.project(ask.step());
    String id = ask.steps().get(1);
    labelling.reveal(project.name(), id, ask.visitor().person());
    return Reply.seeOther(at(project, "items", id));
  }

  private Reply release(Ask ask) {
    LabelProject project = labelling.project(ask.step());
    labelling.release(project.name(), ask.steps().get(1), ask.visitor().person());
    return Reply.seeOther("/console/labelling");
  }
}
