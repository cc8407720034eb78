package dev.kedge.console;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.config.Role;
import dev.kedge.eval.run.Figure;
import dev.kedge.eval.run.RunCase;
import dev.kedge.eval.run.RunCases;
import dev.kedge.eval.run.RunFolder;
import dev.kedge.eval.run.RunManifest;
import dev.kedge.eval.score.Measure;
import dev.kedge.report.Difference;
import dev.kedge.report.Html;
import dev.kedge.report.Tag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Runs: the list, one with its figures and every case, one case. */
final class RunPages {
  static final Role[] READERS = {Role.APPROVER, Role.AUDITOR};
  private static final int MOST_RUNS = 200;
  private static final long LARGEST_REPORT = 32 << 20;

  private final Path data;
  private final Frame frame;

  /**
   * Pages of the runs of an installation.
   *
   * @param data the folder with {@code runs}
   */
  RunPages(Path data, Frame frame) {
    this.data = data;
    this.frame = frame;
  }

  void add(Routes routes) {
    frame.place("Proof", "Runs", "/console/runs", "r", READERS);
    routes.get("/console/runs", this::list, READERS);
    routes.get("/console/runs/*", this::run, READERS);
    routes.get("/console/runs/*/report", this::report, READERS);
    routes.get("/console/runs/*/cases/*", this::one, READERS);
  }

  /** The latest runs, newest first. */
  static List<RunManifest> latest(Path data) {
    try {
      List<String> ids = RunFolder.ids(data).reversed();
      return ids.stream().limit(MOST_RUNS).map(id -> RunFolder.of(data, id).manifest()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A run that is there. */
  static RunFolder folder(Path data, String id) {
    try {
      if (RunFolder.ids(data).contains(id)) return RunFolder.of(data, id);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new KedgeException(new Failure.NotFound("There is no such run.", "run_not_found"));
  }

  private Reply list(Ask ask) {
    List<RunManifest> runs = latest(data);
    Html body =
        runs.isEmpty()
            ? Widgets.empty(
                "There is no run yet. Ask a model all examples of a labelled dataset:",
                "kedge eval run TASK --dataset NAME --config kedge.yaml")
            : Html.all(compareForm(runs), table(runs));
    return frame.page(
        ask,
        new Page(
            "Runs",
            Widgets.heading("Runs", "A model's answers to a dataset, every one judged."),
            body));
  }

  private static Html compareForm(List<RunManifest> runs) {
    if (runs.size() < 2) return Html.EMPTY;
    return Tag.of("form.filter")
        .with("method", "get")
        .with("action", "/console/compare")
        .around(
            pick("first", "Before", runs, 1),
            pick("second", "After", runs, 0),
            Html.element("button", "Compare"));
  }

  private static Html pick(String name, String label, List<RunManifest> runs, int chosen) {
    List<Html> options = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      RunManifest run = runs.get(i);
      options.add(
          Tag.of("option")
              .with("value", run.id())
              .flag("selected", i == chosen)
              .around(
                  run.model().label()
                      + " · "
                      + headline(run)
                      + " · "
                      + Figures.moment(Instant.ofEpochMilli(run.startedMs()))));
    }
    return Html.element(
        "div.wide",
        Tag.of("label").with("for", name).around(label),
        Tag.of("select").with("id", name).with("name", name).around(Html.all(options)));
  }

  static Html table(List<RunManifest> runs) {
    Widgets.Table table =
        new Widgets.Table("Runs")
            .column("Model and run")
            .column("Task")
            .column("Headline")
            .column("Dataset")
            .number("Cases")
            .column("Started");
    for (RunManifest run : runs) {
      table.row(
          Html.all(
              Widgets.named(Fields.path("runs", run.id()), run.model().label(), run.id()),
              run.state() == RunManifest.State.COMPLETE ? Html.EMPTY : state(run)),
          Html.text(run.task()),
          headlined(run),
          Html.text(run.dataset().name()),
          Html.text(Figures.whole(run.cases())),
          Html.text(Figures.moment(Instant.ofEpochMilli(run.startedMs()))));
    }
    return table.html();
  }

  /** The first figure with its doubt. */
  static String headline(RunManifest run) {
    return run.figures().stream()
        .findFirst()
        .map(figure -> figure.name() + " " + value(figure) + " " + interval(figure))
        .orElse("–");
  }

  /** The same on two lines. */
  static Html headlined(RunManifest run) {
    return run.figures().stream()
        .findFirst()
        .map(figure ->
            Html.all(
                Html.text(figure.name() + " " + value(figure)),
                Html.element("span.id", interval(figure))))
        .orElse(Html.text("–"));
  }

  private static Html state(RunManifest run) {
    return switch (run.state()) {
      case RUNNING -> Widgets.badge("main", "running");
      case COMPLETE -> Widgets.badge("good", "complete");
      case CANCELLED -> Widgets.badge("mid", "cancelled");
    };
  }

  static String value(Figure figure) {
    return amount(figure, figure.value());
  }

  private static String interval(Figure figure) {
    return "[" + amount(figure, figure.low()) + ", " + amount(figure, figure.high()) + "]";
  }

  private static String amount(Figure figure, double number) {
    return switch (figure.kind()) {
      case SHARE -> Figures.percent(number);
      case CLASSES, COUNTS -> String.format(java.util.Locale.ENGLISH, "%.3f", number);
      case MEAN ->
          String.format(java.util.Locale.ENGLISH, "%,.4g", number)
              + (figure.unit().isEmpty() ? "" : " " + figure.unit());
    };
  }

  private Reply run(Ask ask) {
    RunFolder folder = folder(data, ask.step());
    RunManifest run = folder.manifest();
    List<Html> body = new ArrayList<>();
    body.add(Html.element("p.trail", Widgets.link("/console/runs", "Runs")));
    body.add(Widgets.heading(run.model().label(), run.task() + ", run " + run.id()));
    body.add(tiles(run));
    for (String note : run.notes()) body.add(Tag.of("p.notice").around(note));
    body.add(Html.element("h2", "Figures"));
    body.add(figures(run));
    body.add(RunBreakdown.html(run));
    body.add(facts(run));
    if (Files.exists(folder.report())) {
      String report = Fields.path("runs", run.id(), "report");
      body.add(Html.element("p", Widgets.link(report, "The report of this run")));
    }
    body.add(Tag.of("h2").with("id", "cases").around("Cases"));
    body.add(cases(ask, run, folder));
    return frame.page(ask, new Page("Run " + run.id(), Html.all(body)));
  }

  private static Html tiles(RunManifest run) {
    List<Html> tiles = new ArrayList<>();
    for (Figure figure : run.figures().stream().limit(2).toList()) {
      tiles.add(
          Widgets.tile(
              figure.name(), value(figure), "95 %: " + interval(figure) + ", n = " + figure.n()));
    }
    String failed = run.failed() == 0 ? "all were answered" : run.failed() + " without an answer";
    tiles.add(Widgets.tile("Cases", Figures.whole(run.cases()), failed));
    long millis = Math.max(0, run.endedMs() - run.startedMs());
    String took = run.endedMs() == 0 ? "running" : Figures.time(Duration.ofMillis(millis));
    tiles.add(
        Widgets.tile("Time", took, run.asked() + " asked, " + run.reused() + " known from before"));
    return Widgets.tiles(tiles.toArray(Html[]::new));
  }

  private static Html figures(RunManifest run) {
    Widgets.Table table =
        new Widgets.Table("Figures of the run")
            .column("Figure")
            .number("Value")
            .number("95 % interval")
            .number("n")
            .column("What it is");
    for (Figure figure : run.figures()) {
      table.row(
          figure.name(),
          value(figure),
          interval(figure),
          Figures.whole(figure.n()),
          figure.definition()
              + (figure.interval().isEmpty() ? "" : " (" + figure.interval() + ")"));
    }
    return table.html();
  }

  private static Html facts(RunManifest run) {
    List<Html> facts = new ArrayList<>();
    fact(
        facts,
        "Dataset",
        run.dataset().name() + ", " + Figures.count(run.dataset().cases(), "case"));
    fact(facts, "its digest", run.dataset().sha256());
    fact(facts, "Model", run.model().label() + ", " + run.model().kind());
    fact(facts, "its digest", run.model().digest());
    new TreeMap<>(run.settings()).forEach((name, value) -> fact(facts, name, value));
    fact(facts, "Kedge", run.version());
    return Html.element(
        "details",
        Html.element("summary", "Dataset, model and settings"),
        Html.element("dl.facts", Html.all(facts)));
  }

  static void fact(List<Html> facts, String name, String value) {
    facts.add(Html.element("dt", name));
    facts.add(Html.element("dd", value));
  }

  /** The measure by which cases are wrong or right, if none was asked for. */
  static String mainMeasure(RunManifest run) {
    return run.measures().stream()
        .filter(measure -> measure.kind() != Measure.Kind.MEAN)
        .map(Measure::name)
        .findFirst()
        .orElse("");
  }

  private Html cases(Ask ask, RunManifest run, RunFolder folder) {
    if (!folder.casesFile().toFile().exists()) {
      return Widgets.empty("The cases are written when the run has ended.", "");
    }
    RunCaseFilter filter = RunCaseFilter.of(ask.query(), mainMeasure(run));
    RunCaseFilter.Found found = filter.read(folder);
    String here = Fields.path("runs", run.id());
    return Html.all(
        filterForm(here, run, filter, found),
        Html.element("p.soft", Figures.count(found.matching(), "case")),
        caseTable(run, filter, found),
        pages(here, filter, found));
  }

  private static Html filterForm(
      String here, RunManifest run, RunCaseFilter filter, RunCaseFilter.Found found) {
    Map<String, String> measures = new TreeMap<>();
    run.measures().stream()
        .filter(measure -> measure.kind() != Measure.Kind.MEAN)
        .forEach(measure -> measures.put(measure.name(), measure.name()));
    Map<String, String> only = new TreeMap<>();
    only.put("", "all cases");
    only.put("wrong", "wrong ones");
    only.put("right", "right ones");
    only.put("failed", "without an answer");
    Map<String, String> tags = new TreeMap<>();
    tags.put("", "any");
    found.tags().forEach((tag, count) -> tags.put(tag, tag + " (" + count + ")"));
    return Tag.of("form.filter")
        .with("method", "get")
        .with("action", here)
        .with("role", "search")
        .with("aria-label", "Cases")
        .around(
            Widgets.select("only", "Show", only, filter.only()),
            measures.size() > 1
                ? Widgets.select("measure", "by", measures, filter.measure())
                : Html.EMPTY,
            Widgets.select("tag", "Tag", tags, filter.tag()),
            Html.element(
                "div",
                Tag.of("label").with("for", "text").around("Text"),
                Tag.of("input")
                    .with("id", "text")
                    .with("name", "text")
                    .with("type", "search")
                    .with("data-key", "/")
                    .with("value", filter.text())
                    .alone()),
            Html.element("button", "Filter"));
  }

  private static Html caseTable(RunManifest run, RunCaseFilter filter, RunCaseFilter.Found found) {
    if (found.cases().isEmpty()) return Widgets.empty("No case is like that.", "");
    Widgets.Table table =
        new Widgets.Table("Cases")
            .number("No.")
            .column("Input")
            .column("Expected")
            .column("Answer")
            .column(filter.measure().isEmpty() ? "Score" : filter.measure());
    for (RunCaseFilter.Numbered numbered : found.cases()) {
      RunCase one = numbered.value();
      String number = Long.toString(numbered.number());
      table.row(
          Widgets.link(Fields.path("runs", run.id(), "cases", number), number),
          Html.text(Figures.brief(one.input(), 140)),
          Html.text(Figures.brief(expected(one), 140)),
          Html.text(Figures.brief(answer(one), 140)),
          score(one, filter.measure()));
    }
    return table.html();
  }

  static String expected(RunCase one) {
    JsonNode expected = one.expected();
    return expected.isNull() ? "" : LabelInput.text(expected);
  }

  static String answer(RunCase one) {
    return one.reply().answered() ? one.reply().text() : "no answer: " + one.reply().error();
  }

  static Html score(RunCase one, String measure) {
    var score = RunCaseFilter.score(one, measure);
    if (score.isEmpty()) return Html.text("–");
    double value = score.getAsDouble();
    if (value >= 1) return Widgets.badge("good", "right");
    return value <= 0
        ? Widgets.badge("bad", "wrong")
        : Widgets.badge("mid", Figures.decimal(value));
  }

  private static Html pages(String here, RunCaseFilter filter, RunCaseFilter.Found found) {
    return Widgets.pages(
        filter.page(),
        found.pages(),
        number -> Fields.address(here, filter.query(number)) + "#cases");
  }

  private Reply report(Ask ask) {
    Path file = folder(data, ask.step()).report();
    try {
      if (Files.exists(file) && Files.size(file) <= LARGEST_REPORT) {
        return Reply.report(Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new KedgeException(
        new Failure.NotFound("There is no report, or it is too large to show.", "no_report"));
  }

  private Reply one(Ask ask) {
    RunFolder folder = folder(data, ask.step());
    RunManifest run = folder.manifest();
    String number = ask.steps().get(1);
    RunCase one =
        number.matches("[1-9][0-9]{0,8}") ? find(folder, Long.parseLong(number)) : missing();
    String expected = expected(one);
    Optional<JsonNode> json = dev.kedge.eval.score.JsonText.parse(one.reply().text());
    String answer =
        one.expected().isContainer() && json.isPresent()
            ? LabelInput.text(json.get())
            : answer(one);
    Difference difference = Difference.of(expected, answer);
    List<Html> notes = new ArrayList<>();
    one.notes().forEach((measure, note) -> RunPages.fact(notes, measure, note));
    Html body =
        Html.all(
            Html.element(
                "p.trail",
                Widgets.link("/console/runs", "Runs"),
                Html.text(" / "),
                Widgets.link(Fields.path("runs", run.id()), run.id())),
            Widgets.heading("Case " + number, one.id()),
            Tag.of("div.given")
                .with("tabindex", 0)
                .with("role", "region")
                .with("aria-label", "Input")
                .around(one.input()),
            Html.element(
                "div.sides",
                side("Expected", expected.isEmpty() ? Html.text("–") : difference.first()),
                side("Answer", expected.isEmpty() ? Html.text(answer) : difference.second())),
            Html.element("h2", "Scores"),
            scores(run, one),
            notes.isEmpty() ? Html.EMPTY : Html.element("dl.facts", Html.all(notes)),
            reply(one));
    return frame.page(ask, new Page("Case " + number, body));
  }

  static Html side(String title, Html text) {
    return Html.element("section", Html.element("h3", title), Html.element("pre", text));
  }

  private static Html scores(RunManifest run, RunCase one) {
    Widgets.Table table = new Widgets.Table("Scores").column("Measure").column("Score");
    for (Measure measure : run.measures()) {
      Double value = one.metrics().get(measure.name());
      if (measure.kind() == Measure.Kind.MEAN && value != null) {
        table.row(measure.name(), String.format("%.4g", value) + " " + measure.unit());
      } else if (RunCaseFilter.score(one, measure.name()).isPresent()) {
        table.row(Html.text(measure.name()), score(one, measure.name()));
      }
    }
    return table.html();
  }

  private static Html reply(RunCase one) {
    List<Html> facts = new ArrayList<>();
    if (!one.tags().isEmpty()) fact(facts, "Tags", String.join(", ", one.tags()));
    if (!one.cluster().isEmpty()) fact(facts, "Belongs to", one.cluster());
    fact(facts, "Ended by", one.reply().finish());
    fact(
        facts,
        "Tokens",
        one.reply().promptTokens() + " in, " + one.reply().completionTokens() + " out");
    fact(facts, "Time", Figures.time(Duration.ofNanos((long) (one.reply().totalMs() * 1e6))));
    return Html.element("dl.facts", Html.all(facts));
  }

  private static RunCase find(RunFolder folder, long number) {
    try (RunCases cases = folder.cases()) {
      Optional<RunCase> next = cases.next();
      for (long i = 1; next.isPresent(); i++, next = cases.next()) {
        if (i == number) return next.get();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return missing();
  }

  private static RunCase missing() {
    throw new KedgeException(new Failure.NotFound("There is no such case.", "case_not_found"));
  }
}
