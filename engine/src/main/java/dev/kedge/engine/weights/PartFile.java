package dev.kedge.engine.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The temporary file that becomes another one when it is complete: {@link #commit} forces it to the
 * disk and renames it, {@link #close} without that removes it. It is locked while it is written, so
 * that the next one for the same target knows the remains of a killed process by their lack of a
 * lock and removes them.
 */
public final class PartFile implements AutoCloseable {
  private static final int MOST_ATTEMPTS = 100;

  private final Path target;
  private final Path folder;
  private final Path temporary;
  private final FileChannel channel;
  /* Held until the channel closes; null on file systems without locks. */
  private final @Nullable FileLock lock;

  private PartFile(
      Path target, Path folder, Path temporary, FileChannel channel, @Nullable FileLock lock) {
    this.target = target;
    this.folder = folder;
    this.temporary = temporary;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Begins a file in the folder of its target, after removing what killed processes left there.
   *
   * @param ownerOnly readable and writable by its owner alone, where the system can say so
   * @throws IOException if it cannot be made
   */
  public static PartFile beside(Path target, boolean ownerOnly) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path folder = prepare(absolute);
    String stem = stem(absolute);
    for (int attempt = 0; ; attempt++) {
      Path temporary =
          folder.resolve(stem + ProcessHandle.current().pid() + "." + attempt + ".part");
      try {
        FileChannel channel =
            FileChannel.open(
                temporary,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                attributes(absolute, ownerOnly));
        return new PartFile(absolute, folder, temporary, channel, lock(channel));
      } catch (FileAlreadyExistsException e) {
        if (attempt == MOST_ATTEMPTS) throw e;
      } catch (IOException e) {
        throw unwritten(absolute, e);
      }
    }
  }

  /* The target's folder, without what killed processes left there. */
  static Path prepare(Path target) throws IOException {
    Path folder = target.getParent();
    if (folder == null) throw new FileAlreadyExistsException(target + " is a folder");
    removeRemains(folder, stem(target));
    return folder;
  }

  private static String stem(Path target) {
    return "." + target.getFileName() + ".";
  }

  private static FileAttribute<?>[] attributes(Path target, boolean ownerOnly) {
    return ownerOnly ? permissions(target, "rw-------") : new FileAttribute<?>[0];
  }

  /** What kept a file from being written, with its place and what helps. */
  static IOException unwritten(Path target, IOException e) {
    return unwritten(target, e, "make room or name another folder");
  }

  static IOException unwritten(Path target, IOException e, String help) {
    String reason =
        switch (e) {
          case AccessDeniedException _ -> "not allowed";
          case FileSystemException of when of.getReason() != null -> of.getReason();
          default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    return new IOException("%s could not be written (%s): %s".formatted(target, reason, help), e);
  }

  /* Where the system knows them. */
  static FileAttribute<?>[] permissions(Path file, String permissions) {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (!posix) return new FileAttribute<?>[0];
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
    };
  }

  /* Where the file system has no locks, remains stay until somebody removes them. */
  private static @Nullable FileLock lock(FileChannel channel) {
    try {
      return channel.tryLock();
    } catch (IOException | OverlappingFileLockException e) {
      return null;
    }
  }

  private static void removeRemains(Path folder, String stem) throws IOException {
    try (DirectoryStream<Path> parts =
        Files.newDirectoryStream(folder, part -> isPart(part, stem))) {
      for (Path part : parts) removeIfLeft(part);
    }
  }

  private static void removeIfLeft(Path part) {
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      if (lock(channel) != null) Files.deleteIfExists(part);
    } catch (IOException e) {
      return; // somebody else's: it does not stand in the way
    }
  }

  private static boolean isPart(Path file, String stem) {
    String name = String.valueOf(file.getFileName());
    return name.startsWith(stem)
        && name.substring(stem.length()).matches("[0-9.]{1,30}part")
        && Files.isRegularFile(file);
  }

  /**
   * Refuses to begin what the disk has no room for.
   *
   * @throws IOException naming both sizes
   */
  public void requireRoom(long bytes) throws IOException {
    requireRoom(folder, bytes);
  }

  /** A file that only its owner writes, so that what it holds later can be trusted. */
  static FileChannel openOwn(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS),
        permissions(file, "rw-r--r--"));
  }

  static void requireRoom(Path folder, long bytes) throws IOException {
    long room = Files.getFileStore(folder).getUsableSpace();
    if (room >= bytes) return;
    throw new IOException(
        "%s has %s left, the file takes %s: make room or name another folder"
            .formatted(folder, ByteCount.text(room), ByteCount.text(bytes)));
  }

  /**
   * Writes all that remains of {@code bytes} to this place; several threads may.
   *
   * @throws IOException naming the target and what helps
   */
  public void write(ByteBuffer bytes, long at) throws IOException {
    try {
      for (long to = at; bytes.hasRemaining(); ) to += channel.write(bytes, to);
    } catch (IOException e) {
      throw unwritten(target, e);
    }
  }

  /** Where to write; positions may be written by several threads. */
  public FileChannel channel() {
    return channel;
  }

  /** Forces the file to the disk and gives it its name; what bore it is replaced. */
  public void commit(Path target) throws IOException {
    try {
      channel.force(true);
      Files.move(
          temporary,
          target.toAbsolutePath(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw unwritten(target, e);
    }
    force(folder);
    close();
  }

  /* Makes the rename itself durable, on systems where a folder can be opened. */
  static void force(Path folder) {
    try (FileChannel opened = FileChannel.open(folder)) {
      opened.force(true);
    } catch (IOException e) {
      return; // the file is in place; only its survival of a power failure is less sure
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(temporary);
    if (lock != null && lock.isValid()) lock.release();
    channel.close();
  }
}
