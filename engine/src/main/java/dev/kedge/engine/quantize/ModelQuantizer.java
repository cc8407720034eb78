package dev.kedge.engine.quantize;

import dev.kedge.engine.weights.DigestRecord;
import dev.kedge.engine.weights.FileDigest;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.GgufWriter;
import dev.kedge.engine.weights.Metadata;
import dev.kedge.engine.weights.PartFile;
import dev.kedge.engine.weights.TensorInfo;
import dev.kedge.engine.weights.TensorSource;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Quantizes a whole model file, tensor by tensor in bounded memory. Matrices are converted as the
 * mix of the type says; vectors, norms, routers of mixtures of experts and everything else are
 * copied as they are. The same input and options give the same bytes on every machine and with any
 * number of threads. For one thread.
 */
public final class ModelQuantizer {
  /** Told how far the work is; called often, on the calling thread. */
  @FunctionalInterface
  public interface Progress {
    /**
     * @param step the tensor being converted
     * @param doneBytes bytes of tensors converted so far
     * @param totalBytes bytes of all tensors
     */
    void update(String step, long doneBytes, long totalBytes);
  }

  /* Pieces that one thread converts before the others begin. */
  private static final int ALONE = 16;

  private final GgufFile input;
  private final QuantizeOptions options;
  private final Progress progress;
  private final ThreadPoolExecutor pool;
  private final InputDigest digest;
  private final TypeMix mix;
  private final Map<TensorType, Integer> counts = new EnumMap<>(TensorType.class);
  private final long totalBytes;
  private long doneBytes;
  private int pieces;

  private ModelQuantizer(
      GgufFile input,
      QuantizeOptions options,
      Progress progress,
      ThreadPoolExecutor pool,
      InputDigest digest) {
    this.input = input;
    this.options = options;
    this.progress = progress;
    this.pool = pool;
    this.digest = digest;
    boolean tied = input.tensor("output.weight").isEmpty();
    this.mix = TypeMix.of(options.type(), options.pure(), input.metadata(), tied);
    this.totalBytes = input.tensors().stream().mapToLong(TensorInfo::bytes).sum();
  }

  /** Where the build log of {@code output} stands: beside it. */
  public static Path logOf(Path output) {
    return output.resolveSibling(output.getFileName() + ".build.json");
  }

  /**
   * Quantizes {@code input} into {@code output} and writes the build log beside it. Both appear
   * whole or not at all.
   *
   * @throws FormatException where the input is malformed, has a weight that cannot be stored, or is
   *     already quantized to another type
   * @throws FileAlreadyExistsException where the output exists and may not be replaced
   */
  public static BuildLog quantize(
      Path input, Path output, QuantizeOptions options, Progress progress) throws IOException {
    checkPlaces(input, output, options.force());
    try (GgufFile file = GgufFile.open(input);
        ThreadPoolExecutor pool = oneThread();
        InputDigest digest = new InputDigest(input, file.bytes())) {
      ModelQuantizer quantizer = new ModelQuantizer(file, options, progress, pool, digest);
      return quantizer.run(input.getFileName().toString(), output);
    }
  }

  /* Until the code is compiled, more threads only take the processor from the compiler. */
  private static ThreadPoolExecutor oneThread() {
    return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
  }

  /* The thread that hands pieces on shares processors with those that make them: so many keep them
   * busy while it waits for its turn. */
  private int window() {
    return 4 * options.threads() + 8;
  }

  private void allThreads() {
    pool.setMaximumPoolSize(options.threads());
    pool.setCorePoolSize(options.threads());
  }

  private static void checkPlaces(Path input, Path output, boolean force) throws IOException {
    Path folder = output.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NoSuchFileException(String.valueOf(folder));
    }
    if (Files.exists(output) && Files.exists(input) && Files.isSameFile(input, output)) {
      throw new FormatException(-1, "input and output are the same file");
    }
    for (Path place : new Path[] {output, logOf(output)}) {
      if (Files.exists(place) && (!force || Files.isDirectory(place))) {
        throw new FileAlreadyExistsException(place.toString());
      }
    }
  }

  private BuildLog run(String inputName, Path output) throws IOException {
    GgufWriter writer = new GgufWriter(metadata());
    for (TensorInfo tensor : input.tensors()) {
      TensorType target = target(tensor);
      counts.merge(target, 1, Integer::sum);
      writer.tensor(tensor.name(), target, tensor.shape(), source(tensor, target));
    }
    // A log may never stand beside a file that it does not describe.
    Files.deleteIfExists(logOf(output));
    FileDigest outputDigest = writer.write(output);
    FileDigest inputDigest = digest.finish();
    DigestRecord.write(output, outputDigest);
    BuildLog log =
        new BuildLog(
            options.version(),
            inputName,
            inputDigest,
            outputDigest,
            options,
            new TreeMap<>(counts));
    try (PartFile file = PartFile.beside(logOf(output), false)) {
      ByteBuffer text = ByteBuffer.wrap(log.toJson().getBytes(StandardCharsets.UTF_8));
      file.write(text, 0);
      file.commit(logOf(output));
    }
    return log;
  }

  private Metadata metadata() {
    return Metadata.builder()
        .copyFrom(input.metadata())
        .uint32("general.file_type", options.type().id())
        .uint32("general.quantization_version", 2)
        .build();
  }

  private TensorType target(TensorInfo tensor) {
    TensorType target = mix.target(tensor.name(), tensor.shape(), tensor.type());
    boolean quantized = tensor.type().blockSize() > 1;
    if (quantized && target != tensor.type() && !options.requantize()) {
      throw new FormatException(
          -1,
          "tensor '"
              + tensor.name()
              + "' is already quantized to "
              + tensor.type()
              + "; a second time, to "
              + target
              + ", would add to its error: start from the unquantized model, or allow it with the"
              + " option --requantize");
    }
    return target;
  }

  private TensorSource source(TensorInfo tensor, TensorType target) {
    MemorySegment data = input.data(tensor);
    TensorSource source =
        target == tensor.type()
            ? sink -> sink.write(data)
            : new TensorConversion(tensor, data, row -> row, target, pool, window());
    double inputPerOutput = (double) tensor.bytes() / target.bytes(tensor.elements());
    return sink -> {
      long[] written = {0};
      source.writeTo(bytes -> {
        sink.write(bytes);
        if (target != tensor.type() && ++pieces == ALONE) allThreads();
        written[0] += bytes.byteSize();
        long read = Math.round(written[0] * inputPerOutput);
        digest.follow(tensor.offset() + read);
        progress.update(tensor.name(), doneBytes + read, totalBytes);
      });
      doneBytes += tensor.bytes();
    };
  }
}
