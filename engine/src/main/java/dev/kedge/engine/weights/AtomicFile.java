package dev.kedge.engine.weights;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * A file that is written from front to back and appears whole or not at all, see {@link PartFile};
 * its digest is taken on the way. What is written is forced to the disk behind the writing, so that
 * little is left to wait for at the end. For one thread.
 */
final class AtomicFile implements AutoCloseable {
  private static final int PIECE = 1 << 20;
  private static final long FORCED_TOGETHER = 32L << 20;

  private final Path target;
  private final PartFile part;
  private final MessageDigest digest = sha256();
  private long position;
  private long forced;
  private @Nullable FutureTask<Void> forcing;

  private AtomicFile(Path target, PartFile part) {
    this.target = target;
    this.part = part;
  }

  static AtomicFile beside(Path target) throws IOException {
    return beside(target, false);
  }

  /** Readable and writable by its owner alone, where the system can say so. */
  static AtomicFile beside(Path target, boolean ownerOnly) throws IOException {
    return new AtomicFile(target, PartFile.beside(target, ownerOnly));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** As {@link PartFile#requireRoom}. */
  void requireRoom(long bytes) throws IOException {
    part.requireRoom(bytes);
  }

  long position() {
    return position;
  }

  void write(MemorySegment bytes) throws IOException {
    for (long done = 0; done < bytes.byteSize(); done += PIECE) {
      long length = Math.min(PIECE, bytes.byteSize() - done);
      ByteBuffer piece = bytes.asSlice(done, length).asByteBuffer();
      digest.update(piece.duplicate());
      part.write(piece, position + done);
    }
    position += bytes.byteSize();
    forceBehind();
  }

  private void forceBehind() throws IOException {
    FutureTask<Void> last = forcing;
    if (position - forced < FORCED_TOGETHER || (last != null && !last.isDone())) return;
    awaitForced();
    forced = position;
    FutureTask<Void> next =
        new FutureTask<>(() -> {
          part.channel().force(false);
          return null;
        });
    forcing = next;
    Thread.ofPlatform().daemon().name("kedge-disk").start(next);
  }

  /* A system tells of a page that it could not write once, so nobody else would hear of it. */
  private void awaitForced() throws IOException {
    FutureTask<Void> last = forcing;
    forcing = null;
    try {
      if (last != null) last.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while writing to the disk");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException broken) throw PartFile.unwritten(target, broken);
      throw new IllegalStateException(e.getCause());
    }
  }

  void pad(int alignment) throws IOException {
    int rest = (int) (position % alignment);
    if (rest != 0) write(MemorySegment.ofArray(new byte[alignment - rest]));
  }

  FileDigest commit() throws IOException {
    awaitForced();
    part.commit(target);
    return new FileDigest(position, HexFormat.of().formatHex(digest.digest()));
  }

  @Override
  public void close() throws IOException {
    part.close();
  }
}
