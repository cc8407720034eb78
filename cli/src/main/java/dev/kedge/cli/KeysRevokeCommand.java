package dev.kedge.cli;

import dev.kedge.access.ApiKey;
import dev.kedge.access.Keys;
import dev.kedge.store.Store;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kedge keys revoke}. */
@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Refuse a key from now on, for good. Running servers see it within seconds.",
    footer = {"", "Example: kedge keys revoke kdg_abcdefghij"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class KeysRevokeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StoreOption store;

  @Parameters(paramLabel = "KEY", description = "The key's name: kdg_ and ten characters.")
  private String id;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Store opened = store.open()) {
      ApiKey revoked = new Keys(opened, InstantSource.system(), new SecureRandom()).revoke(id);
      if (json) out.println(new KeyListing(List.of(revoked)).json());
      else out.println(revoked.id() + " is revoked");
    }
    out.flush();
    return 0;
  }
}
