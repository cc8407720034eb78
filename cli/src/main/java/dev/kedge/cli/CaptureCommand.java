package dev.kedge.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of commands about captured exchanges. */
@Command(
    name = "capture",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Look at the exchanges that were captured, take them out, delete them.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example: kedge capture export --task order-desk --out exchanges.jsonl"},
    subcommands = {
      CaptureListCommand.class,
      CaptureExportCommand.class,
      CaptureDeleteCommand.class
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CaptureCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "a command of 'capture' is missing");
  }
}
