package dev.kedge.cli;

import dev.kedge.rollout.RolloutDesk;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kedge rollout restart}. */
@Command(
    name = "restart",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Begin a rollout that is over once more, from its first stage.",
    footer = {
      "",
      "Example: kedge rollout restart desk --config kedge.yaml --reason \"the server was too"
          + " small\""
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RolloutRestartCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RolloutActing acting;

  @Override
  public Integer call() throws IOException {
    return acting.act(spec.commandLine(), RolloutDesk.Action.RESTART);
  }
}
