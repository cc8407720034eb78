package dev.kedge.cli;

import dev.kedge.evidence.InstallationKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code kedge gate key}. */
@Command(
    name = "key",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Print the public key of this installation, for those who check its evidence.",
      "The key is made if there is none. The private half stays in the data folder, readable by"
          + " its owner only."
    },
    footer = {"", "Example: kedge gate key > installation.pub.pem"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GateKeyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Option(names = "--json", description = "Print JSON with the key's id.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    InstallationKey key = InstallationKey.open(data.folder());
    String pem = key.verification().pem();
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        json
            ? new JsonMapper().writeValueAsString(Map.of("id", key.id(), "pem", pem)) + "\n"
            : pem);
    out.flush();
    return 0;
  }
}
