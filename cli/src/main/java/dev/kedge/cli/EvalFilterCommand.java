package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.filter.PublicFilter;
import dev.kedge.eval.run.RunManifest;
import dev.kedge.eval.run.RunPlan;
import dev.kedge.eval.run.Target;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kedge eval filter}. */
@Command(
    name = "filter",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Run a public data set, read as its publisher ships it, as a first filter of candidates.",
      "Prompts are zero-shot and our own: compare models with each other, not with leaderboards.",
      "gsm8k: test.jsonl. ifeval: input_data.jsonl. mmlu: SUBJECT_test.csv or a folder of these, by"
          + " likelihood of the letters (a GGUF file, or a server that echoes log-probabilities)."
          + " banking77: test.csv. clinc150: data_full.json. humaneval: HumanEval.jsonl.gz, only"
          + " with --sandbox."
    },
    footer = {
      "",
      "Example: kedge eval filter gsm8k test.jsonl --model model.gguf --data d",
      "         kedge eval filter humaneval HumanEval.jsonl.gz --model http://host:8000/v1 \\",
      "           --sandbox 'podman run -i --rm --network=none python:3 python -'"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EvalFilterCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private EvalRunOptions options;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "gsm8k, ifeval, mmlu, banking77, clinc150 or humaneval.")
  private String name;

  @Parameters(index = "1", paramLabel = "FILE", description = "The published file.")
  private Path file;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "0",
      description = "Tokens of an answer; without it what suits the data set.")
  private int maxTokens;

  @Option(
      names = "--sandbox",
      paramLabel = "COMMAND",
      description =
          "For humaneval: runs a Python program from its standard input where it can do no harm."
              + " Words are set apart by blanks.")
  private Optional<String> sandbox;

  @Option(
      names = "--sandbox-timeout",
      paramLabel = "TIME",
      converter = Durations.class,
      defaultValue = "10s",
      description = "Longest time of one program (${DEFAULT-VALUE}).")
  private Duration timeout;

  @Override
  public Integer call() throws IOException {
    if (maxTokens < 0) throw KedgeException.invalid("--max-tokens is 1 or more");
    List<String> command =
        sandbox.map(line -> Arrays.asList(line.strip().split("\\s+", -1))).orElse(List.of());
    PublicFilter filter =
        PublicFilter.open(
            PublicFilter.Kind.of(name),
            file,
            new PublicFilter.Options(maxTokens, options.attempt(), command, timeout));
    if (options.plain()) filter = filter.plain();
    try (Interruption _ = Interruption.ofThisThread();
        Target target = options.open(options.model(Optional.empty()))) {
      RunPlan plan =
          new RunPlan(
              filter.name(),
              options.limited(filter.source()),
              filter.asking(),
              filter.metrics(),
              options.concurrency(),
              Version.current());
      RunManifest run = options.run(plan, target);
      options.show(run, spec.commandLine().getOut());
      return 0;
    } catch (InterruptedException | ClosedByInterruptException e) {
      System.err.println(
          "kedge: interrupted; answers so far are kept, the same command goes on from there");
      return Interruption.CODE;
    }
  }
}
