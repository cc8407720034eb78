package dev.kedge.cli;

import dev.kedge.engine.quantize.BuildLog;
import dev.kedge.engine.quantize.ModelQuantizer;
import dev.kedge.engine.quantize.QuantizeOptions;
import dev.kedge.engine.quantize.TypeMix;
import dev.kedge.engine.weights.ByteCount;
import dev.kedge.engine.weights.FileType;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.GgufFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code kedge quantize}. */
@Command(
    name = "quantize",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Store the matrices of a model in fewer bits.",
      "The same input and options give the same bytes on every machine. OUT.build.json beside the"
          + " output says from what and how it was made."
    },
    footer = {"", "Example: kedge quantize model-f16.gguf model-q4.gguf"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class QuantizeCommand implements Callable<Integer> {
  /** The types on offer. */
  enum Target {
    Q4_0(FileType.Q4_0),
    Q8_0(FileType.Q8_0),
    Q4_K_M(FileType.Q4_K_M),
    Q5_K_M(FileType.Q5_K_M),
    Q6_K(FileType.Q6_K);

    private final FileType type;

    Target(FileType type) {
      this.type = type;
    }
  }

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "IN", description = "A GGUF file in F32, F16 or BF16.")
  private Path input;

  @Parameters(index = "1", paramLabel = "OUT", description = "The file to write.")
  private Path output;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description =
          "q4_k_m (about 4.8 bits per weight), q4_0 (4.5, more error), q5_k_m (about 5.7), q6_k"
              + " (6.6) or q8_0 (8.5); by default q4_k_m, or q4_0 where most rows do not fill the"
              + " blocks of 256 of the former.")
  private @Nullable Target target;

  @Option(
      names = "--pure",
      description =
          "Quantize every matrix alike; otherwise q4_0 keeps the token embedding and the output"
              + " matrix at q8_0, and the m types keep more bits where errors hurt most.")
  private boolean pure;

  @Option(
      names = "--requantize",
      description = "Accept matrices that are already quantized to another type.")
  private boolean requantize;

  @Mixin private ThreadsOption threads;

  @Option(names = "--force", description = "Replace OUT if it exists.")
  private boolean force;

  @Option(
      names = "--json",
      description = "Print the build log as JSON, with the time that it took.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    FileType type = target == null ? fourBits() : target.type;
    QuantizeOptions options =
        new QuantizeOptions(type, pure, requantize, force, threads.count(), Version.current());
    long start = System.nanoTime();
    BuildLog log = quantize(options);
    double seconds = (System.nanoTime() - start) / 1e9;
    PrintWriter out = spec.commandLine().getOut();
    if (json) out.println(json(log, seconds));
    else print(out, log, seconds);
    out.flush();
    return 0;
  }

  private FileType fourBits() throws IOException {
    try (GgufFile file = GgufFile.open(input)) {
      return TypeMix.fourBits(file.tensors());
    } catch (FormatException e) {
      throw InspectCommand.malformed(input, e);
    }
  }

  private BuildLog quantize(QuantizeOptions options) throws IOException {
    try (ProgressBar bar = new ProgressBar("Quantizing to " + options.type())) {
      BuildLog log =
          ModelQuantizer.quantize(
              input,
              output,
              options,
              (step, done, total) -> bar.update(done, total, Printable.text(step, 40)));
      bar.done(ByteCount.text(log.output().bytes()));
      return log;
    } catch (FormatException e) {
      throw InspectCommand.malformed(input, e);
    }
  }

  private void print(PrintWriter out, BuildLog log, double seconds) {
    long before = log.input().bytes();
    long after = log.output().bytes();
    out.printf("%s: %s, was %s%n", output, ByteCount.text(after), ByteCount.text(before));
    out.printf(
        Locale.ROOT,
        "%.1f s with %s: %.0f MB of input per second%n",
        seconds,
        threads.count() == 1 ? "1 thread" : threads.count() + " threads",
        before / 1e6 / seconds);
    log.tensors().forEach((type, count) -> out.printf("  %-5s %d tensors%n", type, count));
    out.printf("SHA-256 %s%n", log.output().sha256());
    out.printf("Build log: %s%n", ModelQuantizer.logOf(output));
  }

  /* The log itself holds no time, so that it is the same everywhere. */
  private static String json(BuildLog log, double seconds) {
    ObjectNode tree = (ObjectNode) JsonMapper.shared().readTree(log.toJson());
    tree.put("seconds", seconds);
    tree.put("inputMegabytesPerSecond", log.input().bytes() / 1e6 / seconds);
    return JsonMapper.shared().writeValueAsString(tree);
  }
}
