package dev.kedge.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of commands about model files. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Look into model files.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example: kedge models inspect model.gguf"},
    subcommands = {InspectCommand.class})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ModelsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "a command of 'models' is missing");
  }
}
