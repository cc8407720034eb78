package dev.kedge.engine.weights;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The digest of a file, kept beside it as {@code FILE.verified} so that an unchanged file need not
 * be read to know it. The record is bound to all of {@link FileStat}; it counts only where that is
 * what the file system says now, and where nobody but this user or the administrator can have
 * written the record. In every other case the file is read.
 *
 * <p>This finds every change that other users, copies, restores and updates make. It does not find
 * what is done by somebody who can act as this user and forges the record, or who turns back the
 * system's clock: against these the engine reads what it serves a second time, after its start.
 */
public final class DigestRecord {
  private static final int MOST_BYTES = 1024;
  private static final Pattern FORM =
      Pattern.compile(
          "kedge-verified 1\nsha256 ([0-9a-f]{64})\nbytes (\\d{1,18})\nmodified (-?\\d{1,19})\n"
              + "changed (-?\\d{1,19})\ninode (-?\\d{1,19})\ndevice (-?\\d{1,19})\n");

  private DigestRecord() {}

  /** Where the record of a file stands. */
  public static Path of(Path file) {
    return file.resolveSibling(file.getFileName() + ".verified");
  }

  /**
   * The recorded digest of a file that is unchanged since.
   *
   * @param now of the file
   */
  public static Optional<FileDigest> read(Path file, FileStat now) {
    Path record = of(file);
    try {
      if (!Files.isRegularFile(record, LinkOption.NOFOLLOW_LINKS)) return Optional.empty();
      if (!FileStat.of(record).map(FileStat::ours).orElse(false)) return Optional.empty();
      byte[] bytes;
      try (InputStream in = Files.newInputStream(record, LinkOption.NOFOLLOW_LINKS)) {
        bytes = in.readNBytes(MOST_BYTES);
      }
      return parse(new String(bytes, StandardCharsets.US_ASCII), now);
    } catch (IOException e) {
      return Optional.empty(); // a record that cannot be read is none
    }
  }

  private static Optional<FileDigest> parse(String text, FileStat now) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) return Optional.empty();
    FileDigest digest;
    try {
      digest = new FileDigest(Long.parseLong(matcher.group(2)), matcher.group(1));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
    return text.equals(text(digest, now)) ? Optional.of(digest) : Optional.empty();
  }

  /**
   * Records the digest of a file, readable by its owner only.
   *
   * @param stat of the file before it was read, or after it was written
   * @return false where it cannot be written; the file is then read again the next time
   */
  public static boolean write(Path file, FileStat stat, FileDigest digest) {
    byte[] text = text(digest, stat).getBytes(StandardCharsets.US_ASCII);
    try (AtomicFile record = AtomicFile.beside(of(file), true)) {
      record.write(MemorySegment.ofArray(text));
      record.commit();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Records the digest of a file that was just written. */
  public static void write(Path file, FileDigest digest) throws IOException {
    Optional<FileStat> stat = FileStat.of(file);
    if (stat.isPresent()) write(file, stat.get(), digest);
  }

  private static String text(FileDigest digest, FileStat stat) {
    List<Object> values =
        List.of(
            digest.sha256(),
            digest.bytes(),
            stat.modifiedNanos(),
            stat.changedNanos(),
            stat.inode(),
            stat.device());
    return String.format(
        Locale.ROOT,
        """
        kedge-verified 1
        sha256 %s
        bytes %d
        modified %d
        changed %d
        inode %d
        device %d
        """,
        values.toArray());
  }
}
