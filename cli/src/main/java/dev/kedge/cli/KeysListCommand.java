package dev.kedge.cli;

import dev.kedge.access.Keys;
import dev.kedge.store.Store;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kedge keys list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "List all keys, revoked ones too. Secrets are not stored and never shown.",
    footer = {"", "Example: kedge keys list --store sqlite:kedge.db --json"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class KeysListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StoreOption store;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Store opened = store.open()) {
      KeyListing listing =
          new KeyListing(new Keys(opened, InstantSource.system(), new SecureRandom()).list());
      if (json) out.println(listing.json());
      else listing.print(out);
    }
    out.flush();
    return 0;
  }
}
