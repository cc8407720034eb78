package dev.kedge.engine.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file that is written from front to back and appears whole or not at all, see {@link PartFile};
 * its digest is taken on the way. For one thread.
 */
final class AtomicFile implements AutoCloseable {
  private static final int PIECE = 1 << 20;

  private final Path target;
  private final PartFile part;
  private final MessageDigest digest = sha256();
  private long position;

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
      while (piece.hasRemaining()) part.channel().write(piece);
    }
    position += bytes.byteSize();
  }

  void pad(int alignment) throws IOException {
    int rest = (int) (position % alignment);
    if (rest != 0) write(MemorySegment.ofArray(new byte[alignment - rest]));
  }

  FileDigest commit() throws IOException {
    part.commit(target);
    return new FileDigest(position, HexFormat.of().formatHex(digest.digest()));
  }

  @Override
  public void close() throws IOException {
    part.close();
  }
}
