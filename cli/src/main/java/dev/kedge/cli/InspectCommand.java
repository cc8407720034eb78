package dev.kedge.cli;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.config.EngineSection;
import dev.kedge.engine.MachineMemory;
import dev.kedge.engine.Model;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.SafetensorsFile;
import dev.kedge.engine.weights.WeightFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
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
    description = {
      "Show what a GGUF or safetensors file holds: format, metadata, tensors, sizes, and what a"
          + " model of a known family needs in memory.",
      "With --context or --sequences: whether so many sequences of so many tokens fit here at the"
          + " same time, and what helps where they do not. Exit code: 0 they fit, 1 they do not."
    },
    footer = {
      "",
      "Example: kedge models inspect model.gguf",
      "         kedge models inspect model.gguf --context 8192 --sequences 16"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class InspectCommand implements Callable<Integer> {
  private static final int MOST_SEQUENCES = 1 << 16;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "A GGUF or safetensors file.")
  private Path file;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Plan memory for this many tokens of prompt and answer; by default all.")
  private @Nullable Integer context;

  @Option(
      names = "--sequences",
      paramLabel = "N",
      description = "Plan memory for this many sequences at the same time; by default 16.")
  private @Nullable Integer sequences;

  @Option(
      names = "--kv-cache",
      paramLabel = "TYPE",
      defaultValue = "F16",
      description = "Plan with keys and values as f16, or as q8 in half the memory (f16).")
  private EngineSection.CacheType cacheType;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    MemoryListing.Wish wish =
        new MemoryListing.Wish(context, sequences, cacheType == EngineSection.CacheType.Q8);
    PrintWriter out = spec.commandLine().getOut();
    String name = file.getFileName().toString();
    boolean fits = true;
    try (WeightFile weights = WeightFile.open(file)) {
      Listing listing =
          switch (weights) {
            case GgufFile gguf -> {
              Optional<String> refused = refusal(gguf, wish);
              Optional<MemoryListing> memory =
                  refused.isPresent() ? Optional.empty() : Optional.of(memory(gguf, wish));
              fits = memory.map(MemoryListing::fits).orElse(true);
              yield new ModelListing(name, gguf, memory, refused);
            }
            case SafetensorsFile safetensors -> {
              if (wish.asked())
                throw wrong("memory is planned for GGUF files, which kedge import makes");
              yield new SafetensorsListing(name, safetensors);
            }
          };
      if (json) out.println(listing.json());
      else listing.print(out);
    } catch (FormatException e) {
      throw malformed(file, e);
    }
    out.flush();
    return fits ? 0 : 1;
  }

  /* Why Kedge does not run it; who asks about memory wants to run it. */
  private static Optional<String> refusal(GgufFile model, MemoryListing.Wish wish) {
    try {
      Model.check(model);
      return Optional.empty();
    } catch (FormatException e) {
      if (wish.asked()) throw e;
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private MemoryListing memory(GgufFile model, MemoryListing.Wish wish) {
    MemoryListing listing = MemoryListing.of(model, MachineMemory.now(), wish);
    check("--context", context, listing.longest(), ", which is the model's own");
    check("--sequences", sequences, MOST_SEQUENCES, "");
    return listing;
  }

  private void check(String option, @Nullable Integer value, int most, String why) {
    if (value != null && (value < 1 || value > most)) {
      throw wrong("%s is from 1 to %,d%s; not %,d".formatted(option, most, why, value));
    }
  }

  private CommandLine.ParameterException wrong(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }

  /** The error with the file's name in front. */
  static KedgeException malformed(Path file, FormatException e) {
    String message = file + ": " + Printable.text(String.valueOf(e.getMessage()), 1000);
    return new KedgeException(new Failure.Untrusted(message, "malformed_file"), e);
  }
}
