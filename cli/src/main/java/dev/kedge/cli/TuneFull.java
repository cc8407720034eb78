package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.engine.train.FullTraining;
import dev.kedge.engine.train.FullTraining.Outcome;
import dev.kedge.engine.train.TrainingExample;
import dev.kedge.engine.train.TrainingListener.Validation;
import dev.kedge.engine.train.TrainingOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code kedge tune full}. */
@Command(
    name = "full",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = {
      "Train a small language model from scratch on pairs of question and answer.",
      "Writes OUT (GGUF), OUT.build.json (what it was made from) and OUT.train.jsonl (the course)."
    },
    footer = {
      "",
      "Example: kedge tune full --data pairs.jsonl --out small.gguf --max-minutes 30",
      "A line of the data: {\"messages\":[{\"role\":\"user\",\"content\":\"…\"},"
          + "{\"role\":\"assistant\",\"content\":\"…\"}]}",
      "Same data, options and --steps give the same bytes, on any number of threads."
    })
final class TuneFull implements Callable<Integer> {
  @Option(names = "--data", required = true, description = "JSON Lines of chats to learn from")
  private Path data = Path.of("");

  @Option(names = "--validation", description = "JSON Lines to validate with, instead of a share")
  private @Nullable Path validation;

  @Option(names = "--validation-share", defaultValue = "0.01", description = "share held out")
  private double validationShare;

  @Option(names = "--out", required = true, description = "the model file to write")
  private Path out = Path.of("");

  @Option(names = "--name", description = "name of the model (default: that of the file)")
  private @Nullable String name;

  @Option(names = "--dim", defaultValue = "256", description = "length of a token's vector")
  private int dim;

  @Option(names = "--layers", defaultValue = "6")
  private int layers;

  @Option(names = "--heads", defaultValue = "8")
  private int heads;

  @Option(names = "--kv-heads", defaultValue = "4")
  private int kvHeads;

  @Option(names = "--ffn", defaultValue = "0", description = "inner length; 0: 8/3 of dim")
  private int ffn;

  @Option(names = "--vocabulary", defaultValue = "2048", description = "tokens to learn")
  private int vocabulary;

  @Option(names = "--context", defaultValue = "512", description = "longest chat in tokens")
  private int context;

  @Option(names = "--batch-tokens", defaultValue = "8192", description = "tokens of a step")
  private int batchTokens;

  @Option(names = "--learning-rate", defaultValue = "0.001")
  private float learningRate;

  @Option(names = "--warmup", defaultValue = "100", description = "steps of rising rate")
  private int warmup;

  @Option(names = "--steps", defaultValue = "0", description = "steps; 0: see the next two")
  private int steps;

  @Option(names = "--epochs", defaultValue = "0", description = "passes over the data")
  private double epochs;

  @Option(names = "--max-minutes", defaultValue = "0", description = "time to train, instead")
  private double maxMinutes;

  @Option(names = "--weight-decay", defaultValue = "0.1")
  private float weightDecay;

  @Option(names = "--beta1", defaultValue = "0.9")
  private float beta1;

  @Option(names = "--beta2", defaultValue = "0.95")
  private float beta2;

  @Option(names = "--clip", defaultValue = "1", description = "highest norm of a gradient")
  private float clip;

  @Option(names = "--seed", defaultValue = "1")
  private long seed;

  @Option(names = "--threads", defaultValue = "0", description = "0: one per core")
  private int threads;

  @Option(names = "--checkpoint", description = "state file (default: OUT.checkpoint)")
  private @Nullable Path checkpoint;

  @Option(names = "--checkpoint-every", defaultValue = "0", description = "steps; 0: at Ctrl-C")
  private int checkpointEvery;

  @Option(names = "--eval-every", defaultValue = "0", description = "steps; 0: twenty times")
  private int evalEvery;

  @Option(names = "--patience", defaultValue = "0", description = "validations without progress")
  private int patience;

  @Option(names = "--resume", description = "go on from the checkpoint if there is one")
  private boolean resume;

  @Option(names = "--json", description = "print the result as JSON")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Path log = beside(".train.jsonl");
    Files.createDirectories(log.toAbsolutePath().getParent());
    StandardOpenOption mode =
        resume ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
    Interrupt interrupt = new Interrupt();
    try (Writer writer =
            Files.newBufferedWriter(
                log, StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode);
        ProgressBar bar = new ProgressBar("training");
        interrupt) {
      TrainingOptions options = options();
      Outcome outcome = train(options, interrupt, new TrainingLog(bar, writer));
      Map<String, Object> result = result(options, outcome);
      if (!outcome.stopped()) Files.writeString(beside(".build.json"), text(result));
      bar.done(
          outcome.stopped()
              ? "stopped at step %d; --resume goes on".formatted(outcome.steps())
              : "%d steps, written to %s".formatted(outcome.steps(), out));
      if (json) System.out.println(text(result));
      else if (outcome.validation().isPresent()) print(outcome.validation().get());
      return outcome.stopped() ? 3 : 0;
    }
  }

  private Outcome train(TrainingOptions options, Interrupt interrupt, TrainingLog log)
      throws IOException {
    Iterable<TrainingExample> held = validation == null ? List.of() : new TrainingPairs(validation);
    Path state = checkpoint == null ? beside(".checkpoint") : checkpoint;
    FullTraining.Setup setup =
        new FullTraining.Setup(
            out,
            modelName(),
            Optional.of(state),
            resume,
            threads > 0 ? threads : Runtime.getRuntime().availableProcessors(),
            InstantSource.system(),
            interrupt::asked,
            log);
    try {
      return FullTraining.run(new TrainingPairs(data), held, options, setup);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw KedgeException.invalid(String.valueOf(e.getMessage()));
    }
  }

  private TrainingOptions options() {
    int inner = ffn > 0 ? ffn : (dim * 8 / 3 + 31) / 32 * 32;
    double passes = steps == 0 && epochs == 0 && maxMinutes == 0 ? 1 : epochs;
    double share = validation == null ? validationShare : 0;
    try {
      return new TrainingOptions(
          dim,
          layers,
          heads,
          kvHeads,
          inner,
          vocabulary,
          context,
          batchTokens,
          learningRate,
          warmup,
          steps,
          passes,
          maxMinutes,
          weightDecay,
          beta1,
          beta2,
          clip,
          seed,
          share,
          evalEvery,
          patience,
          checkpointEvery);
    } catch (IllegalArgumentException e) {
      throw KedgeException.invalid(String.valueOf(e.getMessage()));
    }
  }

  private Map<String, Object> result(TrainingOptions options, Outcome outcome) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("kedge", Version.current());
    result.put("output", out.getFileName().toString());
    outcome
        .file()
        .ifPresent(file -> {
          result.put("output_sha256", file.sha256());
          result.put("output_bytes", file.bytes());
        });
    result.put("name", modelName());
    result.put("data_sha256", outcome.dataDigest());
    result.put("options", options);
    result.put("parameters", outcome.parameters());
    result.put("vocabulary", outcome.vocabulary());
    result.put("steps_done", outcome.steps());
    result.put("reproduce_with_steps", outcome.scheduledSteps());
    result.put("stopped", outcome.stopped());
    result.put("training_loss", outcome.loss());
    outcome
        .validation()
        .ifPresent(measured -> {
          result.put("validation_loss", measured.loss());
          result.put("validation_token_accuracy", measured.tokenAccuracy());
          result.put("validation_exact_answers", measured.exactAnswers());
          result.put("weights_of_step", measured.step());
        });
    return result;
  }

  private static void print(Validation validation) {
    System.out.printf(
        "validation: loss %.4f, %.2f %% of tokens, %.2f %% of answers exactly right%n",
        validation.loss(), 100 * validation.tokenAccuracy(), 100 * validation.exactAnswers());
  }

  private static String text(Map<String, Object> result) {
    JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    return mapper.writeValueAsString(result) + "\n";
  }

  private String modelName() {
    return name == null ? out.getFileName().toString().replaceFirst("\\.gguf$", "") : name;
  }

  private Path beside(String ending) {
    return Path.of(out + ending);
  }

  /** Ctrl-C: asks the training to stop and holds the process until its checkpoint is written. */
  private static final class Interrupt implements AutoCloseable {
    private final AtomicBoolean asked = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    Interrupt() {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::stop));
    }

    boolean asked() {
      return asked.get();
    }

    private void stop() {
      asked.set(true);
      try {
        if (!ended.await(60, TimeUnit.SECONDS)) System.err.println("no checkpoint was written");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      ended.countDown();
    }
  }
}
