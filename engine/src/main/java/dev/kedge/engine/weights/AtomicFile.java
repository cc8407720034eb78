package dev.kedge.engine.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file that appears whole or not at all: bytes go to a temporary file in the same folder, {@link
 * #commit} forces them to the disk and renames. Closing without a commit removes the temporary
 * file. For one thread.
 */
final class AtomicFile implements AutoCloseable {
  private static final int PIECE = 1 << 20;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final MessageDigest digest = sha256();
  private long position;

  private AtomicFile(Path target, Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
  }

  static AtomicFile beside(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    String stem = "." + absolute.getFileName() + "." + ProcessHandle.current().pid();
    for (int attempt = 0; ; attempt++) {
      Path temporary = absolute.resolveSibling(stem + "." + attempt + ".part");
      try {
        FileChannel channel =
            FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new AtomicFile(absolute, temporary, channel);
      } catch (FileAlreadyExistsException e) {
        if (attempt == 99) throw e;
      }
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  long position() {
    return position;
  }

  void write(MemorySegment bytes) throws IOException {
    for (long done = 0; done < bytes.byteSize(); done += PIECE) {
      long length = Math.min(PIECE, bytes.byteSize() - done);
      ByteBuffer piece = bytes.asSlice(done, length).asByteBuffer();
      digest.update(piece.duplicate());
      while (piece.hasRemaining()) channel.write(piece);
    }
    position += bytes.byteSize();
  }

  void pad(int alignment) throws IOException {
    int rest = (int) (position % alignment);
    if (rest != 0) write(MemorySegment.ofArray(new byte[alignment - rest]));
  }

  FileDigest commit() throws IOException {
    channel.force(true);
    channel.close();
    Files.move(
        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceFolder();
    return new FileDigest(position, HexFormat.of().formatHex(digest.digest()));
  }

  /* Makes the rename itself durable, on systems where a folder can be opened. */
  private void forceFolder() {
    try (FileChannel folder = FileChannel.open(target.getParent())) {
      folder.force(true);
    } catch (IOException e) {
      return; // the file is in place; only its survival of a power failure is less sure
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }
}
