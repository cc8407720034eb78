package dev.kedge.engine.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A file that is written from front to back in pieces and appears whole or not at all; what a
 * killed process wrote is gone on with. Beside the target stand {@code .NAME.import.part} and a
 * {@link PieceJournal} of the pieces that are whole in it. A piece is kept only if reading it gives
 * its digest, so a journal that reached the disk before its piece does no harm.
 *
 * <p>Both files count only where nobody but this user or the administrator can have written them.
 * The part is locked while it is written. For one thread.
 */
final class PartialFile implements AutoCloseable {
  private static final int PIECE = 1 << 20;

  private final Path target;
  private final Path folder;
  private final Path part;
  private final Path journalFile;
  private final FileChannel channel;
  private final FileLock lock;
  private final PieceJournal journal;
  private MessageDigest whole = AtomicFile.sha256();
  private MessageDigest piece = AtomicFile.sha256();
  private long start;
  private long position;
  private int kept;
  /* Whether the pieces so far were all found. */
  private boolean keeping = true;
  private boolean finished;
  private boolean broken;

  private PartialFile(
      Path target,
      Path folder,
      Path part,
      FileChannel channel,
      FileLock lock,
      PieceJournal journal) {
    this.target = target;
    this.folder = folder;
    this.part = part;
    this.journalFile = journalOf(part);
    this.channel = channel;
    this.lock = lock;
    this.journal = journal;
  }

  private static Path journalOf(Path part) {
    return part.resolveSibling(part.getFileName() + ".journal");
  }

  /**
   * Goes on with the part of a target, or begins it.
   *
   * @param source what the file is made of and how; a part of another one begins anew
   * @throws IOException if it cannot be made, or another process writes it
   */
  static PartialFile beside(Path target, String source) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path folder = PartFile.prepare(absolute);
    Path part = folder.resolve("." + absolute.getFileName() + ".import.part");
    Path journalFile = journalOf(part);
    if (!ours(part) || !ours(journalFile)) {
      Files.deleteIfExists(part);
      Files.deleteIfExists(journalFile);
    }
    FileChannel channel = open(part, absolute);
    try {
      FileLock lock = lock(channel, absolute);
      PieceJournal journal = journal(journalFile, source, part, channel);
      return new PartialFile(absolute, folder, part, channel, lock, journal);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  private static FileChannel open(Path part, Path target) throws IOException {
    try {
      return PartFile.openOwn(part);
    } catch (IOException e) {
      throw PartFile.unwritten(target, e);
    }
  }

  /* Where it cannot be made, nothing that this call made is left. */
  private static PieceJournal journal(Path file, String source, Path part, FileChannel channel)
      throws IOException {
    try {
      return PieceJournal.open(file, source, channel.size());
    } catch (IOException | RuntimeException | Error e) {
      if (channel.size() == 0) {
        Files.deleteIfExists(part);
        Files.deleteIfExists(file);
      }
      if (e instanceof IOException broken) throw PartFile.unwritten(part, broken);
      throw e;
    }
  }

  private static boolean ours(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) return true;
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) return false;
    return FileStat.of(file).map(FileStat::ours).orElse(true);
  }

  private static FileLock lock(FileChannel channel, Path target) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) return lock;
    } catch (OverlappingFileLockException e) {
      // the same process: told in the same way
    }
    throw new IOException("another import writes " + target + " at this moment");
  }

  /** Whether a part of something else was found and thrown away. */
  boolean replacedOther() {
    return journal.replacedOther();
  }

  long position() {
    return position;
  }

  /** Refuses to go on with what the disk has no room for. */
  void requireRoom(long bytes) throws IOException {
    PartFile.requireRoom(folder, bytes - channel.size());
  }

  /**
   * Keeps the next piece if it is there, whole and unchanged.
   *
   * @param name of the piece
   * @param length in bytes
   * @param read told how much of it has been read
   */
  boolean keep(String name, long length, LongConsumer read) throws IOException {
    Optional<String> digest = keeping ? journal.next(name, position, length) : Optional.empty();
    if (digest.isPresent()) {
      MessageDigest before = copy(whole);
      if (digest.get().equals(digest(length, read))) {
        position += length;
        start = position;
        kept++;
        return true;
      }
      whole = before;
    }
    if (keeping) {
      keeping = false;
      channel.truncate(position);
      journal.cut(kept);
    }
    return false;
  }

  private String digest(long length, LongConsumer read) throws IOException {
    MessageDigest own = AtomicFile.sha256();
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(PIECE, length));
    for (long done = 0; done < length; ) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), length - done));
      int count = channel.read(buffer, position + done);
      if (count < 0) return "";
      buffer.flip();
      own.update(buffer.duplicate());
      whole.update(buffer);
      done += count;
      read.accept(done);
    }
    return HexFormat.of().formatHex(own.digest());
  }

  private static MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("this Java platform's SHA-256 cannot be copied", e);
    }
  }

  void write(MemorySegment bytes) throws IOException {
    for (long done = 0; done < bytes.byteSize(); done += PIECE) {
      ByteBuffer some =
          bytes.asSlice(done, Math.min(PIECE, bytes.byteSize() - done)).asByteBuffer();
      whole.update(some.duplicate());
      piece.update(some.duplicate());
      try {
        for (long at = position + done; some.hasRemaining(); ) at += channel.write(some, at);
      } catch (IOException e) {
        throw interrupted(e);
      }
    }
    position += bytes.byteSize();
  }

  private IOException interrupted(IOException e) {
    return PartFile.unwritten(
        target,
        e,
        "make room and do it again, which goes on with "
            + part
            + ", or remove that and its journal");
  }

  void pad(int alignment) throws IOException {
    int rest = (int) (position % alignment);
    if (rest != 0) write(MemorySegment.ofArray(new byte[alignment - rest]));
  }

  /** What was written since the last piece is one, and whole. */
  void endPiece(String name) throws IOException {
    try {
      journal.add(name, start, position - start, HexFormat.of().formatHex(piece.digest()));
    } catch (IOException e) {
      throw interrupted(e);
    }
    piece = AtomicFile.sha256();
    start = position;
  }

  /** Forces the file to the disk and gives it its name. */
  FileDigest commit() throws IOException {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw interrupted(e);
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    finished = true;
    PartFile.force(folder);
    return new FileDigest(position, HexFormat.of().formatHex(whole.digest()));
  }

  /** What failed would fail again: nothing is kept of it. */
  void giveUp() {
    broken = true;
  }

  /**
   * Without {@link #commit} before, what is there stays, to be gone on with, if it is something.
   */
  @Override
  public void close() throws IOException {
    journal.close();
    if (channel.size() == 0) giveUp();
    if (broken) Files.deleteIfExists(part);
    if (broken || finished) Files.deleteIfExists(journalFile);
    if (lock.isValid()) lock.release();
    channel.close();
  }
}
