package dev.kedge.usage.capture;

import dev.kedge.base.KedgeException;
import dev.kedge.config.CaptureRule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * The files of captured exchanges. One instance is for one thread; several instances, in several
 * processes, may work on one folder at a time.
 */
public final class CaptureFolder {
  private static final long MOST_SEGMENT_BYTES = 8 << 20;
  private static final int SEGMENTS_PER_BOUND = 16;
  private static final Duration LONGEST_SEGMENT = Duration.ofHours(1);
  private static final int SEGMENTS_PER_KEEP = 24;
  private static final String TASK = "[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}";

  private final Path folder;

  /** The file per task that this instance appends to, with the length it should have. */
  private final Map<String, Current> current = new HashMap<>();

  private record Current(CaptureSegment segment, long length) {}

  public CaptureFolder(Path folder) {
    this.folder = folder;
  }

  /** Makes the folder, for the owner only. */
  void create() throws IOException {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] owner =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
            }
            : new FileAttribute<?>[0];
    Files.createDirectories(folder, owner);
  }

  /** The tasks that have exchanges here, in the order of their names. */
  public List<String> tasks() throws IOException {
    if (!Files.isDirectory(folder)) return List.of();
    try (Stream<Path> found = Files.list(folder)) {
      return found
          .filter(Files::isDirectory)
          .map(path -> path.getFileName().toString())
          .filter(name -> name.matches(TASK))
          .sorted()
          .toList();
    }
  }

  /**
   * What is kept of a task.
   *
   * @param bytes on the disk
   * @param oldest when the oldest file was begun; absent without any
   */
  public record Kept(String task, long exchanges, long bytes, Optional<Instant> oldest) {}

  /** Counts what is kept of a task; reads all of it. */
  public Kept kept(String task) throws IOException {
    long bytes = 0;
    long exchanges = 0;
    List<CaptureSegment> segments = segments(task);
    for (CaptureSegment segment : segments) {
      bytes += segment.size();
      exchanges += segment.count();
    }
    return new Kept(
        task, exchanges, bytes, segments.stream().findFirst().map(CaptureSegment::begun));
  }

  /**
   * Gives every exchange of a task to {@code each}, oldest file first.
   *
   * @return how many
   */
  public long read(String task, CaptureSegment.Lines each) throws IOException {
    long count = 0;
    for (CaptureSegment segment : segments(task)) {
      try {
        count += segment.read(each);
      } catch (NoSuchFileException e) {
        // It expired meanwhile; the next one is there.
      }
    }
    return count;
  }

  /**
   * Deletes exchanges of a task while a server may write others.
   *
   * @param which lines to delete
   * @return how many
   */
  public long delete(String task, Predicate<byte[]> which) throws IOException {
    long deleted = 0;
    Path home = taskFolder(task);
    if (!Files.isDirectory(home)) return 0;
    try (TaskLock _ = TaskLock.of(home)) {
      removeParts(home);
      for (CaptureSegment segment : segments(task)) deleted += segment.delete(which);
    }
    return deleted;
  }

  /**
   * Appends lines and makes room for them.
   *
   * @return how many older exchanges had to leave
   * @throws KedgeException where they are more than a rule's bound can hold
   */
  long append(CaptureRule rule, byte[] lines, Instant now) throws IOException {
    byte[] member = compressed(lines);
    if (member.length > rule.mostBytes() / 2) {
      throw KedgeException.invalid("larger than half of max_bytes of the task " + rule.task());
    }
    Path home = taskFolder(rule.task());
    Files.createDirectories(home);
    try (TaskLock _ = TaskLock.of(home)) {
      CaptureSegment segment = writable(rule, now);
      long before = segment.size();
      long evicted = makeRoom(rule, segment, member.length);
      try {
        Files.write(segment.path(), member, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        current.put(rule.task(), new Current(segment, before + member.length));
      } catch (IOException e) {
        // Half a member may stand there: nothing is appended to this file any more.
        current.remove(rule.task());
        throw e;
      }
      return evicted;
    }
  }

  private static byte[] compressed(byte[] lines) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(lines);
    }
    return bytes.toByteArray();
  }

  /** The file to append to: the current one, unless it is full, old, or not as it was left. */
  private CaptureSegment writable(CaptureRule rule, Instant now) throws IOException {
    Current open = current.get(rule.task());
    if (open != null && open.length < segmentBytes(rule)) {
      boolean young = now.isBefore(open.segment.begun().plus(age(rule)));
      if (young && open.segment.size() == open.length) return open.segment;
    }
    return CaptureSegment.next(taskFolder(rule.task()), now);
  }

  private static long segmentBytes(CaptureRule rule) {
    return Math.min(MOST_SEGMENT_BYTES, rule.mostBytes() / SEGMENTS_PER_BOUND);
  }

  private static Duration age(CaptureRule rule) {
    Duration part = rule.keep().dividedBy(SEGMENTS_PER_KEEP);
    return part.compareTo(LONGEST_SEGMENT) < 0 ? part : LONGEST_SEGMENT;
  }

  private long makeRoom(CaptureRule rule, CaptureSegment open, long more) throws IOException {
    List<CaptureSegment> segments = segments(rule.task());
    long bytes = more;
    for (CaptureSegment segment : segments) bytes += segment.size();
    long evicted = 0;
    for (CaptureSegment segment : segments) {
      if (bytes <= rule.mostBytes()) break;
      if (segment.equals(open)) continue;
      bytes -= segment.size();
      evicted += remove(segment);
    }
    return evicted;
  }

  /**
   * Removes files that hold what may be kept no longer.
   *
   * @return how many exchanges went
   */
  long expire(CaptureRule rule, Instant now) throws IOException {
    Path home = taskFolder(rule.task());
    if (!Files.isDirectory(home)) return 0;
    long expired = 0;
    try (TaskLock _ = TaskLock.of(home)) {
      removeParts(home);
      for (CaptureSegment segment : segments(rule.task())) {
        // By the file's beginning: its later exchanges go a little early, none stays too long.
        if (segment.begun().plus(rule.keep()).isAfter(now)) break;
        expired += remove(segment);
      }
    }
    return expired;
  }

  /** What a deletion left that was killed: nobody else would ever look at it. */
  private static void removeParts(Path home) throws IOException {
    try (Stream<Path> found = Files.list(home)) {
      for (Path part : found.filter(path -> path.toString().endsWith(".part")).toList()) {
        Files.deleteIfExists(part);
      }
    }
  }

  private static long remove(CaptureSegment segment) throws IOException {
    long count = segment.count();
    Files.deleteIfExists(segment.path());
    return count;
  }

  private List<CaptureSegment> segments(String task) throws IOException {
    Path home = taskFolder(task);
    if (!Files.isDirectory(home)) return List.of();
    List<CaptureSegment> segments = new ArrayList<>();
    try (Stream<Path> found = Files.list(home)) {
      found.sorted().forEach(path -> CaptureSegment.of(path).ifPresent(segments::add));
    }
    return segments;
  }

  private Path taskFolder(String task) {
    if (!task.matches(TASK)) throw KedgeException.invalid("'" + task + "' is no name of a task");
    return folder.resolve(task);
  }
}
