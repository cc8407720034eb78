package dev.kedge.cli;

import dev.kedge.rollout.RolloutDesk;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kedge rollout rollback}. */
@Command(
    name = "rollback",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Let the current model answer everything.",
    footer = {
      "",
      "Example: kedge rollout rollback desk --config kedge.yaml --reason \"complaints of sales\""
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RolloutRollbackCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RolloutActing acting;

  @Override
  public Integer call() throws IOException {
    return acting.act(spec.commandLine(), RolloutDesk.Action.ROLLBACK);
  }
}
