package dev.kedge.cli;

import dev.kedge.eval.score.JsonText;
import dev.kedge.label.ItemStatus;
import dev.kedge.label.LabelProject;
import dev.kedge.label.Labelling;
import dev.kedge.label.Progress;
import dev.kedge.store.Store;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code kedge label status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Say how far labelling is: of one project with its people, or of all.",
    footer = {"", "Example: kedge label status intents"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class LabelStatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LabelOption label;

  @Parameters(arity = "0..1", paramLabel = "PROJECT", description = "One project; default all.")
  private Optional<String> name;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Store store = label.openStore()) {
      Labelling labelling = label.labelling(store);
      List<LabelProject> projects =
          name.isPresent() ? List.of(labelling.project(name.get())) : labelling.projects();
      if (json) {
        ArrayNode list = JsonText.STRICT.createArrayNode();
        projects.forEach(project -> list.add(json(project, labelling.progress(project.name()))));
        out.println(JsonText.STRICT.writerWithDefaultPrettyPrinter().writeValueAsString(list));
      } else {
        table(labelling, projects).print(out);
        name.ifPresent(one -> people(labelling.progress(one)).print(out));
      }
    }
    out.flush();
    return 0;
  }

  private static TextTable table(Labelling labelling, List<LabelProject> projects) {
    TextTable table = new TextTable(3);
    List<String> head = new ArrayList<>(List.of("PROJECT", "LABEL", "DATASET", "ITEMS"));
    for (ItemStatus status : ItemStatus.values()) head.add(status.name());
    table.row(head);
    for (LabelProject project : projects) {
      Progress progress = labelling.progress(project.name());
      List<String> row =
          new ArrayList<>(
              List.of(
                  project.name(),
                  project.form().kind(),
                  project.dataset(),
                  String.valueOf(progress.total())));
      for (ItemStatus status : ItemStatus.values()) row.add(String.valueOf(progress.count(status)));
      table.row(row);
    }
    return table;
  }

  private static TextTable people(Progress progress) {
    TextTable table = new TextTable(1);
    table.row(List.of("PERSON", "ANSWERED", "SKIPPED", "DECIDED", "MEDIAN TIME"));
    for (Progress.Person person : progress.people()) {
      table.row(
          List.of(
              person.name(),
              String.valueOf(person.answered()),
              String.valueOf(person.skipped()),
              String.valueOf(person.decided()),
              person
                  .median()
                  .map(time -> String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3))
                  .orElse("-")));
    }
    return table;
  }

  private static ObjectNode json(LabelProject project, Progress progress) {
    ObjectNode node = JsonText.STRICT.createObjectNode();
    node.put("project", project.name()).put("label", project.form().kind());
    node.put("dataset", project.dataset()).put("people_per_item", project.perItem());
    node.put("items", progress.total()).put("finished", progress.finished());
    ObjectNode counts = node.putObject("by_status");
    for (ItemStatus status : ItemStatus.values()) {
      counts.put(status.name().toLowerCase(Locale.ROOT), progress.count(status));
    }
    ArrayNode people = node.putArray("people");
    for (Progress.Person person : progress.people()) {
      ObjectNode one = people.addObject().put("name", person.name());
      one.put("answered", person.answered()).put("skipped", person.skipped());
      one.put("decided", person.decided());
      person.median().ifPresent(time -> one.put("median_ms", time.toMillis()));
    }
    return node;
  }
}
