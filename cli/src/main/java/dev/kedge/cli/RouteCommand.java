package dev.kedge.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group of commands about choosing between a small and a large model. */
@Command(
    name = "route",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Learn when the small model is good enough, and see why a call went where.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example: kedge route train scored.jsonl --quality-floor 0.95 --out route.json"},
    subcommands = {RouteTrainCommand.class, RouteExplainCommand.class})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RouteCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command of 'route' is missing");
  }
}
