package dev.kedge.engine.model;

import dev.kedge.engine.kernel.Matrix;
import dev.kedge.engine.kernel.Packer;
import dev.kedge.engine.weights.FileDigest;
import dev.kedge.engine.weights.PartFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Writes a {@link PackedFile}: all processors pack panel after panel in the order of the file and
 * write each where it belongs, so the disk is busy while the next ones are packed.
 */
final class PackedFileWriter {
  private final MemorySegment bytes;
  private final FileDigest digest;
  private final List<Matrix> matrices;
  private final long[] places;
  private final long[][] sums;
  /* Written by any worker, read when all are done. */
  private final boolean[] impossible;
  /* Panels of all matrices before matrix i. */
  private final int[] firstPanels;
  private final AtomicInteger next = new AtomicInteger();
  private final long total;
  private long done;

  PackedFileWriter(MemorySegment bytes, FileDigest digest, List<Matrix> matrices) {
    this.bytes = bytes;
    this.digest = digest;
    this.matrices = matrices;
    this.places = new long[matrices.size()];
    this.sums = new long[matrices.size()][];
    this.impossible = new boolean[matrices.size()];
    this.firstPanels = new int[matrices.size() + 1];
    long at = PackedFile.align(PackedFile.headerBytes(matrices));
    long all = 0;
    for (int i = 0; i < places.length; i++) {
      Matrix matrix = matrices.get(i);
      places[i] = at;
      sums[i] = new long[Packer.panels(matrix)];
      firstPanels[i + 1] = Math.addExact(firstPanels[i], sums[i].length);
      at = PackedFile.align(at + Packer.bytes(matrix));
      all += (long) sums[i].length * Packer.panelBytes(matrix);
    }
    this.total = all;
  }

  /** Writes the file; it is there, whole, when this returns. */
  void write(Path target, PackingProgress progress) throws IOException {
    int last = places.length - 1;
    long length = places[last] + Packer.bytes(matrices.get(last));
    try (PartFile part = PartFile.beside(target, false)) {
      part.requireRoom(length);
      pack(part, progress);
      // A last matrix that has no packed form leaves the file shorter than its header says.
      if (part.channel().size() < length) {
        part.write(ByteBuffer.allocate(1), length - 1);
      }
      part.write(header(length), 0);
      part.commit(target);
    }
  }

  private void pack(PartFile part, PackingProgress progress) throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> workers =
          IntStream.range(0, threads)
              .<Future<?>>mapToObj(_ ->
                  pool.submit(() -> {
                    work(part, progress);
                    return null;
                  }))
              .toList();
      for (Future<?> worker : workers) await(worker);
    } finally {
      next.set(Integer.MAX_VALUE / 2);
    }
  }

  private static void await(Future<?> worker) throws IOException {
    try {
      worker.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while weights were packed");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failed) throw failed;
      throw new IllegalStateException(e.getCause());
    }
  }

  private void work(PartFile part, PackingProgress progress) throws IOException {
    try {
      int matrix = -1;
      Packer packer = null;
      int all = firstPanels[places.length];
      for (int n = next.getAndIncrement(); n < all; n = next.getAndIncrement()) {
        int of = matrixOf(n);
        if (packer == null || of != matrix) packer = new Packer(matrices.get(of));
        matrix = of;
        if (!impossible[matrix]) one(part, packer, matrix, n - firstPanels[matrix]);
        tell(Packer.panelBytes(matrices.get(matrix)), progress);
      }
    } catch (IOException | RuntimeException | Error e) {
      next.set(Integer.MAX_VALUE / 2); // the others need not go on
      throw e;
    }
  }

  private int matrixOf(int panel) {
    int at = Arrays.binarySearch(firstPanels, panel);
    if (at < 0) return -at - 2;
    while (firstPanels[at + 1] == panel) at++;
    return at;
  }

  private void one(PartFile part, Packer packer, int matrix, int index) throws IOException {
    if (!packer.pack(index)) {
      impossible[matrix] = true;
      return;
    }
    sums[matrix][index] = PackedSum.of(MemorySegment.ofArray(packer.panel()));
    for (Packer.Piece piece : Packer.pieces(matrices.get(matrix), index)) {
      ByteBuffer bytes = ByteBuffer.wrap(packer.panel(), piece.from(), piece.length());
      part.write(bytes, places[matrix] + piece.at());
    }
  }

  private synchronized void tell(long more, PackingProgress progress) {
    done += more;
    progress.packed(done, total);
  }

  private ByteBuffer header(long length) {
    ByteBuffer header =
        ByteBuffer.allocate(PackedFile.headerBytes(matrices)).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(PackedFile.MAGIC).putLong(length).putLong(0).putLong(digest.bytes());
    header.put(HexFormat.of().parseHex(digest.sha256())).putLong(matrices.size());
    for (int i = 0; i < places.length; i++) {
      Matrix matrix = matrices.get(i);
      header.putLong(matrix.data().address() - bytes.address());
      header.putInt(matrix.type().id()).putInt(matrix.rows()).putInt(matrix.columns()).putInt(0);
      header.putLong(impossible[i] ? PackedFile.ABSENT : places[i]);
      header.putLong(impossible[i] ? 0 : PackedSum.of(sums[i]));
    }
    byte[] rest = Arrays.copyOfRange(header.array(), 24, header.capacity());
    header.putLong(16, PackedSum.of(MemorySegment.ofArray(rest)));
    return header.flip();
  }
}
