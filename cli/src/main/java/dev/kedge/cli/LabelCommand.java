package dev.kedge.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kedge label}. */
@Command(
    name = "label",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Label datasets: two people blind, then decisions, then a new version.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example: kedge label create returns --dataset order-desk --form form.json"},
    subcommands = {
      LabelCreateCommand.class,
      LabelStatusCommand.class,
      LabelSheetCommand.class,
      LabelImportCommand.class,
      LabelExportCommand.class,
      LabelAgreementCommand.class,
      LabelHistoryCommand.class
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class LabelCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command of 'label' is missing");
  }
}
