package dev.kedge.config;

import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A task folder's {@code task.yaml}. Paths in it are relative to the folder.
 *
 * @param name short, used in file names and reports: letters, digits, '-', '_', '.'
 * @param description one or two sentences for the report
 * @param model the model under trial
 * @param system system message for every request; empty for none
 * @param holdout the labelled cases, JSON lines
 * @param schema JSON Schema that answers must fulfil
 * @param answer how answers are compared
 * @param metrics what kedge eval run measures, the headline first; without any, what {@code answer}
 *     says, length and latency
 * @param generation limits of an answer
 * @param targets what counts as good enough
 * @param load the load to expect
 * @param cost inputs of the cost comparison
 * @param gate rules for new versions of the model
 */
public record TaskFile(
    String name,
    String description,
    ModelFile model,
    String system,
    String holdout,
    Optional<String> schema,
    AnswerFormat answer,
    List<MetricSection> metrics,
    GenerationLimits generation,
    Targets targets,
    LoadPlan load,
    CostPlan cost,
    Optional<GateSection> gate) {
  public TaskFile {
    name = Check.required(name, "name");
    if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "name may have letters, digits, '.', '_' and '-' only, not '" + name + "'");
    }
    description = Check.or(description, "");
    model = Check.required(model, "model");
    system = Check.or(system, "");
    holdout = Check.required(holdout, "holdout");
    schema = Check.or(schema, Optional.empty());
    answer = Check.or(answer, AnswerFormat.TEXT);
    metrics = List.copyOf(Check.or(metrics, List.of()));
    generation = Check.or(generation, GenerationLimits.DEFAULT);
    targets = Check.or(targets, Targets.DEFAULT);
    load = Check.or(load, LoadPlan.DEFAULT);
    cost = Check.or(cost, CostPlan.defaults());
    gate = Check.or(gate, Optional.empty());
  }

  /** Reads {@code task.yaml} of a folder, or the file itself. */
  public static TaskFile read(Path folderOrFile) throws IOException {
    Path file = file(folderOrFile);
    if (!Files.exists(file)) {
      throw KedgeException.invalid(
          "no task at "
              + file
              + "; a task folder holds a task.yaml, see examples/order-desk/task.yaml");
    }
    return ConfigFile.read(file, TaskFile.class);
  }

  /** The task file of a folder, or the file itself. */
  public static Path file(Path folderOrFile) {
    return Files.isDirectory(folderOrFile) ? folderOrFile.resolve("task.yaml") : folderOrFile;
  }

  /** The folder that paths in the task file are relative to. */
  public static Path folder(Path folderOrFile) {
    // A file's absolute path always has a parent.
    return Objects.requireNonNull(file(folderOrFile).toAbsolutePath().getParent());
  }

  /**
   * The model under trial.
   *
   * @param file a GGUF file
   * @param sha256 its digest in hexadecimal; the pilot refuses any other content
   */
  public record ModelFile(String file, String sha256) {
    public ModelFile {
      file = Check.required(file, "model.file");
      sha256 = Check.required(sha256, "model.sha256");
      if (!sha256.matches("[0-9a-f]{64}")) {
        throw new IllegalArgumentException("sha256 must be 64 hexadecimal digits in lower case");
      }
    }
  }

  /** How two answers are compared. */
  public enum AnswerFormat {
    /** As JSON values: key order and number spelling do not matter, everything else does. */
    JSON,
    /** As text, after white space at both ends is removed. */
    TEXT
  }

  /**
   * Limits of an answer.
   *
   * @param maxTokens at most this many tokens; default 256
   * @param temperature default 0
   */
  public record GenerationLimits(Integer maxTokens, Double temperature) {
    static final GenerationLimits DEFAULT = new GenerationLimits(256, 0.0);

    public GenerationLimits {
      maxTokens = Check.or(maxTokens, 256);
      if (maxTokens < 1)
        throw new IllegalArgumentException("max_tokens must be 1 or more, not " + maxTokens);
      temperature = Check.range(temperature, 0, 0, 2, "temperature");
    }
  }

  /**
   * What counts as good enough; shares from 0 to 1, times in milliseconds.
   *
   * @param exactMatch least share of exactly right answers; default 0.85
   * @param validJson least share of answers that fulfil the schema; default 0.99
   * @param latencyP90Ms 90 % of answers complete within; default 2000
   * @param firstTokenP90Ms 90 % of first tokens within; default 1000
   */
  public record Targets(
      Double exactMatch, Double validJson, Double latencyP90Ms, Double firstTokenP90Ms) {
    static final Targets DEFAULT = new Targets(0.85, 0.99, 2000.0, 1000.0);

    public Targets {
      exactMatch = Check.range(exactMatch, 0.85, 0, 1, "exact_match");
      validJson = Check.range(validJson, 0.99, 0, 1, "valid_json");
      latencyP90Ms = Check.range(latencyP90Ms, 2000, 1, 1e7, "latency_p90_ms");
      firstTokenP90Ms = Check.range(firstTokenP90Ms, 1000, 1, 1e7, "first_token_p90_ms");
    }
  }

  /**
   * The load test.
   *
   * @param rate requests per second; default 2
   * @param seconds how long requests arrive; default 20
   * @param arrivals how they arrive; default Poisson
   * @param maxTokens per answer; default that of the task
   * @param seed of the arrivals; default 1
   */
  public record LoadPlan(
      Double rate, Double seconds, Arrivals arrivals, Optional<Integer> maxTokens, Long seed) {
    static final LoadPlan DEFAULT = new LoadPlan(2.0, 20.0, Arrivals.POISSON, Optional.empty(), 1L);

    public LoadPlan {
      rate = Check.range(rate, 2, 0.001, 10_000, "rate");
      seconds = Check.range(seconds, 20, 1, 86_400, "seconds");
      arrivals = Check.or(arrivals, Arrivals.POISSON);
      maxTokens = Check.or(maxTokens, Optional.empty());
      seed = Check.or(seed, 1L);
    }
  }

  /** How requests arrive. */
  public enum Arrivals {
    CONSTANT,
    POISSON
  }
}
