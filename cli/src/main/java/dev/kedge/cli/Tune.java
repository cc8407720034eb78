package dev.kedge.cli;

import picocli.CommandLine.Command;

/** Training on this machine. */
@Command(
    name = "tune",
    mixinStandardHelpOptions = true,
    description = "Train models on your own data, on this machine's CPU.",
    footer = {"", "Example: kedge tune full --data pairs.jsonl --out small.gguf --max-minutes 30"},
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {TuneFull.class})
final class Tune implements Runnable {
  @picocli.CommandLine.Spec private picocli.CommandLine.Model.CommandSpec spec = noSpec();

  @Override
  public void run() {
    throw new picocli.CommandLine.ParameterException(
        spec.commandLine(), "what should be tuned? Try: kedge tune full --help");
  }

  private static picocli.CommandLine.Model.CommandSpec noSpec() {
    return picocli.CommandLine.Model.CommandSpec.create();
  }
}
