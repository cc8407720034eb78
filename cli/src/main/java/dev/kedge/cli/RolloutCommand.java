package dev.kedge.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of commands about shadows and canaries. */
@Command(
    name = "rollout",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "See how candidates do in running traffic, decide by hand, replay calls.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Example: kedge rollout list --config kedge.yaml",
      "         kedge rollout rollback desk --config kedge.yaml --reason \"complaints of sales\""
    },
    subcommands = {
      RolloutListCommand.class,
      RolloutShowCommand.class,
      RolloutPromoteCommand.class,
      RolloutRollbackCommand.class,
      RolloutHoldCommand.class,
      RolloutResumeCommand.class,
      RolloutRestartCommand.class,
      RolloutReplayCommand.class,
      RolloutVerifyCommand.class
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RolloutCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "a command of 'rollout' is missing");
  }
}
