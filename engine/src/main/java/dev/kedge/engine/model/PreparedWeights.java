package dev.kedge.engine.model;

import dev.kedge.engine.kernel.Matrix;
import dev.kedge.engine.kernel.Packer;
import dev.kedge.engine.weights.FileDigest;
import dev.kedge.engine.weights.GgufFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a model in the layout that the kernels read, see {@link Packer}: mapped from a
 * file beside the model, which the first start writes, or held in memory where the model is small
 * or no file can be written. Weights that have no packed form stay as they are.
 *
 * <p>Immutable; {@link #close} unmaps, after which no kernel may run on {@link #weights}.
 */
public final class PreparedWeights implements AutoCloseable {
  /** Models with less to pack are packed into memory at every start: it takes no time. */
  private static final long WORTH_A_FILE = 64L << 20;

  private final Arena arena;
  private final Weights weights;
  /* What was mapped and not made here: by matrix, its packed form. */
  private final Map<Matrix, MemorySegment> mapped;
  private final Optional<Path> file;
  private final Optional<String> notice;

  private PreparedWeights(
      Arena arena,
      Weights weights,
      Map<Matrix, MemorySegment> mapped,
      Optional<Path> file,
      Optional<String> notice) {
    this.arena = arena;
    this.weights = weights;
    this.mapped = mapped;
    this.file = file;
    this.notice = notice;
  }

  /** Prepares the weights of an open model, reading it for its digest where one is needed. */
  public static PreparedWeights of(GgufFile model, Path path, ModelConfig config) {
    return of(
        model, path, config, () -> FileDigest.of(model.bytes(), _ -> {}), PackingProgress.SILENT);
  }

  /**
   * Prepares the weights of an open model.
   *
   * @param path of the file, beside which the prepared one stands or is written
   * @param digest of the file, asked for where a prepared file is worth while
   */
  public static PreparedWeights of(
      GgufFile model,
      Path path,
      ModelConfig config,
      Supplier<FileDigest> digest,
      PackingProgress progress) {
    return of(model, path, config, digest, progress, WORTH_A_FILE);
  }

  @SuppressWarnings("MustBeClosedChecker") // the arena is this object's; close() closes it
  static PreparedWeights of(
      GgufFile model,
      Path path,
      ModelConfig config,
      Supplier<FileDigest> digest,
      PackingProgress progress,
      long worthAFile) {
    Map<Long, Matrix> matrices = new LinkedHashMap<>();
    Weights.of(
        model,
        config,
        matrix -> {
          if (Packer.packable(matrix)) matrices.put(matrix.data().address(), matrix);
          return matrix;
        });
    Arena arena = Arena.ofShared();
    try {
      List<Matrix> all = List.copyOf(matrices.values());
      boolean worth = all.stream().mapToLong(Packer::bytes).sum() >= worthAFile;
      Optional<PackedFile> store =
          worth && !all.isEmpty()
              ? Optional.of(new PackedFile(path, model.bytes(), digest.get(), all))
              : Optional.empty();
      return of(model, path, config, all, store, progress, arena);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  private static PreparedWeights of(
      GgufFile model,
      Path path,
      ModelConfig config,
      List<Matrix> all,
      Optional<PackedFile> store,
      PackingProgress progress,
      Arena arena) {
    Optional<Path> file = Optional.empty();
    Optional<String> notice = Optional.empty();
    @Nullable List<Optional<MemorySegment>> packed = null;
    Map<Matrix, MemorySegment> mapped = new LinkedHashMap<>();
    if (store.isPresent()) {
      try {
        packed = store.get().open(arena, progress);
        file = Optional.of(store.get().path());
        for (int i = 0; i < all.size(); i++) {
          Matrix matrix = all.get(i);
          packed.get(i).ifPresent(form -> mapped.put(matrix, form));
        }
      } catch (IOException e) {
        notice =
            Optional.of(
                "the prepared weights could not be kept beside %s (%s): they take memory and are"
                        .formatted(path.getFileName(), e.getMessage())
                    + " made anew at every start");
      }
    }
    if (packed == null) packed = inMemory(all, arena, progress);
    Map<Long, MemorySegment> found = new LinkedHashMap<>();
    for (int i = 0; i < all.size(); i++) {
      long address = all.get(i).data().address();
      packed.get(i).ifPresent(segment -> found.put(address, segment));
    }
    Weights weights =
        Weights.of(
            model,
            config,
            matrix -> {
              MemorySegment segment = found.get(matrix.data().address());
              return segment == null ? matrix : matrix.withPacked(segment);
            });
    return new PreparedWeights(arena, weights, mapped, file, notice);
  }

  /* Empty where a matrix has a scale that has no packed form. */
  private static List<Optional<MemorySegment>> inMemory(
      List<Matrix> all, Arena arena, PackingProgress progress) {
    long total = all.stream().mapToLong(Packer::bytes).sum();
    long done = 0;
    List<Optional<MemorySegment>> forms = new ArrayList<>();
    for (Matrix matrix : all) {
      MemorySegment form = arena.allocate(Packer.bytes(matrix), 64);
      forms.add(
          pack(matrix, 0, Packer.panels(matrix), form) ? Optional.of(form) : Optional.empty());
      done += Packer.bytes(matrix);
      progress.packed(done, total);
    }
    return forms;
  }

  /** Bytes that {@link #verify} compares. */
  public long mappedBytes() {
    return mapped.keySet().stream().mapToLong(Packer::bytes).sum();
  }

  /**
   * Packs once more what was mapped from a file and compares, panel by panel.
   *
   * @param progress told how far it is; may wait, to make it slower
   * @return whether the file holds what packing the model gives
   */
  public boolean verify(FileDigest.Progress progress) {
    long done = 0;
    for (Map.Entry<Matrix, MemorySegment> one : mapped.entrySet()) {
      Packer packer = new Packer(one.getKey());
      for (int p = 0; p < Packer.panels(one.getKey()); p++) {
        if (!packer.pack(p) || !same(packer.panel(), one.getValue(), one.getKey(), p)) return false;
        done += packer.panel().length;
        progress.read(done);
      }
    }
    return true;
  }

  private static boolean same(byte[] panel, MemorySegment form, Matrix matrix, int index) {
    MemorySegment made = MemorySegment.ofArray(panel);
    for (Packer.Piece piece : Packer.pieces(matrix, index)) {
      MemorySegment found = form.asSlice(piece.at(), piece.length());
      if (made.asSlice(piece.from(), piece.length()).mismatch(found) >= 0) return false;
    }
    return true;
  }

  /** Packs panels {@code from} to {@code to} − 1 into their places, on all processors. */
  static boolean pack(Matrix matrix, int from, int to, MemorySegment packed) {
    AtomicBoolean possible = new AtomicBoolean(true);
    int pieces = Math.min(to - from, 4 * Runtime.getRuntime().availableProcessors());
    IntStream.range(0, pieces)
        .parallel()
        .forEach(piece -> {
          Packer packer = new Packer(matrix);
          int end = from + (int) ((long) (to - from) * (piece + 1) / pieces);
          for (int p = from + (int) ((long) (to - from) * piece / pieces); p < end; p++) {
            if (!possible.get() || !packer.pack(p, packed)) possible.set(false);
          }
        });
    return possible.get();
  }

  /** The weights, with their packed form where they have one. */
  public Weights weights() {
    return weights;
  }

  /** The mapped file, where there is one. */
  public Optional<Path> file() {
    return file;
  }

  /** Why there is none though the model is large. */
  public Optional<String> notice() {
    return notice;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) arena.close();
  }
}
