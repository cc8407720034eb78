package dev.kedge.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kedge eval data}. */
@Command(
    name = "data",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "List, show, compare and export datasets.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example: kedge eval data list"},
    subcommands = {
      EvalDataListCommand.class,
      EvalDataShowCommand.class,
      EvalDataDiffCommand.class,
      EvalDataExportCommand.class
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EvalDataCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "a command of 'eval data' is missing");
  }
}
