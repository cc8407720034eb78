package dev.kedge.cli;

import dev.kedge.rollout.RolloutDesk;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kedge rollout hold}. */
@Command(
    name = "hold",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Take no further step; a loss is still rolled back.",
    footer = {
      "",
      "Example: kedge rollout hold desk --config kedge.yaml --reason \"no changes before the"
          + " holidays\""
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RolloutHoldCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RolloutActing acting;

  @Override
  public Integer call() throws IOException {
    return acting.act(spec.commandLine(), RolloutDesk.Action.HOLD);
  }
}
