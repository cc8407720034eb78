package dev.kedge.console;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.config.Role;
import dev.kedge.eval.Rate;
import dev.kedge.label.Answers;
import dev.kedge.label.BlindLabels;
import dev.kedge.label.ItemStatus;
import dev.kedge.label.ItemView;
import dev.kedge.label.LabelProject;
import dev.kedge.label.Labelling;
import dev.kedge.label.agreement.Agreement;
import dev.kedge.report.Difference;
import dev.kedge.report.Html;
import dev.kedge.report.Tag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Deciding what people disagree on, and how far they agree. */
final class DecidePages {
  private static final int MOST_LISTED = 500;
  private static final int MOST_LABELS = 30;
  private static final int LEAST_LABELS = 3;
  private static final double RARE = 0.01;
  private static final long SEED = 1;
  private static final String OTHER = "other";
  private static final String DROP = "drop";

  private final Labelling labelling;
  private final Frame frame;

  DecidePages(Labelling labelling, Frame frame) {
    this.labelling = labelling;
    this.frame = frame;
  }

  void add(Routes routes) {
    routes.get("/console/labelling/*/decide", this::list, Role.APPROVER);
    routes.get("/console/labelling/*/decide/*", this::item, Role.APPROVER);
    routes.post("/console/labelling/*/decide/*", this::decide, Role.APPROVER);
    routes.get("/console/labelling/*/agreement", this::agreement, Role.APPROVER, Role.AUDITOR);
  }

  private List<ItemView> undecided(String project) {
    List<ItemView> items = new ArrayList<>();
    for (ItemStatus status : List.of(ItemStatus.DISPUTED, ItemStatus.SKIPPED)) {
      items.addAll(labelling.items(project, Optional.of(status), 0, MOST_LISTED));
    }
    return items;
  }

  private Reply list(Ask ask) {
    LabelProject project = labelling.project(ask.step());
    Widgets.Table table =
        new Widgets.Table("Items to decide").number("Item").column("Input").column("Why");
    for (ItemView item : undecided(project.name())) {
      String address = Fields.path("labelling", project.name(), "decide", item.id());
      table.row(
          Widgets.link(address, Integer.toString(item.position())),
          Html.text(Figures.brief(item.input(), 160)),
          item.status() == ItemStatus.SKIPPED
              ? Widgets.badge("plain", "skipped by all")
              : Widgets.badge("mid", "answers differ"));
    }
    Html done = ask.query().given("done").map(_ -> Widgets.notice("Decided.")).orElse(Html.EMPTY);
    return frame.page(
        ask,
        new Page(
            "Decide " + project.name(),
            ItemPage.trail(project),
            Widgets.heading("To decide", "Where answers differ, or nobody could give one."),
            done,
            table.isEmpty()
                ? Widgets.empty(
                    "Nothing is left to decide. The labels become the next version of the dataset"
                        + " with:",
                    "kedge label export " + project.name() + " --config kedge.yaml")
                : table.html(),
            LabelPages.bar(labelling.progress(project.name()), "")));
  }

  private Reply item(Ask ask) {
    Optional<Reply> nameless = LabelPages.nameless(ask);
    if (nameless.isPresent()) return nameless.get();
    return shown(ask, Map.of(), "", 200);
  }

  private Reply shown(Ask ask, Map<String, String> sent, String problem, int status) {
    LabelProject project = labelling.project(ask.step());
    String id = ask.steps().get(1);
    Answers answers = labelling.dispute(project.name(), id, ask.visitor().person());
    Html body =
        Html.all(
            Html.element(
                "p.trail",
                Widgets.link("/console/labelling", "Labelling"),
                Html.text(" / "),
                Widgets.link(
                    Fields.path("labelling", project.name(), "decide"),
                    project.name() + ", to decide")),
            Widgets.heading(
                "Item " + answers.position(),
                Figures.count(undecided(project.name()).size(), "item") + " to decide"),
            ask.query().given("done").map(_ -> Widgets.notice("Decided.")).orElse(Html.EMPTY),
            Widgets.problem(problem),
            Tag.of("div.given")
                .with("tabindex", 0)
                .with("role", "region")
                .with("aria-label", "Example")
                .around(answers.input()),
            ItemPage.guide(project),
            form(ask, project, answers, sent),
            ItemPage.comments(answers));
    return frame.page(ask, new Page(status, "Decide " + id, body));
  }

  /**
   * What one may take.
   *
   * @param value empty for a skip
   */
  private record Side(String key, String who, Optional<JsonNode> value, String note) {}

  private static List<Side> sides(Answers answers) {
    List<Side> sides = new ArrayList<>();
    for (Answers.Label label : answers.labels()) {
      String key = "label" + sides.size();
      String note = label.reason().map(reason -> "skipped: " + reason).orElse("");
      sides.add(new Side(key, label.person(), label.value(), note));
    }
    answers
        .suggestion()
        .ifPresent(value ->
            sides.add(new Side("model", "Suggestion of the model", Optional.of(value), "")));
    return sides;
  }

  private static Html form(
      Ask ask, LabelProject project, Answers answers, Map<String, String> sent) {
    List<Side> sides = sides(answers);
    Optional<JsonNode> first = sides.stream().flatMap(side -> side.value().stream()).findFirst();
    String chosen = sent.getOrDefault("take", "");
    List<Html> cards = new ArrayList<>();
    int key = 1;
    for (Side side : sides) {
      cards.add(card(side, first, key, chosen));
      if (side.value().isPresent()) key++;
    }
    LabelInput input = new LabelInput(project.form());
    Map<String, String> fields = sent.isEmpty() ? input.fields(first) : sent;
    String id = Fields.path("labelling", project.name(), "decide", answers.id());
    return Widgets.form(id)
        .with("data-main", "Save the decision")
        .flag("novalidate")
        .around(
            Widgets.token(ask.visitor()),
            Tag.of("button.unseen.primary")
                .with("tabindex", -1)
                .with("aria-hidden", "true")
                .around("Save"),
            Tag.of("fieldset")
                .around(
                    Html.element("legend", "The answers"),
                    Html.element("div.sides", Html.all(cards)),
                    Html.element(
                        "div.choices",
                        take(OTHER, "Another answer, below", Integer.toString(key), chosen),
                        take(DROP, "Leave this item out", "x", chosen))),
            Tag.of("details")
                .with("data-key", "e")
                .flag("open", chosen.equals(OTHER))
                .around(
                    Html.element("summary", "Another answer"), input.html(fields, "none", false)),
            Tag.of("label").with("for", "reason").around("Reason"),
            Tag.of("input")
                .with("id", "reason")
                .with("name", "reason")
                .with("data-key", "r")
                .with("maxlength", 2_000)
                .with("autocomplete", "off")
                .with("value", sent.getOrDefault("reason", ""))
                .alone(),
            Html.element(
                "div.actions",
                Tag.of("button.primary")
                    .around(Html.text("Decide "), Html.element("kbd", "Enter"))));
  }

  private static Html card(Side side, Optional<JsonNode> first, int key, String chosen) {
    Html body =
        side.value()
            .map(value -> {
              String text = LabelInput.text(value);
              String base = first.map(LabelInput::text).orElse(text);
              boolean isFirst = first.filter(value::equals).isPresent();
              return Html.element(
                  "pre", isFirst ? Html.text(text) : Difference.of(base, text).second());
            })
            .orElseGet(() -> Html.element("p.soft", side.note()));
    Html choice =
        side.value().isPresent()
            ? take(side.key(), "Take this", Integer.toString(key), chosen)
            : Html.EMPTY;
    return Html.element("section", Html.element("h3", side.who()), body, choice);
  }

  private static Html take(String value, String text, String key, String chosen) {
    return Tag.of("label.choice")
        .around(
            Tag.of("input")
                .with("type", "radio")
                .with("name", "take")
                .with("value", value)
                .with("data-key", key)
                .flag("checked", value.equals(chosen))
                .alone(),
            Html.element("span", text),
            Html.element("kbd", key));
  }

  private Reply decide(Ask ask) {
    Optional<Reply> nameless = LabelPages.nameless(ask);
    if (nameless.isPresent()) return nameless.get();
    LabelProject project = labelling.project(ask.step());
    String id = ask.steps().get(1);
    LabelInput input = new LabelInput(project.form());
    try {
      if (LabelInput.onlyChanges(ask.form())) {
        Map<String, String> fields = new LinkedHashMap<>(input.changed(ask.form()));
        fields.put("take", OTHER);
        return shown(ask, fields, "", 200);
      }
      Optional<JsonNode> label = taken(ask, input);
      String reason = ask.form().text("reason").strip();
      if (reason.isEmpty()) throw KedgeException.invalid("Give a reason in a few words.");
      labelling.decide(project.name(), id, ask.visitor().person(), label, reason);
    } catch (KedgeException e) {
      if (!(e.failure() instanceof Failure.Invalid invalid)) throw e;
      return shown(ask, LabelInput.flat(ask.form()), invalid.message(), 400);
    }
    List<ItemView> rest = undecided(project.name());
    String to =
        rest.isEmpty()
            ? Fields.path("labelling", project.name(), "decide")
            : Fields.path("labelling", project.name(), "decide", rest.getFirst().id());
    return Reply.seeOther(Fields.address(to, Map.of("done", id)));
  }

  /** The label that was taken; empty where the item is left out. */
  private Optional<JsonNode> taken(Ask ask, LabelInput input) {
    String take = ask.form().text("take");
    if (take.equals(DROP)) return Optional.empty();
    if (take.equals(OTHER)) {
      Optional<JsonNode> label = input.read(ask.form());
      if (label.isEmpty()) throw KedgeException.invalid("There is no other answer yet.");
      return label;
    }
    Answers answers = labelling.dispute(ask.step(), ask.steps().get(1), ask.visitor().person());
    for (Side side : sides(answers)) {
      if (side.key().equals(take) && side.value().isPresent()) return side.value();
    }
    throw KedgeException.invalid("Take one of the answers, give another, or leave the item out.");
  }

  private Reply agreement(Ask ask) {
    LabelProject project = labelling.project(ask.step());
    Agreement agreement = Agreement.of(labelling.blind(project.name()), SEED);
    List<Html> body = new ArrayList<>();
    body.add(ItemPage.trail(project));
    body.add(
        Widgets.heading(
            "Agreement", "Of what people answered before they saw anybody else's answer."));
    if (agreement.units() == 0) {
      body.add(Widgets.empty("No item has two blind answers yet.", ""));
      return frame.page(ask, new Page("Agreement", Html.all(body)));
    }
    body.add(
        Widgets.tiles(
            Widgets.tile(
                "Same answer by all",
                Figures.percent(agreement.same().value()),
                Figures.interval(agreement.same()) + ", n = " + agreement.same().n()),
            Widgets.tile(
                "Krippendorff's alpha",
                agreement.alpha().map(e -> Figures.decimal(e.value())).orElse("not defined"),
                agreement.alpha().map(DecidePages::doubt).orElse("all gave one label"))));
    body.add(Html.element("h2", "Pairs of people"));
    body.add(pairs(agreement));
    Map<String, BlindLabels> byField = labelling.blindByField(project.name());
    if (!byField.isEmpty()) {
      body.add(Html.element("h2", "Field by field"));
      body.add(fields(byField));
    }
    body.add(Html.element("h2", "How common each label is"));
    body.add(prevalence(agreement));
    body.add(
        Html.element(
            "p.hint",
            "Intervals hold with 95 %. Kappa and alpha set agreement against what chance would give"
                + " with these labels: where one label is very common they are low even if people"
                + " mostly agree."));
    return frame.page(ask, new Page("Agreement", Html.all(body)));
  }

  private static String doubt(Agreement.Estimate estimate) {
    return "95 %: " + Figures.decimal(estimate.low()) + " to " + Figures.decimal(estimate.high());
  }

  private static Html pairs(Agreement agreement) {
    Widgets.Table table =
        new Widgets.Table("Agreement of pairs")
            .column("People")
            .number("Items")
            .number("Same")
            .number("95 % interval")
            .number("Cohen's kappa")
            .number("95 % interval");
    for (Agreement.Pair pair : agreement.pairs()) {
      table.row(
          pair.first() + " and " + pair.second(),
          Figures.whole(pair.same().n()),
          Figures.percent(pair.same().value()),
          Figures.interval(pair.same()),
          pair.kappa().map(e -> Figures.decimal(e.value())).orElse("–"),
          pair.kappa()
              .map(e -> Figures.decimal(e.low()) + " to " + Figures.decimal(e.high()))
              .orElse("–"));
    }
    return table.html();
  }

  /** Where people differ, most of all first. */
  private static Html fields(Map<String, BlindLabels> byField) {
    Widgets.Table table =
        new Widgets.Table("Agreement by field")
            .column("Field")
            .number("Same")
            .number("95 % interval")
            .number("Alpha")
            .number("95 % interval");
    List<Map.Entry<String, Agreement>> differing =
        byField.entrySet().stream()
            .map(entry -> Map.entry(entry.getKey(), Agreement.of(entry.getValue(), SEED)))
            .filter(entry -> entry.getValue().units() > 0)
            .filter(entry -> entry.getValue().same().value() < 1)
            .sorted(Comparator.comparingDouble(entry -> entry.getValue().same().value()))
            .toList();
    for (Map.Entry<String, Agreement> entry : differing) {
      Agreement agreement = entry.getValue();
      table.row(
          entry.getKey(),
          Figures.percent(agreement.same().value()),
          Figures.interval(agreement.same()),
          agreement.alpha().map(e -> Figures.decimal(e.value())).orElse("–"),
          agreement
              .alpha()
              .map(e -> Figures.decimal(e.low()) + " to " + Figures.decimal(e.high()))
              .orElse("–"));
    }
    int alike = byField.size() - differing.size();
    Html rest =
        Tag.of("p.hint").around("No difference in " + Figures.count(alike, "other field") + ".");
    return Html.all(table.isEmpty() ? Html.EMPTY : table.html(), alike > 0 ? rest : Html.EMPTY);
  }

  private static Html prevalence(Agreement agreement) {
    Widgets.Table table =
        new Widgets.Table("Prevalence of labels")
            .column("Label")
            .number("Share")
            .number("95 % interval")
            .number("Labels");
    int shown = 0;
    for (Map.Entry<String, Rate> entry : agreement.prevalence().entrySet()) {
      boolean rare = shown >= LEAST_LABELS && entry.getValue().value() < RARE;
      if (shown == MOST_LABELS || rare) break;
      shown++;
      table.row(
          Figures.brief(entry.getKey(), 120),
          Figures.percent(entry.getValue().value()),
          Figures.interval(entry.getValue()),
          Figures.whole(entry.getValue().successes()));
    }
    int rest = agreement.prevalence().size() - shown;
    Html more = rest > 0 ? Html.element("p.hint", "and " + rest + " rarer ones") : Html.EMPTY;
    return Html.all(table.html(), more);
  }
}
