package dev.kedge.cli;

import dev.kedge.engine.convert.FolderImport;
import dev.kedge.engine.weights.ByteCount;
import dev.kedge.engine.weights.FileType;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.GgufWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
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

/** {@code kedge import}. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Turn a folder as Hugging Face publishes models (config.json, tokenizer.json, safetensors)"
          + " into one GGUF file.",
      "Families: Llama, Mistral, Mixtral, Qwen 2 and 2.5, Qwen 3. Everything is checked before the"
          + " first weight is read, and the file appears whole or not at all. The same folder and"
          + " options give the same bytes on every machine. OUT.build.json beside the output says"
          + " from what it was made.",
      "After an interruption the same command goes on with the tensors that were written; where"
          + " the folder or an option has changed it begins anew and says so."
    },
    footer = {"", "Example: kedge import Qwen2.5-7B-Instruct -o qwen.gguf --type q4_k_m"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The folder.")
  private Path folder;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description = "The file to write; by default DIR.gguf beside the folder.")
  private @Nullable Path output;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description =
          "f32, f16, bf16, q8_0, q6_k, q5_k_m, q4_k_m or q4_0; by default as the folder stores"
              + " them.")
  private @Nullable FileType type;

  @Mixin private ThreadsOption threads;

  @Option(names = "--force", description = "Replace OUT if it exists.")
  private boolean force;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Path target = output == null ? beside(folder) : output;
    FolderImport.Result result = run(target);
    PrintWriter out = spec.commandLine().getOut();
    if (json) out.println(json(target, result));
    else print(out, target, result);
    out.flush();
    return 0;
  }

  private static Path beside(Path folder) {
    Path whole = folder.toAbsolutePath().normalize();
    return whole.resolveSibling(whole.getFileName() + ".gguf");
  }

  private FolderImport.Result run(Path target) throws IOException {
    FolderImport.Options options =
        new FolderImport.Options(
            Optional.ofNullable(type), force, threads.count(), Version.current());
    try (ProgressBar bar = new ProgressBar("Importing " + folder.getFileName())) {
      FolderImport.Result result =
          FolderImport.run(
              folder,
              target,
              options,
              (step, done, total) -> bar.update(done, total, Printable.text(step, 40)));
      bar.done(ByteCount.text(result.output().bytes()));
      return result;
    } catch (FormatException e) {
      throw InspectCommand.malformed(folder, e);
    }
  }

  private static void print(PrintWriter out, Path target, FolderImport.Result result) {
    out.printf(
        Locale.ROOT,
        "%s: %s, %s, %.2f billion weights%n",
        target,
        ByteCount.text(result.output().bytes()),
        result.architecture(),
        result.parameters() / 1e9);
    GgufWriter.Resumption resumption = result.resumption();
    if (resumption.otherRemoved()) {
      out.println("An interrupted import of other contents or options was found and removed.");
    }
    if (resumption.keptTensors() > 0) {
      out.printf(
          Locale.ROOT,
          "%d tensors of an interrupted import were whole and kept.%n",
          resumption.keptTensors());
    }
    result.tensors().forEach((type, count) -> out.printf("  %-5s %d tensors%n", type, count));
    out.printf("SHA-256 %s%n", result.output().sha256());
    out.printf("Build log: %s.build.json, with %d inputs%n", target, result.inputs().size());
  }

  private static String json(Path target, FolderImport.Result result) {
    JsonMapper mapper = JsonMapper.shared();
    ObjectNode node = mapper.createObjectNode();
    node.put("output", target.toString());
    node.put("bytes", result.output().bytes());
    node.put("sha256", result.output().sha256());
    node.put("architecture", result.architecture());
    node.put("parameters", result.parameters());
    node.put("keptTensors", result.resumption().keptTensors());
    node.put("otherRemoved", result.resumption().otherRemoved());
    ObjectNode tensors = node.putObject("tensors");
    result.tensors().forEach((type, count) -> tensors.put(type.name(), count));
    ObjectNode inputs = node.putObject("inputs");
    result.inputs().forEach((name, digest) -> inputs.put(name, digest.sha256()));
    return mapper.writeValueAsString(node);
  }
}
