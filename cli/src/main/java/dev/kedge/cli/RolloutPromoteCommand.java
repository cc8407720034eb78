package dev.kedge.cli;

import dev.kedge.rollout.RolloutDesk;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kedge rollout promote}. */
@Command(
    name = "promote",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Let the candidate answer everything, whatever the figures say.",
    footer = {
      "",
      "Example: kedge rollout promote desk --config kedge.yaml --reason \"reviewed with sales\""
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RolloutPromoteCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RolloutActing acting;

  @Override
  public Integer call() throws IOException {
    return acting.act(spec.commandLine(), RolloutDesk.Action.PROMOTE);
  }
}
