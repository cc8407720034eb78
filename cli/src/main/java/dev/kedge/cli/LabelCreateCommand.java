package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.JsonText;
import dev.kedge.label.Form;
import dev.kedge.label.LabelProject;
import dev.kedge.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kedge label create}. */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Begin to label a dataset. Say what a label is by one of --task, --class, --schema, --text,"
          + " --sql and --form.",
      "A form file is {\"type\": \"class\", \"classes\": [...]}, {\"type\": \"json\", \"schema\":"
          + " {...}}, {\"type\": \"text\", \"rubric\": \"...\"} or {\"type\": \"sql\", \"tables\":"
          + " \"...\"}."
    },
    footer = {
      "",
      "Example: kedge label create desk --dataset desk@1 --task my-task --guide guide.txt",
      "         kedge label create intents --dataset support@1 --class refund --class delivery"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class LabelCreateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LabelOption label;

  @Parameters(paramLabel = "PROJECT", description = "The project's name.")
  private String name;

  @Option(
      names = "--dataset",
      required = true,
      paramLabel = "DATASET",
      description = "Its examples: NAME@NUMBER, or NAME for the latest version.")
  private String dataset;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description =
          "As the task's answers are: JSON by its schema, one of the classes of its metrics, a"
              + " query for its tables, or text.")
  private Optional<Path> task;

  @Option(names = "--class", paramLabel = "NAME", description = "One of the classes; repeat it.")
  private List<String> classes = new ArrayList<>();

  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = "Labels are JSON values that fulfil this JSON Schema.")
  private Optional<Path> schema;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "Labels are texts; the file holds the rubric for those who label.")
  private Optional<Path> rubric;

  @Option(
      names = "--sql",
      paramLabel = "FILE",
      description = "Labels are queries in SQL; the file holds the tables' statements.")
  private Optional<Path> tables;

  @Option(names = "--form", paramLabel = "FILE", description = "The form as JSON.")
  private Optional<Path> form;

  @Option(
      names = "--guide",
      paramLabel = "FILE",
      description = "What people need to know to label alike; plain text.")
  private Optional<Path> guide;

  @Option(
      names = "--people",
      paramLabel = "N",
      defaultValue = "2",
      description = "How many people label each example on their own (${DEFAULT-VALUE}).")
  private int perItem;

  @Option(
      names = "--by",
      paramLabel = "PERSON",
      defaultValue = "${sys:user.name}",
      description = "Who begins it (${DEFAULT-VALUE}).")
  private String by;

  @Override
  public Integer call() throws IOException {
    Form made = form();
    try (Store store = label.openStore()) {
      LabelProject project =
          new LabelProject(
              name,
              made,
              guide.isPresent() ? Files.readString(guide.get()) : "",
              dataset,
              perItem,
              Instant.now().truncatedTo(ChronoUnit.MILLIS),
              by);
      label.datasets(store).create(project);
      spec.commandLine()
          .getOut()
          .println(
              name
                  + ": "
                  + label.labelling(store).progress(name).total()
                  + " items, "
                  + perItem
                  + " people each.\nNext: label in the console under Labelling, or by files: kedge"
                  + " label sheet "
                  + name
                  + " --as NAME"
                  + label.again());
      spec.commandLine().getOut().flush();
    }
    return 0;
  }

  private Form form() throws IOException {
    List<Form> forms = new ArrayList<>();
    if (!classes.isEmpty()) forms.add(new Form.Choice(classes));
    if (schema.isPresent()) forms.add(new Form.Structured(Files.readString(schema.get())));
    if (rubric.isPresent()) forms.add(new Form.Text(Files.readString(rubric.get())));
    if (tables.isPresent()) forms.add(new Form.Sql(Files.readString(tables.get())));
    if (task.isPresent()) forms.add(TaskForm.of(task.get()));
    if (form.isPresent()) {
      forms.add(
          Form.of(
              JsonText.parse(Files.readString(form.get()))
                  .orElseThrow(() -> KedgeException.invalid(form.get() + ": not JSON"))));
    }
    if (forms.size() == 1) return forms.getFirst();
    throw new CommandLine.ParameterException(
        spec.commandLine(), "give exactly one of --task, --class, --schema, --text, --sql, --form");
  }
}
