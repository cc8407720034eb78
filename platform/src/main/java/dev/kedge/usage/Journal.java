package dev.kedge.usage;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Frames in a folder of numbered files, of one process at a time. Any number of threads append; one
 * thread syncs; one thread reads the oldest file and releases it. The lock is held for one write of
 * a frame into the page cache, never while something is forced to the disk.
 */
final class Journal implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Journal.class.getName());
  private static final String SUFFIX = ".journal";
  private static final String DAMAGED = ".damaged";
  private static final long RETRY_MILLIS = 200;
  private static final long PAUSE_NANOS = 2_000_000;

  private final Path folder;
  private final long segmentBytes;
  private final long mostBytes;
  private final FileChannel owner;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();

  // Written under the lock, read by any thread.
  private volatile boolean stalled;

  // All below: under the lock.
  private final Deque<Segment> segments = new ArrayDeque<>();
  private final List<Segment> unsynced = new ArrayList<>();
  private Segment active;
  private long number;
  private long bytes;
  private long frames;
  private long stalls;
  private int waiting;
  private boolean failing;
  private boolean closing;
  private boolean closed;

  private Journal(Path folder, long segmentBytes, long mostBytes, FileChannel owner)
      throws IOException {
    this.folder = folder;
    this.segmentBytes = segmentBytes;
    this.mostBytes = mostBytes;
    this.owner = owner;
    for (Path left : files(folder)) {
      // Also of files set aside: a number that came again could overwrite one.
      number = Math.max(number, numberOf(left));
      if (!left.toString().endsWith(SUFFIX)) continue;
      Segment segment = Segment.left(left, Files.size(left));
      segments.add(segment);
      bytes += segment.length;
    }
    active = next();
  }

  /**
   * Opens a folder, which is made if need be, with what an earlier process left in it.
   *
   * @param segmentBytes of one file
   * @param mostBytes of all files; at least twice as much
   * @throws KedgeException where another process has it
   */
  static Journal open(Path folder, long segmentBytes, long mostBytes) throws IOException {
    Files.createDirectories(folder);
    FileChannel owner =
        FileChannel.open(
            folder.resolve("owner.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!lock(owner)) {
        throw new KedgeException(
            new Failure.Broken(
                "another Kedge writes the usage journal in "
                    + folder
                    + "; every process needs a folder of its own",
                "journal_in_use",
                false));
      }
      return new Journal(folder, segmentBytes, mostBytes, owner);
    } catch (IOException | RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  private static boolean lock(FileChannel owner) throws IOException {
    try {
      FileLock lock = owner.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      return found.filter(file -> numberOf(file) >= 0).sorted().toList();
    }
  }

  /** Of a file of the journal, set aside or not; -1 for any other. */
  private static long numberOf(Path file) {
    String name = file.getFileName().toString();
    if (!name.matches("[0-9]{16}\\.journal(\\.damaged)?")) return -1;
    return Long.parseLong(name.substring(0, name.indexOf('.')));
  }

  private Segment next() throws IOException {
    Segment segment = Segment.create(folder.resolve("%016d%s".formatted(++number, SUFFIX)));
    segments.add(segment);
    unsynced.add(segment);
    return segment;
  }

  /**
   * Appends a frame, which is safe from the death of this process when the call returns. Waits
   * while the journal is full or the disk takes nothing, interrupted or not: the record is not
   * given up.
   *
   * @throws IllegalStateException after {@link #close}
   */
  void append(byte[] frame) {
    boolean interrupted = false;
    boolean waited = false;
    lock.lock();
    try {
      while (!fits(frame.length) || !written(frame)) {
        if (!waited) stalls++;
        waited = true;
        waiting++;
        stalled = true;
        try {
          // A time limit, because a disk does not tell when it has room again.
          var _ = room.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        } finally {
          waiting--;
          stalled = waiting > 0;
        }
      }
      frames++;
    } finally {
      lock.unlock();
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  private boolean fits(int length) {
    if (closed) throw new IllegalStateException("the usage journal is closed");
    // Who waits at the end has a record in hand: it goes in, whatever the bound.
    return closing || bytes + length <= mostBytes;
  }

  private boolean written(byte[] frame) {
    try {
      boolean full = active.length + frame.length > segmentBytes;
      if (active.length > 0 && (full || active.torn())) rotate();
      active.write(frame);
      bytes += frame.length;
      failing = false;
      return true;
    } catch (IOException e) {
      if (!failing) LOG.log(Level.ERROR, "the usage journal cannot be written: calls wait", e);
      failing = true;
      return false;
    }
  }

  private void rotate() throws IOException {
    Segment full = active;
    active = next();
    full.sealed = true;
  }

  /**
   * What can be read of the oldest file.
   *
   * @param segment to release it by
   * @param length bytes of whole frames
   * @param sealed whether nothing will follow in this file
   */
  record Oldest(Segment segment, Path path, long length, boolean sealed) {}

  /** The oldest file; empty once everything is sealed and released. */
  Optional<Oldest> oldest() {
    return locked(() ->
        Optional.ofNullable(segments.peekFirst())
            .map(first -> new Oldest(first, first.path, first.length, first.sealed)));
  }

  /**
   * Removes a sealed file, whose records the store has.
   *
   * @param damaged keeps the file under another name, for people to look at
   */
  void release(Segment segment, boolean damaged) throws IOException {
    if (damaged) {
      Files.move(
          segment.path,
          segment.path.resolveSibling(segment.path.getFileName() + DAMAGED),
          StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.deleteIfExists(segment.path);
    }
    locked(() -> {
      segments.remove(segment);
      bytes -= segment.length;
      room.signalAll();
      return segment;
    });
  }

  /** Forces to the disk what was appended before the call. For one thread. */
  void sync() throws IOException {
    record Due(Segment segment, long end, boolean sealed) {}

    boolean made = locked(() -> unsynced.stream().anyMatch(Segment::fresh));
    List<Due> due =
        locked(() -> unsynced.stream().map(s -> new Due(s, s.length, s.sealed)).toList());
    if (made) syncFolder();
    for (Due next : due) {
      next.segment.sync(next.end);
      if (!next.sealed) continue;
      next.segment.closeFile();
      locked(() -> unsynced.remove(next.segment));
    }
  }

  /** So that the file is found after a loss of power, not only its content. */
  private void syncFolder() throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * The journal's state.
   *
   * @param bytes in all files
   * @param frames appended by this process
   * @param stalls appends that had to wait
   */
  record State(long bytes, long frames, long stalls) {}

  /** Whether a frame waits to be appended. */
  boolean stalled() {
    return stalled;
  }

  State state() {
    return locked(() -> new State(bytes, frames, stalls));
  }

  /**
   * Takes the last frames: those that wait for room are let in, whatever the bound, then the last
   * file is sealed.
   *
   * @param patience how long a disk that takes nothing is waited for
   */
  void finish(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    locked(() -> {
      closing = true;
      room.signalAll();
      return closing;
    });
    while (locked(() -> waiting > 0) && System.nanoTime() < end) LockSupport.parkNanos(PAUSE_NANOS);
    locked(() -> {
      closed = true;
      active.sealed = true;
      room.signalAll();
      return closed;
    });
  }

  /** Forces everything to the disk. What was not released stays for the next start. */
  @Override
  public void close() throws IOException {
    finish(Duration.ZERO);
    try (owner) {
      sync();
    }
  }

  private <T> T locked(Supplier<T> step) {
    lock.lock();
    try {
      return step.get();
    } finally {
      lock.unlock();
    }
  }
}
