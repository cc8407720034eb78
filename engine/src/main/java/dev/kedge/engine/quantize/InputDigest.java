package dev.kedge.engine.quantize;

import dev.kedge.engine.weights.DigestRecord;
import dev.kedge.engine.weights.FileDigest;
import dev.kedge.engine.weights.FileStat;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Takes the digest of a file while it is converted, near the place where that is: a file larger
 * than memory is read from the disk once, not once for the digest and once for the work. A thread
 * of its own hashes, since a digest cannot be split; whoever is ahead of it by much waits. A file
 * whose {@link DigestRecord} holds from the beginning to the end need not be hashed. For one
 * thread.
 */
final class InputDigest implements AutoCloseable {
  private static final int PIECE = 1 << 22;
  private static final int MOST_WAITING = 16;

  private final Path path;
  private final MemorySegment file;
  private final Optional<FileDigest> recorded;
  private final MessageDigest digest = sha256();
  private final ExecutorService hashing = Executors.newSingleThreadExecutor();
  private final Deque<Future<?>> waiting = new ArrayDeque<>();
  private long asked;

  /**
   * @param path of the file
   * @param file its bytes, mapped
   */
  InputDigest(Path path, MemorySegment file) throws IOException {
    this.path = path;
    this.file = file;
    this.recorded = recorded();
  }

  private Optional<FileDigest> recorded() throws IOException {
    return FileStat.of(path)
        .flatMap(now -> DigestRecord.read(path, now))
        .filter(digest -> digest.bytes() == file.byteSize());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Has whole pieces up to byte {@code to} hashed, which may lie before where others were. */
  void follow(long to) throws IOException {
    if (recorded.isPresent()) return;
    while (to - asked >= PIECE) ask(PIECE);
  }

  private void ask(long length) throws IOException {
    if (waiting.size() == MOST_WAITING) await(waiting.remove());
    MemorySegment piece = file.asSlice(asked, length);
    waiting.add(hashing.submit(() -> digest.update(piece.asByteBuffer())));
    asked += length;
  }

  /** Hashes the rest; all of it where the file was changed meanwhile. */
  FileDigest finish() throws IOException {
    if (recorded.isPresent() && recorded.equals(recorded())) return recorded.get();
    while (asked < file.byteSize()) ask(Math.min(PIECE, file.byteSize() - asked));
    while (!waiting.isEmpty()) await(waiting.remove());
    return new FileDigest(file.byteSize(), HexFormat.of().formatHex(digest.digest()));
  }

  private static void await(Future<?> piece) throws IOException {
    try {
      piece.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading the input");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Stops hashing; returns when nobody reads the file any more. */
  @Override
  public void close() {
    for (Future<?> piece : waiting) piece.cancel(false);
    hashing.close();
  }
}
