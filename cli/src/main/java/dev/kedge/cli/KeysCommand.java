package dev.kedge.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of commands about keys of callers. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description =
        "Make, list, rotate and revoke the keys of callers. Running servers see a change within a"
            + " few seconds.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example: kedge keys create --name order-desk --tenant sales --expires-in 90d"},
    subcommands = {
      KeysCreateCommand.class,
      KeysListCommand.class,
      KeysRevokeCommand.class,
      KeysRotateCommand.class
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class KeysCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command of 'keys' is missing");
  }
}
