package dev.kedge.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kedge eval holdout}. */
@Command(
    name = "holdout",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Build private holdouts from real inputs.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Example: kedge eval holdout build --from calls.jsonl --size 250 --name order-desk"
    },
    subcommands = {EvalHoldoutBuildCommand.class, EvalHoldoutMaskCommand.class})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EvalHoldoutCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "a command of 'eval holdout' is missing");
  }
}
