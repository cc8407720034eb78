package dev.kedge.console;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.eval.run.RunManifest;
import dev.kedge.gate.GateDesk;
import dev.kedge.gate.GateRecord;
import dev.kedge.report.Html;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Tasks: what was run for each, and what was decided. A task is known by its runs and gates. */
final class TaskPages {
  private static final int MOST = 200;

  private final GateDesk gates;
  private final Path data;
  private final Frame frame;

  TaskPages(GateDesk gates, Path data, Frame frame) {
    this.gates = gates;
    this.data = data;
    this.frame = frame;
  }

  void add(Routes routes) {
    frame.place("", "Tasks", "/console/tasks", "k", RunPages.READERS);
    routes.get("/console/tasks", this::list, RunPages.READERS);
    routes.get("/console/tasks/*", this::task, RunPages.READERS);
  }

  /** What is known of one task, newest first. */
  private record Known(List<RunManifest> runs, List<GateRecord> gates) {
    Known() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  private Map<String, Known> tasks() {
    Map<String, Known> tasks = new TreeMap<>();
    for (RunManifest run : RunPages.latest(data)) {
      tasks.computeIfAbsent(run.task(), _ -> new Known()).runs.add(run);
    }
    for (GateRecord gate : gates.latest(Optional.empty(), MOST)) {
      tasks.computeIfAbsent(gate.result().task(), _ -> new Known()).gates.add(gate);
    }
    return tasks;
  }

  private Reply list(Ask ask) {
    Widgets.Table table =
        new Widgets.Table("Tasks")
            .column("Task")
            .number("Runs")
            .column("Latest run")
            .number("Gates")
            .column("Latest gate")
            .column("Decision");
    tasks()
        .forEach((name, known) -> {
          Optional<GateRecord> gate = known.gates.stream().findFirst();
          table.row(
              Widgets.link(Fields.path("tasks", name), name),
              Html.text(Figures.whole(known.runs.size())),
              Html.text(known.runs.isEmpty() ? "–" : RunPages.headline(known.runs.getFirst())),
              Html.text(Figures.whole(known.gates.size())),
              gate.map(one -> GatePages.outcome(one.result().outcome())).orElse(Html.text("–")),
              gate.map(one -> GatePages.standing(one.standing())).orElse(Html.text("–")));
        });
    return frame.page(
        ask,
        new Page(
            "Tasks",
            Widgets.heading(
                "Tasks", "What models are asked to do here, and how far each is proven."),
            table.isEmpty()
                ? Widgets.empty("No task was run yet.", "kedge eval run --help")
                : table.html()));
  }

  private Reply task(Ask ask) {
    Known known = tasks().get(ask.step());
    if (known == null) {
      throw new KedgeException(
          new Failure.NotFound("Nothing is known of this task.", "task_not_found"));
    }
    return frame.page(
        ask,
        new Page(
            ask.step(),
            Html.element("p.trail", Widgets.link("/console/tasks", "Tasks")),
            Widgets.heading(ask.step(), ""),
            Html.element("h2", "Gates"),
            known.gates.isEmpty()
                ? Widgets.empty("No candidate went through the gate yet.", "")
                : GatePages.table(known.gates),
            Html.element("h2", "Runs"),
            known.runs.isEmpty() ? Widgets.empty("No run yet.", "") : RunPages.table(known.runs)));
  }
}
