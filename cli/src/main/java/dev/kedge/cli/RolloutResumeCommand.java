package dev.kedge.cli;

import dev.kedge.rollout.RolloutDesk;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kedge rollout resume}. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Go on after a hold.",
    footer = {
      "",
      "Example: kedge rollout resume desk --config kedge.yaml --reason \"holidays are over\""
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RolloutResumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RolloutActing acting;

  @Override
  public Integer call() throws IOException {
    return acting.act(spec.commandLine(), RolloutDesk.Action.RESUME);
  }
}
