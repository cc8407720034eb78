package dev.kedge.cli;

import dev.kedge.access.Keys;
import dev.kedge.store.Store;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kedge keys rotate}. */
@Command(
    name = "rotate",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description =
        "Give a key a new secret, which is printed once. The present one stays valid for a while,"
            + " so that callers can change over.",
    footer = {"", "Example: kedge keys rotate kdg_abcdefghij --overlap 24h"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class KeysRotateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StoreOption store;

  @Parameters(paramLabel = "KEY", description = "The key's name: kdg_ and ten characters.")
  private String id;

  @Option(
      names = "--overlap",
      paramLabel = "TIME",
      converter = Durations.class,
      defaultValue = "24h",
      description = "How long the present secret stays valid (${DEFAULT-VALUE}); 0 ends it now.")
  private Duration overlap;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() {
    try (Store opened = store.open()) {
      Keys keys = new Keys(opened, InstantSource.system(), new SecureRandom());
      KeysCreateCommand.print(spec.commandLine().getOut(), keys.rotate(id, overlap), json);
    }
    return 0;
  }
}
