package dev.kedge.console;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.config.GateSection;
import dev.kedge.config.TaskFile;
import dev.kedge.eval.run.RunManifest;
import dev.kedge.gate.GateRecord;
import dev.kedge.report.Html;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tasks: what is asked of models, what was run, and what was decided. Known are the folders that
 * the configuration names, and every task that has a run or a gate.
 */
final class TaskPages {
  private static final int MOST = 200;

  private final ConsoleParts parts;
  private final Frame frame;

  TaskPages(ConsoleParts parts, Frame frame) {
    this.parts = parts;
    this.frame = frame;
  }

  void add(Routes routes) {
    frame.place("", "Tasks", "/console/tasks", "k", RunPages.READERS);
    routes.get("/console/tasks", this::list, RunPages.READERS);
    routes.get("/console/tasks/*", this::task, RunPages.READERS);
  }

  /** What is known of one task, newest first. */
  private static final class Known {
    private final List<RunManifest> runs = new ArrayList<>();
    private final List<GateRecord> gates = new ArrayList<>();
    private Optional<TaskFile> file = Optional.empty();
    private String place = "";
  }

  /* Folders that cannot be read are told with the reason. */
  private Map<String, Known> tasks(List<String> problems) {
    Map<String, Known> tasks = new TreeMap<>();
    for (String folder : parts.section().tasks()) {
      try {
        TaskFile file = TaskFile.read(Path.of(folder));
        Known known = tasks.computeIfAbsent(file.name(), _ -> new Known());
        known.file = Optional.of(file);
        known.place = folder;
      } catch (KedgeException e) {
        problems.add(e.failure().message());
      } catch (IOException e) {
        problems.add(folder + ": cannot be read: " + e.getMessage());
      }
    }
    for (RunManifest run : RunPages.latest(parts.data())) {
      tasks.computeIfAbsent(run.task(), _ -> new Known()).runs.add(run);
    }
    for (GateRecord gate : parts.gates().latest(Optional.empty(), MOST)) {
      tasks.computeIfAbsent(gate.result().task(), _ -> new Known()).gates.add(gate);
    }
    return tasks;
  }

  private Reply list(Ask ask) {
    Widgets.Table table =
        new Widgets.Table("Tasks")
            .column("Task")
            .column("What it is")
            .column("Latest run")
            .column("Latest gate")
            .column("Decision");
    List<String> problems = new ArrayList<>();
    tasks(problems)
        .forEach((name, known) -> {
          Optional<GateRecord> gate = known.gates.stream().findFirst();
          table.row(
              Widgets.link(Fields.path("tasks", name), name),
              Html.text(known.file.map(TaskFile::description).orElse("–")),
              known.runs.isEmpty()
                  ? Html.text("–")
                  : Widgets.named(
                      Fields.path("runs", known.runs.getFirst().id()),
                      RunPages.headline(known.runs.getFirst()),
                      "by " + known.runs.getFirst().model().label()),
              gate.map(one -> GatePages.outcome(one.result().outcome())).orElse(Html.text("–")),
              gate.map(one -> GatePages.standing(one.standing())).orElse(Html.text("–")));
        });
    return frame.page(
        ask,
        new Page(
            "Tasks",
            Widgets.heading(
                "Tasks", "What models are asked to do here, and how far each is proven."),
            Widgets.problem(String.join(" ", problems)),
            table.isEmpty()
                ? Widgets.empty(
                    "No task is known yet. Name task folders in kedge.yaml, or run one:",
                    "console: {tasks: [my-task]}\nkedge eval run my-task --config kedge.yaml")
                : table.html()));
  }

  private Reply task(Ask ask) {
    Known known = tasks(new ArrayList<>()).get(ask.step());
    if (known == null) {
      throw new KedgeException(
          new Failure.NotFound("Nothing is known of this task.", "task_not_found"));
    }
    String next = known.place.isEmpty() ? "TASK" : known.place;
    return frame.page(
        ask,
        new Page(
            ask.step(),
            Html.element("p.trail", Widgets.link("/console/tasks", "Tasks")),
            Widgets.heading(ask.step(), known.file.map(TaskFile::description).orElse("")),
            known.file.map(file -> facts(file, known.place)).orElse(Html.EMPTY),
            Html.element("h2", "Gates"),
            known.gates.isEmpty()
                ? Widgets.empty(
                    "No candidate went through the gate yet.",
                    "kedge gate NEW.gguf --task " + next + " --dataset NAME --config kedge.yaml")
                : GatePages.table(known.gates),
            Html.element("h2", "Runs"),
            known.runs.isEmpty()
                ? Widgets.empty(
                    "No run yet.", "kedge eval run " + next + " --dataset NAME --config kedge.yaml")
                : RunPages.table(known.runs)));
  }

  private static Html facts(TaskFile file, String place) {
    List<Html> facts = new ArrayList<>();
    RunPages.fact(facts, "Folder", place);
    RunPages.fact(facts, "Model in use", file.model().file());
    RunPages.fact(facts, "its digest", file.model().sha256());
    String schema = file.schema().map(name -> ", by the schema " + name).orElse("");
    String answers = file.answer() == TaskFile.AnswerFormat.JSON ? "JSON" : "text";
    RunPages.fact(facts, "Answers", answers + schema);
    RunPages.fact(
        facts,
        "Good enough",
        "%s exactly right, %s valid by the schema"
            .formatted(
                Figures.percent(file.targets().exactMatch()),
                Figures.percent(file.targets().validJson())));
    RunPages.fact(facts, "A new version", file.gate().map(TaskPages::rules).orElse("has no gate"));
    return Html.element("dl.facts", Html.all(facts));
  }

  private static String rules(GateSection gate) {
    List<String> rules = new ArrayList<>();
    gate.metrics()
        .forEach(
            rule -> rules.add(rule.measure() + " not worse by " + Figures.decimal(rule.margin())));
    gate.slices().forEach(rule -> rules.add("no loss on " + rule.tag()));
    gate.shares()
        .forEach(
            rule -> rules.add(rule.measure() + " at least " + Figures.percent(rule.atLeast())));
    rules.add(gate.fourEyes() ? "two people sign" : "one person signs");
    return String.join(" · ", rules);
  }
}
