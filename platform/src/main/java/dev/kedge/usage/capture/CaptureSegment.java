package dev.kedge.usage.capture;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * A file of captured exchanges: gzip members of lines.
 *
 * @param begun when its first line was written
 */
public record CaptureSegment(Path path, Instant begun) {
  private static final String SUFFIX = ".jsonl.gz";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS").withZone(ZoneOffset.UTC);
  private static final int LONGEST_LINE = 64 << 20;
  private static final int BUFFER_BYTES = 64 * 1024;

  /** Takes lines, without their end. */
  @FunctionalInterface
  public interface Lines {
    void line(byte[] line) throws IOException;
  }

  /** A file that is not there yet. */
  static CaptureSegment next(Path folder, Instant now) {
    for (int number = 0; ; number++) {
      String name = "%s-%03d%s".formatted(TIME.format(now), number, SUFFIX);
      Path path = folder.resolve(name);
      if (!Files.exists(path)) return new CaptureSegment(path, now);
    }
  }

  /** The segment of a file, if it is one. */
  static Optional<CaptureSegment> of(Path path) {
    String name = path.getFileName().toString();
    int dash = name.indexOf('-');
    if (!name.endsWith(SUFFIX) || dash < 0) return Optional.empty();
    try {
      return Optional.of(
          new CaptureSegment(path, Instant.from(TIME.parse(name.substring(0, dash)))));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Bytes on the disk, 0 where the file is gone or not yet there. */
  long size() throws IOException {
    try {
      return Files.size(path);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /** How many lines it has. */
  long count() throws IOException {
    try {
      return read(line -> {});
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /**
   * Gives its lines to {@code each}. What a crash or a writer at work left of a last member is
   * passed over.
   *
   * @return how many
   */
  long read(Lines each) throws IOException {
    long count = 0;
    try (InputStream file = new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES)) {
      InputStream in = opened(file);
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = some(in, buffer); n > 0; n = some(in, buffer)) {
        int from = 0;
        for (int i = 0; i < n; i++) {
          if (buffer[i] != '\n') continue;
          line.write(buffer, from, i - from);
          from = i + 1;
          each.line(line.toByteArray());
          line.reset();
          count++;
        }
        line.write(buffer, from, n - from);
        if (line.size() > LONGEST_LINE) throw new IOException(path + ": a line without end");
      }
    }
    return count;
  }

  private static InputStream opened(InputStream file) throws IOException {
    try {
      return new GZIPInputStream(file, BUFFER_BYTES);
    } catch (EOFException | ZipException e) {
      return InputStream.nullInputStream();
    }
  }

  private static int some(InputStream in, byte[] buffer) throws IOException {
    try {
      return in.read(buffer);
    } catch (EOFException | ZipException e) {
      return -1;
    }
  }

  /** Writes the file anew without some lines, or deletes it where none is left. */
  long delete(Predicate<byte[]> which) throws IOException {
    long[] counts = new long[2];
    Path part = path.resolveSibling(path.getFileName() + ".part");
    try {
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(part), BUFFER_BYTES)) {
        read(line -> {
          boolean gone = which.test(line);
          counts[gone ? 0 : 1]++;
          if (gone) return;
          out.write(line);
          out.write('\n');
        });
      }
      if (counts[1] == 0) Files.deleteIfExists(path);
      else if (counts[0] > 0) Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
      return counts[0];
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
