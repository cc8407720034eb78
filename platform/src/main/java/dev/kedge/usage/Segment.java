package dev.kedge.usage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One file of the journal. {@link Journal} guards writing, {@link #length} and {@link #sealed} with
 * its lock; forcing to the disk and closing belong to the thread that syncs.
 */
final class Segment {
  final Path path;

  /** Null for a file that an earlier process wrote; it is only read. */
  private final @Nullable RandomAccessFile file;

  /** Bytes of whole frames. */
  long length;

  /** Nothing is appended any more. */
  boolean sealed;

  private boolean torn;
  private long synced;

  private Segment(Path path, @Nullable RandomAccessFile file, long length, boolean sealed) {
    this.path = path;
    this.file = file;
    this.length = length;
    this.sealed = sealed;
  }

  /** A new file. */
  static Segment create(Path path) throws IOException {
    // Not a FileChannel: an interrupt of the thread that writes would close it for everybody.
    return new Segment(path, new RandomAccessFile(path.toFile(), "rw"), 0, false);
  }

  /** A file of an earlier process. */
  static Segment left(Path path, long length) {
    return new Segment(path, null, length, true);
  }

  /** Whether a write failed, so that bytes of half a frame may lie behind the whole ones. */
  boolean torn() {
    return torn;
  }

  /** Appends a whole frame with one write. */
  void write(byte[] frame) throws IOException {
    RandomAccessFile out = writable();
    if (torn) {
      out.setLength(length);
      out.seek(length);
    }
    torn = true;
    out.write(frame, 0, frame.length);
    torn = false;
    length += frame.length;
  }

  /** Whether nothing of it was forced to the disk yet. */
  boolean fresh() {
    return synced == 0;
  }

  /** Forces everything up to {@code end} to the disk. */
  void sync(long end) throws IOException {
    if (file == null || end <= synced) return;
    file.getFD().sync();
    synced = end;
  }

  void closeFile() throws IOException {
    if (file != null) file.close();
  }

  private RandomAccessFile writable() {
    if (file == null) throw new IllegalStateException(path + " is only read");
    return file;
  }
}
