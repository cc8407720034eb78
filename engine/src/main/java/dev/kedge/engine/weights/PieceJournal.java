package dev.kedge.engine.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which pieces of a {@link PartialFile} are whole: a line for what the file is made of, and then
 * one per piece with its place, length, SHA-256 and name. Lines are added one by one; a last one
 * that is cut off, and whatever else cannot be read, counts as not there. For one thread.
 */
final class PieceJournal implements AutoCloseable {
  private static final int MOST_BYTES = 32 << 20;
  private static final Pattern PIECE =
      Pattern.compile("piece (\\d{1,18}) (\\d{1,18}) ([0-9a-f]{64}) (\"[ -~]*\")");

  private record Entry(long place, long length, String digest, String name, long end) {}

  private final FileChannel channel;
  private final List<Entry> found;
  private final boolean replacedOther;
  private final long headEnd;
  private int next;

  private PieceJournal(
      FileChannel channel, List<Entry> found, boolean replacedOther, long headEnd) {
    this.channel = channel;
    this.found = found;
    this.replacedOther = replacedOther;
    this.headEnd = headEnd;
  }

  /**
   * Opens or begins a journal.
   *
   * @param source what the file is made of; the pieces of another one are forgotten
   * @param partBytes of the file; pieces beyond are forgotten
   */
  static PieceJournal open(Path file, String source, long partBytes) throws IOException {
    FileChannel channel = PartFile.openOwn(file);
    try {
      String head = "kedge-import 1 " + JsonText.quoted(source) + "\n";
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(MOST_BYTES, channel.size()));
      for (int count = 0; count >= 0 && bytes.hasRemaining(); ) {
        count = channel.read(bytes, bytes.position());
      }
      String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
      boolean same = text.startsWith(head);
      List<Entry> entries = same ? entries(text, head.length(), partBytes) : List.of();
      boolean other = !same && partBytes > 0 && text.indexOf('\n') > 0;
      if (!same) {
        channel.truncate(0);
        append(channel, head);
      }
      return new PieceJournal(channel, entries, other, head.length());
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  private static List<Entry> entries(String text, int from, long partBytes) {
    List<Entry> entries = new ArrayList<>();
    int at = from;
    for (int end = text.indexOf('\n', at); end >= 0; end = text.indexOf('\n', at)) {
      Matcher line = PIECE.matcher(text.substring(at, end));
      if (!line.matches()) break;
      long place = Long.parseLong(line.group(1));
      long length = Long.parseLong(line.group(2));
      if (place + length > partBytes) break;
      entries.add(new Entry(place, length, line.group(3), line.group(4), end + 1));
      at = end + 1;
    }
    return entries;
  }

  /** Whether there was one of something else. */
  boolean replacedOther() {
    return replacedOther;
  }

  /** The digest of the next piece that was found, if it is this one; it is then behind. */
  Optional<String> next(String name, long place, long length) {
    if (next == found.size()) return Optional.empty();
    Entry entry = found.get(next);
    boolean fits =
        entry.place == place && entry.length == length && entry.name.equals(JsonText.quoted(name));
    if (!fits) return Optional.empty();
    next++;
    return Optional.of(entry.digest);
  }

  /** Forgets the pieces from {@code kept} on; more can then be added. */
  void cut(int kept) throws IOException {
    channel.truncate(kept == 0 ? headEnd : found.get(kept - 1).end);
  }

  /** Adds a piece that is whole. */
  void add(String name, long place, long length, String digest) throws IOException {
    append(channel, "piece %d %d %s %s\n".formatted(place, length, digest, JsonText.quoted(name)));
  }

  private static void append(FileChannel channel, String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
    for (long at = channel.size(); bytes.hasRemaining(); ) at += channel.write(bytes, at);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
