package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.evidence.Envelope;
import dev.kedge.evidence.InstallationKey;
import dev.kedge.evidence.VerificationKey;
import dev.kedge.gate.EvidenceCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code kedge gate verify}. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Check an evidence bundle, offline: that it was signed by an installation and not changed,"
          + " that its parts belong together, and that the people who signed suffice.",
      "Exit code: 0 everything holds, 1 something does not; it is named."
    },
    footer = {
      "",
      "Example: kedge gate verify evidence.dsse.json --key installation.pub.pem --report"
          + " report.html"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GateVerifyCommand implements Callable<Integer> {
  private static final long LARGEST_BYTES = 64 << 20;

  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(paramLabel = "BUNDLE", description = "The file evidence.dsse.json.")
  private Path bundle;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "The public key of the installation that signed, from a source that you trust; without it"
              + " this installation's own.")
  private Optional<Path> key;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "The report; without it report.html beside the bundle, if it is there.")
  private Optional<Path> report;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (Files.size(bundle) > LARGEST_BYTES) {
      throw KedgeException.invalid(bundle + ": larger than 64 MiB, which no bundle is");
    }
    Envelope envelope = Envelope.parse(Files.readString(bundle), bundle.toString());
    EvidenceCheck check = EvidenceCheck.of(envelope, key(), reportDigest());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> result = Map.of("good", check.good(), "checks", check.checks());
      out.println(new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(result));
    } else {
      text(check, out);
    }
    out.flush();
    return check.good() ? 0 : 1;
  }

  private VerificationKey key() throws IOException {
    if (key.isPresent()) return VerificationKey.read(key.get());
    Path own = InstallationKey.publicFile(data.folder());
    if (Files.exists(own)) return VerificationKey.read(own);
    throw KedgeException.invalid(
        "no key at " + own + "; name the public key of the installation that signed with --key");
  }

  private Optional<String> reportDigest() throws IOException {
    Path beside = bundle.toAbsolutePath().resolveSibling("report.html");
    Path file = report.orElse(beside);
    if (report.isEmpty() && !Files.exists(beside)) return Optional.empty();
    return Optional.of(Sha256.of(Files.readAllBytes(file)));
  }

  private static void text(EvidenceCheck check, PrintWriter out) {
    for (EvidenceCheck.Check one : check.checks()) {
      String name = Printable.text(one.name());
      out.printf("%-5s  %-12s  ", one.good() ? "good" : "WRONG", name);
      out.println(Printable.text(one.message(), 300));
    }
    out.println(check.good() ? "The evidence holds." : "The evidence does NOT hold.");
  }
}
