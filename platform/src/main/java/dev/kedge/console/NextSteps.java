package dev.kedge.console;

import dev.kedge.config.Role;
import dev.kedge.eval.data.DatasetVersion;
import dev.kedge.eval.run.RunManifest;
import dev.kedge.gate.GateRecord;
import dev.kedge.label.ItemStatus;
import dev.kedge.label.LabelProject;
import dev.kedge.label.Progress;
import dev.kedge.report.Html;
import dev.kedge.report.Tag;
import dev.kedge.rollout.RolloutRecord;
import dev.kedge.usage.capture.CaptureFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What comes next on the way from captured calls to a signed decision, by what is there: nearest to
 * a decision first. What is done in the console is a link, the rest a command.
 */
final class NextSteps {
  private static final int MOST = 8;
  private static final int MOST_GATES = 200;
  private static final String CONFIG = " --config kedge.yaml";

  private final ConsoleParts parts;

  NextSteps(ConsoleParts parts) {
    this.parts = parts;
  }

  /**
   * One step.
   *
   * @param link where it is done, or empty
   * @param how what the link says, or the command
   */
  private record Step(String text, String link, String how) {}

  /** The steps for a visitor; nothing where there is none. */
  Html html(Visitor visitor) {
    List<Step> steps = new ArrayList<>();
    try {
      if (visitor.has(Role.APPROVER)) signatures(visitor, steps);
      if (visitor.has(Role.ADMIN)) rollouts(steps);
      labelling(visitor, steps);
      if (visitor.has(Role.APPROVER, Role.AUDITOR)) datasets(steps);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (steps.isEmpty()) return Html.EMPTY;
    List<Html> rows = steps.stream().limit(MOST).map(NextSteps::row).toList();
    return Html.all(
        Html.element("h2", "What comes next"), Tag.of("ul.next").around(Html.all(rows)));
  }

  private static Html row(Step step) {
    Html how =
        step.link.isEmpty()
            ? Html.element("pre", Html.element("code", step.how))
            : Tag.of("a.button").with("href", step.link).around(step.how);
    return Html.element("li", Html.element("span", step.text), how);
  }

  private void signatures(Visitor visitor, List<Step> steps) {
    for (GateRecord gate : parts.gates().latest(Optional.empty(), MOST_GATES)) {
      boolean signed =
          gate.signOffs().stream().anyMatch(one -> one.person().equals(visitor.name()));
      if (!gate.standing().open() || signed) continue;
      String candidate = gate.result().candidate().label();
      steps.add(
          new Step(
              candidate + " went through the gate of " + gate.result().task() + ".",
              Fields.path("gates", gate.result().id()),
              "Read and sign"));
    }
  }

  private void rollouts(List<Step> steps) {
    for (RolloutRecord rollout : parts.rollouts().latest(MOST_GATES)) {
      if (!rollout.progress().waitsForPeople()) continue;
      String candidate = rollout.spec().candidate();
      steps.add(
          new Step(
              candidate + " waits for the place of " + rollout.spec().model() + ".",
              Fields.path("rollouts", rollout.id()),
              "Read and decide"));
    }
  }

  private void labelling(Visitor visitor, List<Step> steps) {
    for (LabelProject project : parts.labelling().projects()) {
      Progress progress = parts.labelling().progress(project.name());
      String name = project.name();
      if (progress.toDecide() > 0 && visitor.has(Role.APPROVER)) {
        String what = Figures.count(progress.toDecide(), "answer");
        steps.add(
            new Step(
                name + ": people differ.",
                Fields.path("labelling", name, "decide"),
                "Decide " + what));
      }
      int open = progress.count(ItemStatus.OPEN);
      boolean works = visitor.has(Role.LABELLER, Role.APPROVER);
      if (open > 0 && works && !isDone(progress, visitor.person())) {
        String what = name + ": " + Figures.count(open, "item") + " without all answers.";
        steps.add(new Step(what, Fields.path("labelling", name, "label"), "Label"));
      }
    }
  }

  private static boolean isDone(Progress progress, String person) {
    return progress.people().stream()
        .anyMatch(
            one -> one.name().equals(person) && one.answered() + one.skipped() >= progress.total());
  }

  private void datasets(List<Step> steps) throws IOException {
    Map<String, DatasetVersion> latest = new LinkedHashMap<>();
    List<DatasetVersion> all = parts.datasets().list();
    all.forEach(version -> latest.put(version.name(), version));
    List<RunManifest> runs = RunPages.latest(parts.data());
    List<LabelProject> projects = parts.labelling().projects();
    for (LabelProject project : projects) exported(project, all, steps);
    for (DatasetVersion version : latest.values()) {
      String reference = version.reference();
      if (version.labelled() == 0) {
        if (projects.stream().anyMatch(one -> one.dataset().equals(reference))) continue;
        String command =
            "kedge label create " + version.name() + " --dataset " + reference + " --task TASK";
        steps.add(new Step(reference + " has no labels.", "", command + CONFIG));
      } else {
        judged(version, runs, steps);
      }
    }
    captured(latest, steps);
  }

  private void exported(LabelProject project, List<DatasetVersion> all, List<Step> steps) {
    Progress progress = parts.labelling().progress(project.name());
    boolean done = progress.total() > 0 && progress.finished() == progress.total();
    boolean known =
        all.stream()
            .anyMatch(one -> one.made().path("project").asString("").equals(project.name()));
    if (!done || known) return;
    steps.add(
        new Step(
            project.name() + ": every item has its label.",
            "",
            "kedge label export " + project.name() + CONFIG));
  }

  private void judged(DatasetVersion version, List<RunManifest> runs, List<Step> steps) {
    List<String> models =
        runs.stream()
            .filter(run -> run.dataset().sha256().equals(version.sha256()))
            .map(run -> run.model().digest())
            .distinct()
            .toList();
    boolean gated =
        parts.gates().latest(Optional.empty(), MOST_GATES).stream()
            .anyMatch(gate -> gate.result().dataset().sha256().equals(version.sha256()));
    String reference = version.reference();
    if (models.isEmpty()) {
      String command = "kedge eval run TASK --dataset " + reference + CONFIG;
      steps.add(new Step(reference + " is labelled; no model was asked yet.", "", command));
    } else if (!gated) {
      String command = "kedge gate NEW.gguf --against CURRENT.gguf --task TASK --dataset ";
      steps.add(
          new Step(
              reference + ": " + Figures.count(models.size(), "model") + " asked, none judged.",
              "",
              command + reference + CONFIG));
    }
  }

  private void captured(Map<String, DatasetVersion> datasets, List<Step> steps) throws IOException {
    Path folder = parts.data().resolve("captures");
    if (!Files.isDirectory(folder)) return;
    CaptureFolder captures = new CaptureFolder(folder);
    for (String task : captures.tasks()) {
      boolean used =
          datasets.values().stream()
              .flatMap(one -> Stream.of(one.name(), one.made().path("captured").asString("")))
              .anyMatch(task::equals);
      long kept = used ? 0 : captures.kept(task).exchanges();
      if (kept == 0) continue;
      String command = "kedge eval holdout build --captured --task " + task + CONFIG;
      steps.add(new Step(Figures.count(kept, "call") + " of " + task + " captured.", "", command));
    }
  }
}
