package dev.kedge.engine.convert;

import dev.kedge.engine.model.ModelConfig;
import dev.kedge.engine.quantize.TensorConversion;
import dev.kedge.engine.quantize.TypeMix;
import dev.kedge.engine.token.Tokenizers;
import dev.kedge.engine.weights.DigestRecord;
import dev.kedge.engine.weights.FileDigest;
import dev.kedge.engine.weights.FileType;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.GgufWriter;
import dev.kedge.engine.weights.Metadata;
import dev.kedge.engine.weights.SafetensorsType;
import dev.kedge.engine.weights.TensorInfo;
import dev.kedge.engine.weights.TensorSource;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Turns a folder as Hugging Face publishes models into a GGUF file. Everything is checked before
 * the first weight is read; the same folder and options give the same bytes on every machine and
 * with any number of threads. For one thread.
 */
public final class FolderImport {
  private static final String OUTPUT = "lm_head.weight";

  /**
   * How to import.
   *
   * @param type of the file; empty keeps weights as the folder stores them
   * @param force replace an existing output
   * @param threads that convert at the same time; without influence on the output
   * @param version of Kedge, for the build log
   */
  public record Options(Optional<FileType> type, boolean force, int threads, String version) {
    public Options {
      if (threads < 1) throw new IllegalArgumentException("threads must be at least 1: " + threads);
    }
  }

  /** Told how far the work is; called often, on the calling thread. */
  @FunctionalInterface
  public interface Progress {
    /**
     * @param step the tensor being written
     * @param doneBytes bytes of the output so far
     * @param totalBytes bytes of all tensors, and of the folder's files, which are digested first
     */
    void update(String step, long doneBytes, long totalBytes);
  }

  /**
   * What was made.
   *
   * @param architecture e.g. {@code llama}
   * @param parameters number of weights
   * @param tensors how many tensors have each type
   * @param inputs every file of the folder that was used
   * @param output size and digest of the file
   * @param resumption what an interrupted import had left
   */
  public record Result(
      String architecture,
      long parameters,
      SortedMap<TensorType, Integer> tensors,
      SortedMap<String, FileDigest> inputs,
      FileDigest output,
      GgufWriter.Resumption resumption) {}

  private final ModelFolder folder;
  private final Options options;
  private final Progress progress;
  private final ExecutorService pool;
  private long doneBytes;
  private long totalBytes;
  private GgufWriter.Resumption resumption = new GgufWriter.Resumption(0, false);

  private FolderImport(
      ModelFolder folder, Options options, Progress progress, ExecutorService pool) {
    this.folder = folder;
    this.options = options;
    this.progress = progress;
    this.pool = pool;
  }

  /**
   * Imports {@code folder} into {@code output} and writes the build log beside it. Both appear
   * whole or not at all. After a crash the next run of the same folder and options keeps the
   * tensors that were written; where something has changed it begins anew.
   *
   * @throws FormatException where the folder is malformed, contradicts itself or holds a model that
   *     Kedge does not run; the message names file and place
   * @throws FileAlreadyExistsException where the output exists and may not be replaced
   */
  public static Result run(Path folder, Path output, Options options, Progress progress)
      throws IOException {
    for (Path place : List.of(output, ImportLog.of(output))) {
      if (Files.exists(place) && (!options.force() || Files.isDirectory(place))) {
        throw new FileAlreadyExistsException(place.toString());
      }
    }
    try (ModelFolder opened = ModelFolder.open(folder);
        ExecutorService pool = Executors.newFixedThreadPool(options.threads())) {
      return new FolderImport(opened, options, progress, pool).run(output);
    }
  }

  private Result run(Path output) throws IOException {
    JsonFields config = folder.requireJson("config.json");
    SourceFamily source = SourceFamily.of(config);
    boolean tied = config.flag("tie_word_embeddings").orElse(!folder.tensors().containsKey(OUTPUT));
    FileType type = options.type().orElseGet(this::stored);
    Metadata.Builder keys = general(source, type);
    float[] divisors = ModelKeysOf.write(config, source, keys);
    ModelConfig.of(keys.build());
    TokenizerKeys.write(folder, config, keys, config.requireWhole("vocab_size"));
    Metadata metadata = keys.build();
    Tokenizers.of(metadata);
    TypeMix mix = TypeMix.of(type, false, metadata, tied);
    GgufWriter writer = new GgufWriter(metadata);
    Map<TensorType, Integer> counts = new EnumMap<>(TensorType.class);
    long parameters = 0;
    if (divisors.length > 0) {
      writer.tensor("rope_freqs.weight", new long[] {divisors.length}, divisors);
      counts.merge(TensorType.F32, 1, Integer::sum);
    }
    for (TensorNames.Target target : TensorNames.of(folder.tensors(), source, metadata, tied)) {
      TensorType to = type(target, mix);
      counts.merge(to, 1, Integer::sum);
      long elements = 1;
      for (long dimension : target.shape()) elements = Math.multiplyExact(elements, dimension);
      parameters += elements;
      totalBytes += to.bytes(elements);
      writer.tensor(target.name(), to, target.shape(), counted(target.name(), source(target, to)));
    }
    SortedMap<String, FileDigest> inputs = digests();
    // A log may never stand beside a file that it does not describe.
    Files.deleteIfExists(ImportLog.of(output));
    FileDigest digest = writer.resume(output, identity(inputs, type), new Resumed());
    DigestRecord.write(output, digest);
    new ImportLog(options.version(), inputs, digest, type).writeBeside(output);
    return new Result(
        source.family().architecture(),
        parameters,
        new TreeMap<>(counts),
        inputs,
        digest,
        resumption);
  }

  /* All that the output depends on. */
  private String identity(SortedMap<String, FileDigest> inputs, FileType type) {
    StringBuilder all = new StringBuilder(options.version() + " " + type);
    inputs.forEach((name, digest) -> all.append(' ').append(name).append(' ').append(digest));
    byte[] text = all.toString().getBytes(StandardCharsets.UTF_8);
    return FileDigest.of(MemorySegment.ofArray(text), _ -> {}).sha256();
  }

  /** Counts what was there already. */
  private final class Resumed implements GgufWriter.Observer {
    private String tensor = "";
    private long of;

    @Override
    public void checked(String name, long bytes) {
      doneBytes += name.equals(tensor) ? bytes - of : bytes;
      tensor = name;
      of = bytes;
      progress.update("already there: " + name, Math.min(doneBytes, totalBytes), totalBytes);
    }

    @Override
    public void resumed(GgufWriter.Resumption found) {
      resumption = found;
    }
  }

  private SortedMap<String, FileDigest> digests() {
    totalBytes += folder.readBytes();
    SortedMap<String, FileDigest> digests =
        folder.digests((name, read) -> progress.update("digest of " + name, read, totalBytes));
    doneBytes = folder.readBytes();
    return digests;
  }

  private Metadata.Builder general(SourceFamily source, FileType type) {
    Metadata.Builder keys =
        Metadata.builder()
            .string("general.architecture", source.family().architecture())
            .string("general.type", "model")
            .string("general.name", folder.name())
            .uint32("general.file_type", type.id());
    return type.quantized() ? keys.uint32("general.quantization_version", 2) : keys;
  }

  /* The type that most elements have. */
  private FileType stored() {
    Map<SafetensorsType, Long> elements = new EnumMap<>(SafetensorsType.class);
    for (ModelFolder.Stored each : folder.tensors().values()) {
      elements.merge(each.tensor().type(), each.tensor().elements(), Long::sum);
    }
    long brain = elements.getOrDefault(SafetensorsType.BF16, 0L);
    long half = elements.getOrDefault(SafetensorsType.F16, 0L);
    long single = elements.getOrDefault(SafetensorsType.F32, 0L);
    if (brain >= half && brain >= single) return FileType.BF16;
    return half >= single ? FileType.F16 : FileType.F32;
  }

  /* Vectors and routers are small and sensitive: they become floats. */
  private static TensorType type(TensorNames.Target target, TypeMix mix) {
    return mix.target(target.name(), target.shape(), TensorType.F32);
  }

  private TensorSource source(TensorNames.Target target, TensorType to) {
    List<TensorSource> parts = new ArrayList<>();
    for (String name : target.sources()) {
      ModelFolder.Stored stored = folder.tensors().get(name);
      if (stored == null) throw new IllegalStateException(name);
      long[] shape =
          target.rows() == 0
              ? new long[] {target.columns()}
              : new long[] {target.columns(), target.rows()};
      MemorySegment data = stored.data();
      TensorInfo info = new TensorInfo(name, type(stored), shape, 0, data.byteSize());
      parts.add(
          new TensorConversion(info, data, target::sourceRow, to, pool, 2 * options.threads()));
    }
    return sink -> {
      for (TensorSource part : parts) part.writeTo(sink);
    };
  }

  private static TensorType type(ModelFolder.Stored stored) {
    return switch (stored.tensor().type()) {
      case F32 -> TensorType.F32;
      case F16 -> TensorType.F16;
      case BF16 -> TensorType.BF16;
      default ->
          throw new FormatException(
              -1,
              "the tensor '%s' is of type %s; F32, F16 and BF16 are known"
                  .formatted(stored.tensor().name(), stored.tensor().type()));
    };
  }

  private TensorSource counted(String name, TensorSource source) {
    return sink ->
        source.writeTo(bytes -> {
          sink.write(bytes);
          doneBytes += bytes.byteSize();
          progress.update(name, doneBytes, totalBytes);
        });
  }
}
