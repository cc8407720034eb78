package dev.kedge.cli;

import dev.kedge.config.MetricSection;
import dev.kedge.config.TaskFile;
import dev.kedge.label.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a label of a task looks like: as an answer that would be right. */
final class TaskForm {
  private TaskForm() {}

  /** The form that follows from a task file. */
  static Form of(Path task) throws IOException {
    TaskFile file = TaskFile.read(task);
    Path folder = TaskFile.folder(task);
    Optional<MetricSection> classes = metric(file, MetricSection.Type.CLASSES);
    if (classes.isPresent()) return new Form.Choice(classes.get().classes());
    Optional<MetricSection> sql = metric(file, MetricSection.Type.SQL);
    if (sql.isPresent()) {
      Optional<Path> setup = sql.get().setup().map(folder::resolve);
      return new Form.Sql(setup.isPresent() ? Files.readString(setup.get()) : "");
    }
    return switch (file.answer()) {
      case JSON ->
          new Form.Structured(
              file.schema().isPresent()
                  ? Files.readString(folder.resolve(file.schema().get()))
                  : "");
      case TEXT -> new Form.Text(file.description());
    };
  }

  private static Optional<MetricSection> metric(TaskFile file, MetricSection.Type type) {
    return file.metrics().stream().filter(one -> one.type() == type).findFirst();
  }
}
