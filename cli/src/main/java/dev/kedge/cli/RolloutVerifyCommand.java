package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.evidence.InstallationKey;
import dev.kedge.evidence.VerificationKey;
import dev.kedge.rollout.RolloutDesk;
import dev.kedge.rollout.RolloutEvidence;
import dev.kedge.rollout.RolloutRecord;
import dev.kedge.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kedge rollout verify}. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Check the evidence of a rollout: that every decision was signed by an installation, follows"
          + " from its figures and the one before it, and that the store says the same.",
      "Given a folder of exported evidence instead of a rollout, it needs no store.",
      "Exit code: 0 everything holds, 1 something does not; it is named."
    },
    footer = {
      "",
      "Example: kedge rollout verify desk --config kedge.yaml --export",
      "         kedge rollout verify state/rollouts/desk-1a2b3c4d --key installation.pub.pem"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RolloutVerifyCommand implements Callable<Integer> {
  private static final long LARGEST_BYTES = 16 << 20;
  private static final int MOST_FILES = 10_000;

  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(
      paramLabel = "ROLLOUT",
      description = "Its id, its model, or a folder of exported evidence.")
  private String rollout;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "The public key of an installation that signed; may be repeated, as each gateway has its"
              + " own. Without it this installation's.")
  private List<Path> keys = List.of();

  @Option(names = "--export", description = "Also write the evidence to DATA/rollouts/ID.")
  private boolean export;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Path folder = Path.of(rollout);
    List<String> wrong = Files.isDirectory(folder) ? ofFiles(folder) : ofStore();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(RolloutListing.json(Map.of("good", wrong.isEmpty(), "wrong", wrong)));
    } else {
      wrong.forEach(what -> out.println("WRONG  " + Printable.text(what, 300)));
      out.println(wrong.isEmpty() ? "The evidence holds." : "The evidence does NOT hold.");
    }
    out.flush();
    return wrong.isEmpty() ? 0 : 1;
  }

  private List<String> ofStore() throws IOException {
    try (Store store = data.openStore()) {
      RolloutDesk desk = new RolloutDesk(store, data.folder(), InstantSource.system());
      RolloutRecord record =
          desk.find(rollout).orElseThrow(() -> RolloutDesk.missing(Printable.text(rollout)));
      if (export) desk.export(record);
      return RolloutEvidence.check(record, keys());
    }
  }

  private List<String> ofFiles(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(folder)) {
      files =
          found
              .filter(file -> file.toString().endsWith(".dsse.json"))
              .sorted()
              .limit(MOST_FILES)
              .toList();
    }
    if (files.isEmpty()) throw KedgeException.invalid("no evidence in " + folder);
    List<String> evidence = new ArrayList<>();
    for (Path file : files) {
      if (Files.size(file) > LARGEST_BYTES) {
        throw KedgeException.invalid(file + ": larger than 16 MiB, which no evidence is");
      }
      evidence.add(Files.readString(file));
    }
    return RolloutEvidence.check(evidence, keys());
  }

  private List<VerificationKey> keys() throws IOException {
    List<VerificationKey> given = new ArrayList<>();
    for (Path file : keys) given.add(VerificationKey.read(file));
    if (!given.isEmpty()) return given;
    Path own = InstallationKey.publicFile(data.folder());
    if (Files.exists(own)) return List.of(VerificationKey.read(own));
    throw KedgeException.invalid(
        "no key at " + own + "; name the public key of the installation that signed with --key");
  }
}
