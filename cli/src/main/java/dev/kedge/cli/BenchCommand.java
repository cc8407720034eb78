package dev.kedge.cli;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.engine.GenerationFailedException;
import dev.kedge.engine.Model;
import dev.kedge.engine.SpeedTest;
import dev.kedge.engine.weights.FormatException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code kedge bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Measure how fast a model runs here: its prompts, its answers, and several answers at once,"
          + " each beside the share of what memory or processor allow.",
      "Like llama-bench: logits of a prompt's last token only, random tokens, median of the"
          + " repetitions with the lowest and the highest."
    },
    footer = {"", "Example: kedge bench model.gguf --threads 2 --batch 8,16"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A GGUF file.")
  private Path file;

  @Option(names = "--threads", description = "Compute threads (default: one per processor).")
  private @Nullable Integer threads;

  @Option(
      names = "--prompt",
      paramLabel = "N",
      defaultValue = "512",
      description = "Tokens of the prompt (${DEFAULT-VALUE}).")
  private int prompt;

  @Option(
      names = "--generate",
      paramLabel = "N",
      defaultValue = "64",
      description = "Tokens to generate (${DEFAULT-VALUE}).")
  private int generate;

  @Option(
      names = "--batch",
      paramLabel = "N",
      split = ",",
      defaultValue = "4,8,16",
      description = "Numbers of sequences at once (${DEFAULT-VALUE}).")
  private List<Integer> batches;

  @Option(
      names = "--depth",
      paramLabel = "N",
      description = "Also generate with so many tokens of context.")
  private Optional<Integer> depth;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "3",
      description = "Repetitions (${DEFAULT-VALUE}).")
  private int repeat;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    int wanted = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    check(wanted, 1, 1024, "--threads");
    check(generate, 1, 4096, "--generate");
    check(repeat, 1, 1000, "--repeat");
    check(prompt, 1, 1 << 17, "--prompt");
    for (int batch : batches) check(batch, 1, 256, "--batch");
    depth.ifPresent(tokens -> check(tokens, 1, 1 << 17, "--depth"));
    List<BenchFigure> figures = BenchFigure.all(prompt, generate, batches, depth);
    int sequences = figures.stream().mapToInt(BenchFigure::sequences).max().orElse(1);
    int context = Math.max(prompt, Math.max(depth.orElse(0), BenchFigure.SHORT) + generate) + 2;
    try (Model model = Model.load(file);
        SpeedTest test = test(model, wanted, sequences, context)) {
      test.notice().ifPresent(notice -> spec.commandLine().getErr().println("kedge: " + notice));
      BenchReport report = new BenchReport(model.info(), wanted, test.kernels());
      measure(test, report, figures);
      report.limits(test.limits());
      print(report);
      return 0;
    } catch (FormatException e) {
      throw InspectCommand.malformed(file, e);
    } catch (GenerationFailedException e) {
      throw new KedgeException(
          new Failure.Broken(
              "%s: the generation failed: %s".formatted(file, e.getMessage()),
              "generation_failed",
              false),
          e);
    }
  }

  private void check(int value, int least, int most, String option) {
    if (value < least || value > most) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), option + " must be from " + least + " to " + most);
    }
  }

  private SpeedTest test(Model model, int threads, int sequences, int context) {
    int most = model.info().contextLength();
    if (context > most) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "this model reads %d tokens at most, which --prompt, --generate and --depth must fit in"
              .formatted(most));
    }
    return new SpeedTest(model, threads, sequences, context);
  }

  /* The first round warms up: the compiler has not seen the kernels yet. */
  private void measure(SpeedTest test, BenchReport report, List<BenchFigure> figures)
      throws InterruptedException {
    try (ProgressBar bar = new ProgressBar("Measuring")) {
      int steps = (repeat + 1) * figures.size();
      int done = 0;
      for (int round = 0; round <= repeat; round++) {
        Map<BenchFigure, Double> found = new LinkedHashMap<>();
        double read = 0;
        for (BenchFigure figure : figures) {
          bar.update(done++, steps, (round == 0 ? "warm-up: " : "") + figure.label());
          if (figure.alone()) read = Math.max(read, test.readBytesPerSecond().orElse(0));
          found.put(figure, figure.measure(test));
          if (figure.alone()) read = Math.max(read, test.readBytesPerSecond().orElse(0));
        }
        if (round > 0) report.add(found, read);
      }
      bar.update(steps, steps, "");
    }
  }

  private void print(BenchReport report) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) out.println(JsonMapper.shared().writeValueAsString(report.json()));
    else report.print(out);
    out.flush();
  }
}
