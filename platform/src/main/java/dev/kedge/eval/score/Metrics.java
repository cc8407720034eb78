package dev.kedge.eval.score;

import com.networknt.schema.Schema;
import dev.kedge.base.KedgeException;
import dev.kedge.config.MetricSection;
import dev.kedge.config.TaskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Builds the metrics of a task. For one thread. */
public final class Metrics {
  private static final Duration SQL_TIME = Duration.ofSeconds(2);
  private static final int SQL_ROWS = 10_000;

  private final TaskFile task;
  private final Path folder;
  private final Judges judges;

  /** Opens the models that judge. */
  public interface Judges {
    /**
     * A metric that asks a model.
     *
     * @param human the file of answers that people judged
     */
    Metric judge(String name, String model, String rubric, Path human) throws IOException;

    /** For callers that know no models. */
    static Judges none() {
      return (name, _, _, _) -> {
        throw KedgeException.invalid("metric '" + name + "': no model can judge here");
      };
    }
  }

  private Metrics(TaskFile task, Path folder, Judges judges) {
    this.task = task;
    this.folder = folder;
    this.judges = judges;
  }

  /**
   * The metrics that the task names, headline first; without any, what its answers' format says,
   * length and latency.
   *
   * @param folder of the task, in which its files are looked for
   * @throws KedgeException if a metric lacks a file or two have one name
   */
  public static List<Metric> of(TaskFile task, Path folder, Judges judges) throws IOException {
    Metrics metrics = new Metrics(task, folder, judges);
    List<Metric> made = new ArrayList<>();
    if (task.metrics().isEmpty()) return metrics.byDefault();
    for (MetricSection section : task.metrics()) made.add(metrics.metric(section));
    Set<String> names = new HashSet<>();
    for (Metric metric : made) {
      for (Measure measure : metric.measures()) {
        if (names.add(measure.name())) continue;
        throw KedgeException.invalid(
            "two metrics measure '" + measure.name() + "'; give one of them a 'name'");
      }
    }
    return List.copyOf(made);
  }

  private List<Metric> byDefault() throws IOException {
    List<Metric> made = new ArrayList<>();
    boolean json = task.answer() == TaskFile.AnswerFormat.JSON;
    made.add(new ExactMetric("exact", json));
    if (json) made.add(new JsonMetric("json", schema(Optional.empty()), JsonOptions.EXACT));
    else made.add(new NormalisedMetric("normalised"));
    made.add(new LengthMetric("length"));
    made.add(new LatencyMetric("latency"));
    return made;
  }

  private Optional<Schema> schema(Optional<String> own) throws IOException {
    Optional<String> file = own.isPresent() ? own : task.schema();
    return file.isEmpty()
        ? Optional.empty()
        : Optional.of(JsonMetric.schema(folder.resolve(file.get())));
  }

  private Metric metric(MetricSection section) throws IOException {
    String name = section.name();
    return switch (section.type()) {
      case EXACT -> new ExactMetric(name, task.answer() == TaskFile.AnswerFormat.JSON);
      case NORMALISED -> new NormalisedMetric(name);
      case CLASSES -> new ClassMetric(name, section.classes());
      case JSON ->
          new JsonMetric(
              name,
              schema(section.schema()),
              new JsonOptions(
                  Set.copyOf(section.unordered()), section.tolerance(), section.dates()));
      case SQL ->
          SqlMetric.of(
              name,
              folder.resolve(section.setup().orElseThrow()),
              section.timeout().orElse(SQL_TIME),
              section.maxRows().orElse(SQL_ROWS));
      case SPANS -> new SpanMetric(name);
      case LENGTH -> new LengthMetric(name);
      case REGEX -> new RegexMetric(name, section.pattern().orElseThrow(), mode(section));
      case CITATIONS -> new CitationMetric(name);
      case INSTRUCTIONS -> new InstructionMetric(name);
      case NUMBER -> new NumberMetric(name);
      case LATENCY -> new LatencyMetric(name);
      case COST ->
          new CostMetric(
              name, section.inputPrice().orElseThrow(), section.outputPrice().orElseThrow());
      case JUDGE ->
          judges.judge(
              name,
              section.model().orElseThrow(),
              section.rubric().orElseThrow(),
              folder.resolve(section.human().orElseThrow()));
    };
  }

  private static RegexMetric.Mode mode(MetricSection section) {
    String text = section.mode().orElse("find");
    for (RegexMetric.Mode mode : RegexMetric.Mode.values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(text.toLowerCase(Locale.ROOT))) return mode;
    }
    throw KedgeException.invalid(
        "metric '" + section.name() + "': mode is find, whole or absent, not '" + text + "'");
  }
}
