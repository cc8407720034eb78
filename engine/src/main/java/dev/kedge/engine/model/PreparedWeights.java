package dev.kedge.engine.model;

import dev.kedge.engine.kernel.Matrix;
import dev.kedge.engine.kernel.Packer;
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
  private final Optional<Path> file;
  private final Optional<String> notice;

  private PreparedWeights(
      Arena arena, Weights weights, Optional<Path> file, Optional<String> notice) {
    this.arena = arena;
    this.weights = weights;
    this.file = file;
    this.notice = notice;
  }

  /**
   * Prepares the weights of an open model.
   *
   * @param path of the file, beside which the prepared one stands or is written
   */
  @SuppressWarnings("MustBeClosedChecker") // the arena is this object's; close() closes it
  public static PreparedWeights of(GgufFile model, Path path, ModelConfig config) {
    return of(model, path, config, WORTH_A_FILE);
  }

  @SuppressWarnings("MustBeClosedChecker") // as above
  static PreparedWeights of(GgufFile model, Path path, ModelConfig config, long worthAFile) {
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
      return of(model, path, config, matrices, worthAFile, arena);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  private static PreparedWeights of(
      GgufFile model,
      Path path,
      ModelConfig config,
      Map<Long, Matrix> matrices,
      long worthAFile,
      Arena arena) {
    List<Matrix> all = new ArrayList<>(matrices.values());
    Optional<Path> file = Optional.empty();
    Optional<String> notice = Optional.empty();
    @Nullable List<Optional<MemorySegment>> packed = null;
    if (all.stream().mapToLong(Packer::bytes).sum() >= worthAFile) {
      PackedFile store = new PackedFile(model, path, all);
      try {
        packed = store.open(arena);
        file = Optional.of(store.path());
      } catch (IOException e) {
        notice =
            Optional.of(
                "the prepared weights could not be kept beside %s (%s): they take memory and are"
                        .formatted(path.getFileName(), e)
                    + " made anew at every start");
      }
    }
    if (packed == null) packed = all.stream().map(matrix -> inMemory(matrix, arena)).toList();
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
    return new PreparedWeights(arena, weights, file, notice);
  }

  /** Packs a matrix on all processors; empty if it has a scale that has no packed form. */
  private static Optional<MemorySegment> inMemory(Matrix matrix, Arena arena) {
    MemorySegment packed = arena.allocate(Packer.bytes(matrix), 64);
    return pack(matrix, 0, Packer.panels(matrix), packed) ? Optional.of(packed) : Optional.empty();
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
