package dev.kedge.console;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.config.Role;
import dev.kedge.config.RolloutSection.Stage;
import dev.kedge.report.Html;
import dev.kedge.report.Tag;
import dev.kedge.rollout.Figure;
import dev.kedge.rollout.Phase;
import dev.kedge.rollout.Progress;
import dev.kedge.rollout.RolloutDesk;
import dev.kedge.rollout.RolloutEvent;
import dev.kedge.rollout.RolloutRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Shadows and canaries: how candidates do in running traffic, and decisions by hand. */
final class RolloutPages {
  private static final int MOST = 100;
  private static final String PLACE = "/console/rollouts";

  private final RolloutDesk desk;
  private final Frame frame;

  RolloutPages(RolloutDesk desk, Frame frame) {
    this.desk = desk;
    this.frame = frame;
  }

  void add(Routes routes) {
    frame.place("Decision", "Rollouts", PLACE, "o", RunPages.READERS);
    routes.get(PLACE, this::list, RunPages.READERS);
    routes.get(PLACE + "/*", this::rollout, RunPages.READERS);
    routes.get(PLACE + "/*/evidence/*", this::evidence, RunPages.READERS);
    routes.post(PLACE + "/*/decide", this::decide, Role.ADMIN);
  }

  private Reply list(Ask ask) {
    List<RolloutRecord> records = desk.latest(MOST);
    Widgets.Table table =
        new Widgets.Table("Rollouts")
            .column("Rollout")
            .column("Candidate")
            .column("In place of")
            .column("State")
            .column("Gets")
            .number("Compared")
            .column("Since");
    for (RolloutRecord record : records) {
      table.row(
          Widgets.link(Fields.path("rollouts", record.id()), record.id()),
          Html.text(record.spec().candidate()),
          Html.text(record.spec().model()),
          state(record.progress()),
          Html.text(gets(record)),
          Html.text(Figures.whole(compared(record))),
          Html.text(moment(record.beganMs())));
    }
    Html body =
        records.isEmpty()
            ? Widgets.empty(
                "No model has a candidate in running traffic.",
                "models: [{name: desk, rollout: {candidate: desk-new}}]")
            : table.html();
    return frame.page(
        ask,
        new Page(
            "Rollouts",
            Widgets.heading(
                "Rollouts", "Candidates that get copies or a share of the calls, until decided."),
            body));
  }

  private static long compared(RolloutRecord record) {
    return record.figures().stream().mapToLong(Figure::compared).max().orElse(0);
  }

  private static Html state(Progress progress) {
    String kind =
        switch (progress.phase()) {
          case RUNNING -> progress.held() ? "mid" : "main";
          case WAITING -> "mid";
          case PROMOTED -> "good";
          case ROLLED_BACK -> "bad";
        };
    return Widgets.badge(kind, progress.phase().word() + (progress.held() ? ", held" : ""));
  }

  private static String gets(RolloutRecord record) {
    Stage stage = record.spec().stage(record.progress());
    return switch (record.progress().phase()) {
      case PROMOTED -> "every call";
      case ROLLED_BACK -> "nothing";
      case RUNNING, WAITING ->
          (stage.shadow() ? "copies of " : "") + percent(stage.share()) + " of the calls";
    };
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share).replaceFirst("\\.?0+$", "") + " %";
  }

  private static String points(double share) {
    return String.format(Locale.ROOT, "%+.1f", 100 * share);
  }

  private static String moment(long atMs) {
    return Figures.moment(Instant.ofEpochMilli(atMs));
  }

  private RolloutRecord find(Ask ask) {
    return desk.find(ask.step())
        .orElseThrow(() ->
            new KedgeException(
                new Failure.NotFound("There is no such rollout.", "rollout_not_found")));
  }

  private Reply rollout(Ask ask) {
    String done = ask.query().given("done").isPresent() ? "Your decision is recorded." : "";
    return shown(ask, find(ask), Widgets.notice(done), Fields.EMPTY, 200);
  }

  private Reply shown(Ask ask, RolloutRecord record, Html notice, Fields sent, int status) {
    List<Html> body = new ArrayList<>();
    body.add(Html.element("p.trail", Widgets.link(PLACE, "Rollouts")));
    body.add(
        Widgets.heading(record.spec().candidate(), "wants the place of " + record.spec().model()));
    body.add(notice);
    body.add(verdict(record));
    body.add(Html.element("h2", "What went wrong, side by side"));
    body.add(figures(record.decidedOn().orElse(record.figures())));
    body.add(
        Html.element(
            "p.soft",
            "Points of a share; above 0 the candidate is worse. The range holds at every look, with"
                + " "
                + percent(1 - record.spec().alpha())
                + " over all stages and measures together."));
    if (record.progress().phase() == Phase.WAITING) {
      body.add(Html.element("h2", "Since then, watched for a late loss"));
      body.add(figures(record.figures()));
    }
    body.add(Html.element("h2", "Stages"));
    body.add(stages(record));
    body.add(Html.element("h2", "Decisions"));
    body.add(events(record));
    body.add(form(ask, record, sent));
    return frame.page(ask, new Page(status, "Rollout " + record.id(), Html.all(body)));
  }

  private static Html verdict(RolloutRecord record) {
    String kind =
        switch (record.progress().phase()) {
          case RUNNING, WAITING -> "mid";
          case PROMOTED -> "good";
          case ROLLED_BACK -> "bad";
        };
    String headline =
        switch (record.progress().phase()) {
          case RUNNING -> "It goes on: the candidate gets " + gets(record) + ".";
          case WAITING -> "Every stage is passed. Somebody has to promote it.";
          case PROMOTED -> "Promoted: the candidate answers every call.";
          case ROLLED_BACK -> "Rolled back: the current model answers every call.";
        };
    String last = "";
    if (!record.events().isEmpty()) {
      RolloutEvent event = record.events().getLast();
      last = "last decision: " + event.kind().word() + ", " + event.reason();
    }
    return Html.element(
        "div.verdict." + kind,
        Html.element("strong", headline),
        Html.element("p", state(record.progress()), Html.text(" " + last)));
  }

  private static Html figures(List<Figure> figures) {
    Widgets.Table table =
        new Widgets.Table("What went wrong")
            .column("Measure")
            .column("Verdict")
            .number("Current")
            .number("Candidate")
            .number("Compared")
            .number("Difference")
            .number("Margin");
    for (Figure figure : figures) {
      table.row(
          Html.text(figure.measure()),
          switch (figure.verdict()) {
            case NOT_WORSE -> Widgets.badge("good", "not worse");
            case WORSE -> Widgets.badge("bad", "worse");
            case UNDECIDED -> Widgets.badge("mid", "undecided");
          },
          Html.text(percent(figure.share()) + " of " + Figures.whole(figure.calls())),
          Html.text(
              percent(figure.candidateShare()) + " of " + Figures.whole(figure.candidateCalls())),
          Html.text(Figures.whole(figure.compared())),
          Html.text(
              "%s [%s, %s]"
                  .formatted(
                      points(figure.difference()), points(figure.low()), points(figure.high()))),
          Html.text(points(figure.margin())));
    }
    return table.html();
  }

  private static Html stages(RolloutRecord record) {
    Widgets.Table table =
        new Widgets.Table("Stages").column("Stage").column("Gets").column("State");
    List<Stage> stages = record.spec().stages();
    int now = record.progress().stage();
    boolean open = record.progress().phase().open();
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      String state = i < now ? "passed" : i > now ? "to come" : open ? "now" : "the last";
      table.row(
          Integer.toString(i + 1),
          (stage.shadow() ? "copies of " : "") + percent(stage.share()) + " of the calls",
          state);
    }
    return table.html();
  }

  private static Html events(RolloutRecord record) {
    Widgets.Table table =
        new Widgets.Table("Decisions")
            .column("When")
            .column("What")
            .column("Who")
            .column("Known by")
            .column("Why")
            .column("Evidence");
    for (RolloutEvent event : record.events()) {
      table.row(
          Html.text(moment(event.atMs())),
          Html.text(event.kind().word()),
          Html.text(event.person()),
          Html.text(event.via()),
          Html.text(event.reason()),
          Widgets.link(
              Fields.path("rollouts", record.id(), "evidence", Long.toString(event.seq())),
              "signed"));
    }
    return table.html();
  }

  private static Html form(Ask ask, RolloutRecord record, Fields sent) {
    if (!ask.visitor().has(Role.ADMIN)) return Html.EMPTY;
    if (!ask.visitor().isNamed()) {
      String to = Fields.address("/console/name", Map.of("next", ask.visit().path()));
      return Html.element("p", Widgets.link(to, "Give your name to decide"));
    }
    Map<String, String> actions = new LinkedHashMap<>();
    switch (record.progress().phase()) {
      case RUNNING, WAITING -> {
        if (record.progress().held()) actions.put("RESUME", "Resume");
        else actions.put("HOLD", "Hold: no further step");
        actions.put("ROLLBACK", "Roll back: the current model answers everything");
        actions.put("PROMOTE", "Promote: the candidate answers everything");
      }
      case PROMOTED -> {
        actions.put("ROLLBACK", "Roll back: the current model answers everything");
        actions.put("RESTART", "Begin once more");
      }
      case ROLLED_BACK -> actions.put("RESTART", "Begin once more");
    }
    return Widgets.form(Fields.path("rollouts", record.id(), "decide"))
        .with("data-main", "Decide")
        .around(
            Widgets.token(ask.visitor()),
            Html.element("h2", "Decide as " + ask.visitor().name()),
            Html.element(
                "div.filter", Widgets.select("action", "What", actions, sent.text("action"))),
            Tag.of("label").with("for", "reason").around("Reason"),
            Tag.of("textarea")
                .with("id", "reason")
                .with("name", "reason")
                .with("maxlength", 1_000)
                .with("rows", 2)
                .with("data-key", "r")
                .flag("required")
                .around(sent.text("reason")),
            Html.element("div.actions", Html.element("button.primary", "Decide")),
            Html.element("p.hint", "Gateways follow within a second. It is recorded and signed."));
  }

  private Reply decide(Ask ask) {
    Optional<Reply> nameless = LabelPages.nameless(ask);
    if (nameless.isPresent()) return nameless.get();
    RolloutRecord record = find(ask);
    Visitor visitor = ask.visitor();
    try {
      RolloutDesk.Action action = action(ask.form().text("action"));
      String via = visitor.checked() ? "console" : "console, nobody signs in";
      RolloutDesk.Who who = new RolloutDesk.Who(visitor.person(), via);
      desk.act(record.id(), action, who, ask.form().text("reason"));
    } catch (KedgeException e) {
      if (e.failure() instanceof Failure.Broken) throw e;
      return refused(ask, record, e.failure().message(), e.failure().status());
    } catch (IllegalArgumentException e) {
      return refused(ask, record, String.valueOf(e.getMessage()), 400);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Reply.seeOther(
        Fields.address(Fields.path("rollouts", record.id()), Map.of("done", "yes")));
  }

  private static RolloutDesk.Action action(String name) {
    for (RolloutDesk.Action action : RolloutDesk.Action.values()) {
      if (action.name().equals(name)) return action;
    }
    throw new IllegalArgumentException("choose what to do");
  }

  private Reply refused(Ask ask, RolloutRecord record, String message, int status) {
    return shown(ask, record, Widgets.problem(message), ask.form(), status);
  }

  private Reply evidence(Ask ask) {
    RolloutRecord record = find(ask);
    for (RolloutEvent event : record.events()) {
      if (!Long.toString(event.seq()).equals(ask.steps().get(1))) continue;
      return Reply.download(
          record.id() + "-" + event.seq() + ".dsse.json",
          "application/json",
          event.evidence().getBytes(StandardCharsets.UTF_8));
    }
    throw new KedgeException(
        new Failure.NotFound("There is no such decision.", "evidence_not_found"));
  }
}
