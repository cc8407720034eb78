package dev.kedge.engine;

import dev.kedge.engine.chat.ChatTemplate;
import dev.kedge.engine.model.ModelConfig;
import dev.kedge.engine.model.PackingProgress;
import dev.kedge.engine.model.PreparedWeights;
import dev.kedge.engine.model.Weights;
import dev.kedge.engine.sample.TokenMasks;
import dev.kedge.engine.token.Tokenizer;
import dev.kedge.engine.token.Tokenizers;
import dev.kedge.engine.weights.DigestRecord;
import dev.kedge.engine.weights.FileDigest;
import dev.kedge.engine.weights.FileStat;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.Metadata;
import dev.kedge.engine.weights.TensorInfo;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A model file, opened and checked. Weights stay in the file, which is mapped into memory and must
 * not be changed or shortened while the model is open. Immutable but for its life; any thread may
 * use it, and several engines may run on it.
 */
public final class Model implements AutoCloseable {
  private static final String TEMPLATE = "tokenizer.chat_template";

  private final GgufFile file;
  private final Path path;
  /* Of the file that is mapped; empty where the system tells too little. */
  private final Optional<FileStat> stat;
  private final ModelConfig config;
  private final Weights weights;
  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> chatTemplate;
  /* A template that is not understood keeps nobody from completing plain text. */
  private final @Nullable FormatException templateError;
  private final ModelInfo info;
  private final Object masksLock = new Object();
  /* Guarded by its lock. */
  private @Nullable TokenMasks tokenMasks;
  private @Nullable PreparedWeights prepared;
  private @Nullable FileDigest digest;
  private boolean digestRead;
  private int engines;
  private boolean closed;

  private Model(GgufFile file, Path path, Optional<FileStat> stat) {
    this.file = file;
    this.path = path;
    this.stat = stat;
    Metadata metadata = file.metadata();
    // The tables of a large vocabulary take as long to build as all the rest.
    CompletableFuture<Tokenizer> tokens =
        CompletableFuture.supplyAsync(() -> Tokenizers.of(metadata));
    try {
      this.config = ModelConfig.of(metadata);
      this.weights = Weights.of(file, config);
    } catch (RuntimeException e) {
      tokens.handle((_, _) -> true).join(); // nothing of it may outlive the file
      throw e;
    }
    this.tokenizer = join(tokens);
    int vocabulary = weights.output().rows();
    if (tokenizer.vocabularySize() > vocabulary) {
      throw new FormatException(
          -1,
          "the vocabulary has %d tokens, but the embedding only %d"
              .formatted(tokenizer.vocabularySize(), vocabulary));
    }
    @Nullable ChatTemplate template = null;
    @Nullable FormatException error = null;
    try {
      if (metadata.has(TEMPLATE)) template = ChatTemplate.parse(metadata.string(TEMPLATE));
    } catch (FormatException e) {
      error = e;
    }
    this.chatTemplate = Optional.ofNullable(template);
    this.templateError = error;
    this.info = info(String.valueOf(path.getFileName()));
  }

  private static Tokenizer join(CompletableFuture<Tokenizer> tokens) {
    try {
      return tokens.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof FormatException broken) throw broken;
      throw e;
    }
  }

  /**
   * Opens a GGUF file and checks that it holds all that its architecture needs.
   *
   * @throws FormatException if it is broken or of an unknown architecture; the message says where
   */
  public static Model load(Path path) throws IOException {
    Optional<FileStat> before = FileStat.of(path);
    GgufFile file = GgufFile.open(path);
    try {
      if (!FileStat.of(path).equals(before)) {
        throw new IOException(path + " changes while it is opened: wait until it is complete");
      }
      return new Model(file, path, before);
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /**
   * Finds out whether the file holds all that its architecture needs.
   *
   * @throws FormatException as {@link #load} does
   */
  public static void check(GgufFile file) {
    new Model(file, Path.of("model"), Optional.empty());
  }

  private ModelInfo info(String fileName) {
    Map<TensorType, Long> bytes = new EnumMap<>(TensorType.class);
    long parameters = 0;
    for (TensorInfo tensor : file.tensors()) {
      parameters += tensor.elements();
      bytes.merge(tensor.type(), tensor.elements(), Long::sum);
    }
    TensorType most = weights.output().type();
    for (TensorType type : bytes.keySet()) {
      if (bytes.getOrDefault(type, 0L) > bytes.getOrDefault(most, 0L)) most = type;
    }
    return new ModelInfo(
        file.metadata().string("general.name", fileName),
        file.metadata().string("general.architecture"),
        parameters,
        config.context(),
        tokenizer.vocabularySize(),
        config.layers(),
        config.width(),
        most.name(),
        file.fileBytes());
  }

  /** What the file holds. */
  public ModelInfo info() {
    return info;
  }

  /** The file's tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * The file's chat template, where it has one.
   *
   * @throws FormatException if it has one that cannot be read
   */
  public Optional<ChatTemplate> chatTemplate() {
    if (templateError != null) throw templateError;
    return chatTemplate;
  }

  /**
   * Why the file's chat template cannot be used, if it has one and cannot be read. The model then
   * serves plain text only.
   */
  public Optional<String> chatTemplateProblem() {
    return Optional.ofNullable(templateError).map(FormatException::getMessage);
  }

  /** What an engine on this model with these options needs in memory. */
  public MemoryPlan plan(EngineOptions options) {
    return MemoryPlan.of(file, config, options);
  }

  /** How the vectors of a text's tokens become one. */
  Pooling pooling() {
    return Pooling.of(file.metadata());
  }

  /** Made when the first constrained request comes; the same for all engines. */
  TokenMasks tokenMasks() {
    synchronized (masksLock) {
      if (tokenMasks == null) tokenMasks = new TokenMasks(tokenizer);
      return tokenMasks;
    }
  }

  ModelConfig config() {
    return config;
  }

  Weights weights() {
    return weights;
  }

  /**
   * The weights as the vector kernels read them best, made or found by the first engine; those of a
   * large model stand in a file beside it. Only while an engine holds the model.
   */
  PreparedWeights prepared() {
    return prepared(PackingProgress.SILENT);
  }

  synchronized PreparedWeights prepared(PackingProgress progress) {
    if (prepared == null) {
      prepared = PreparedWeights.of(file, path, config, () -> digest(_ -> {}), progress);
    }
    return prepared;
  }

  /**
   * Size and SHA-256 of the file: as recorded beside it where it is unchanged since, see {@link
   * DigestRecord}; else it is read, and the record written.
   */
  public synchronized FileDigest digest(FileDigest.Progress progress) {
    if (digest == null) digest = stat.flatMap(now -> DigestRecord.read(path, now)).orElse(null);
    return digest == null ? readDigest(progress) : digest;
  }

  /** The same, read in any case. */
  public synchronized FileDigest readDigest(FileDigest.Progress progress) {
    if (digestRead && digest != null) return digest;
    FileDigest read = FileDigest.of(file.bytes(), progress);
    digest = read;
    digestRead = true;
    stat.ifPresent(bound -> DigestRecord.write(path, bound, read));
    return read;
  }

  /** Whether the prepared weights are what packing the file gives; true where none were found. */
  boolean verifyPrepared(FileDigest.Progress progress) {
    PreparedWeights made;
    synchronized (this) {
      made = prepared;
    }
    return made == null || made.verify(progress);
  }

  /** The file whose contents this model is. */
  Path path() {
    return path;
  }

  /** All bytes of the file, mapped; only while an engine holds the model. */
  MemorySegment bytes() {
    return file.bytes();
  }

  private void free() {
    if (prepared != null) prepared.close();
    file.close();
  }

  /* Engines hold the mapping open: it must not vanish under a running product. */
  synchronized void retain() {
    if (closed) throw new IllegalStateException("the model is closed");
    engines++;
  }

  synchronized void release() {
    engines--;
    if (closed && engines == 0) free();
  }

  /** Closes the file, at once or when the last engine on it has closed. */
  @Override
  public synchronized void close() {
    if (closed) return;
    closed = true;
    if (engines == 0) free();
  }
}
