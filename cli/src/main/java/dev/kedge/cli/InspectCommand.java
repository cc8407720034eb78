package dev.kedge.cli;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.SafetensorsFile;
import dev.kedge.engine.weights.WeightFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kedge models inspect}. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Show what a GGUF or safetensors file holds: format, metadata, tensors, sizes.",
    footer = {"", "Example: kedge models inspect model.gguf"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "A GGUF or safetensors file.")
  private Path file;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    String name = file.getFileName().toString();
    try (WeightFile weights = WeightFile.open(file)) {
      Listing listing =
          switch (weights) {
            case GgufFile gguf -> new ModelListing(name, gguf);
            case SafetensorsFile safetensors -> new SafetensorsListing(name, safetensors);
          };
      if (json) out.println(listing.json());
      else listing.print(out);
    } catch (FormatException e) {
      throw malformed(file, e);
    }
    out.flush();
    return 0;
  }

  /** The error with the file's name in front. */
  static KedgeException malformed(Path file, FormatException e) {
    String message = file + ": " + Printable.text(String.valueOf(e.getMessage()), 1000);
    return new KedgeException(new Failure.Untrusted(message, "malformed_file"), e);
  }
}
