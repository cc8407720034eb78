package dev.kedge.pilot;

import dev.kedge.base.KedgeException;
import dev.kedge.config.TaskFile;
import dev.kedge.cost.PriceBook;
import dev.kedge.eval.Dataset;
import dev.kedge.eval.Scorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Everything that a task folder holds, read and checked before any work is done.
 *
 * @param task the task file
 * @param folder it stands in
 * @param dataset the holdout, whose labels fulfil the schema
 * @param scorer judges its answers
 * @param prices the price book, which knows the task's machine and API model
 * @param schema text of the schema; empty if there is none
 * @param model the file to try
 * @param tasksModel whether that is the task's own model, whose digest is checked
 */
record PilotInputs(
    TaskFile task,
    Path folder,
    Dataset dataset,
    Scorer scorer,
    PriceBook prices,
    String schema,
    Path model,
    boolean tasksModel) {

  static PilotInputs read(PilotOptions options) throws IOException {
    TaskFile task = TaskFile.read(options.task());
    Path folder = TaskFile.folder(options.task());
    Dataset dataset = Dataset.read(existing(folder.resolve(task.holdout()), "holdout"));
    if (task.schema().isPresent()) existing(folder.resolve(task.schema().get()), "schema");
    Scorer scorer = Scorer.of(task, folder);
    scorer.checkLabels(dataset);
    PriceBook prices = PriceBook.of(task.cost(), folder);
    prices.api(task.cost().apiModel());
    prices.server(task.cost().server());
    String schema =
        task.schema().isEmpty() ? "" : Files.readString(folder.resolve(task.schema().get()));
    Path model = options.model().orElseGet(() -> folder.resolve(task.model().file()));
    return new PilotInputs(
        task,
        folder,
        dataset,
        scorer,
        prices,
        schema,
        existing(model, "model"),
        options.model().isEmpty());
  }

  private static Path existing(Path file, String what) {
    if (Files.isRegularFile(file)) return file;
    throw KedgeException.invalid(
        "no "
            + what
            + " at "
            + file
            + (what.equals("model") ? "; --model FILE names another" : ""));
  }
}
