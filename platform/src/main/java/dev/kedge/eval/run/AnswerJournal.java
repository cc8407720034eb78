package dev.kedge.eval.run;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.Reply;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;

/**
 * Answers that were paid for, kept in a file that only grows. Any thread may call; one process at a
 * time.
 *
 * <p>A line is a checksum, a letter, keys and for an answer its JSON: {@code A} a question is about
 * to be asked, {@code R} its answer, {@code X} that its call failed and may be made again, {@code
 * F} what the server said about itself from here on, {@code N} the journal's own mark. A line
 * reaches the page cache in one write before the method returns, so that {@code kill -9} leaves at
 * most one torn line at the end, which is cut off at the next opening; the file is forced to disk
 * about once a second. In memory is a key and a position per answer.
 *
 * <p>A question without answer was under way when a process died. It will be asked again: whether
 * the server answered it, nobody can know.
 */
public final class AnswerJournal implements AutoCloseable {
  private static final int LONGEST_LINE = 64 << 20;
  private static final int SUM_DIGITS = 8;
  private static final int KEY_DIGITS = 32;
  private static final long FORCE_NANOS = 1_000_000_000;

  /** A digest's first 128 bits. */
  private record Key(long high, long low) {
    static Key of(String hex) {
      return new Key(
          HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
    }
  }

  private record Place(long offset, int length) {}

  private final Path file;
  private final FileChannel channel;
  /* A file of its own: closing any other handle of a file gives up its lock on some systems. */
  private final FileChannel owner;
  /* All below: guarded by this. */
  private final Map<Key, Place> answers = new HashMap<>();
  private final Set<Key> open = new HashSet<>();
  private final Map<Key, Integer> failures = new HashMap<>();
  private final int leftOpen;
  private int died;
  private String mark = "";
  private String fingerprint = "";
  private boolean toldFingerprint;
  private long end;
  private long forced = System.nanoTime();
  private boolean broken;

  private AnswerJournal(Path file, FileChannel channel, FileChannel owner) throws IOException {
    this.file = file;
    this.channel = channel;
    this.owner = owner;
    load();
    leftOpen = died + open.size();
    channel.truncate(end);
    if (end == 0) markNew();
  }

  /**
   * Opens a journal, or makes one.
   *
   * @throws KedgeException if another process has it
   */
  public static AnswerJournal open(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    if (target.getParent() != null) Files.createDirectories(target.getParent());
    FileChannel owner =
        FileChannel.open(
            target.resolveSibling(target.getFileName() + ".lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    try {
      if (!locked(owner)) {
        throw new KedgeException(
            new Failure.Broken(
                "another run asks the same model with the same settings; wait for it, or stop it",
                "run_in_progress",
                true));
      }
      FileChannel channel =
          FileChannel.open(
              target, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        return new AnswerJournal(target, channel, owner);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private void markNew() {
    byte[] random = new byte[KEY_DIGITS / 2];
    new SecureRandom().nextBytes(random);
    mark = HexFormat.of().formatHex(random);
    append("N " + mark);
  }

  private void load() throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      long length = 0;
      for (int b = in.read(); b >= 0; b = in.read()) {
        length++;
        if (b != '\n') {
          if (length <= LONGEST_LINE) line.write(b);
          continue;
        }
        // A damaged line is left where it stands: its question will be asked again.
        take(line.toByteArray());
        end += length;
        length = 0;
        line.reset();
      }
    }
  }

  private void take(byte[] line) {
    if (line.length < SUM_DIGITS + 3) return;
    String sum = new String(line, 0, SUM_DIGITS, StandardCharsets.US_ASCII);
    if (!sum.equals(checksum(line, SUM_DIGITS + 1, line.length))) return;
    int from = SUM_DIGITS + 3;
    switch (line[SUM_DIGITS + 1]) {
      case 'A' -> {
        // Asked again without an end of the first call: its process died.
        if (!open.add(key(line, from))) died++;
      }
      case 'X' -> {
        open.remove(key(line, from));
        failures.merge(key(line, from), 1, Integer::sum);
      }
      case 'R' -> {
        open.remove(key(line, from));
        int second = from + KEY_DIGITS + 1;
        int json = second + KEY_DIGITS + 1;
        answers.put(key(line, second), new Place(end + json, line.length - json));
      }
      case 'F' -> {
        fingerprint = new String(line, from, line.length - from, StandardCharsets.UTF_8);
        toldFingerprint = true;
      }
      case 'N' -> mark = new String(line, from, line.length - from, StandardCharsets.US_ASCII);
      default -> {
        // Written by a later Kedge, and of no use to this one.
      }
    }
  }

  private static Key key(byte[] line, int from) {
    return Key.of(new String(line, from, KEY_DIGITS, StandardCharsets.US_ASCII));
  }

  private static String checksum(byte[] bytes, int from, int to) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, from, to - from);
    return HexFormat.of().toHexDigits(sum.getValue(), SUM_DIGITS);
  }

  /** Calls that were under way when a process died, as of the opening. */
  public int leftOpen() {
    return leftOpen;
  }

  /**
   * What tells this journal from any other, so that the same question of two journals is two calls;
   * empty for one that an earlier version began.
   */
  public String mark() {
    return mark;
  }

  /** What the server last said about itself; empty where it never answered. */
  public synchronized Optional<String> fingerprint() {
    return toldFingerprint ? Optional.of(fingerprint) : Optional.empty();
  }

  /** Whether there is an answer. */
  public synchronized boolean has(String key) {
    return answers.containsKey(Key.of(key));
  }

  /** How many answers there are. */
  public synchronized int size() {
    return answers.size();
  }

  /**
   * The answer to a question.
   *
   * @throws KedgeException if the file was changed by somebody else
   */
  public Optional<Reply> find(String key) {
    Place place;
    synchronized (this) {
      place = answers.get(Key.of(key));
    }
    if (place == null) return Optional.empty();
    ByteBuffer buffer = ByteBuffer.allocate(place.length());
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, place.offset() + buffer.position()) < 0) break;
      }
      return Optional.of(RunFolder.JSON.readValue(buffer.array(), Reply.class));
    } catch (IOException | JacksonException e) {
      throw new KedgeException(
          new Failure.Broken(
              file + ": an answer cannot be read back: " + e.getMessage(), "journal_broken", false),
          e);
    }
  }

  /**
   * Notes that a question is about to be asked.
   *
   * @param question 32 hexadecimal digits or more, of which the first 32 count
   */
  public void asking(String question) {
    append("A " + question.substring(0, KEY_DIGITS));
  }

  /**
   * Keeps an answer; it is safe from the death of this process when this returns.
   *
   * @param question as given to {@link #asking}
   * @param key under which it is found
   */
  public void answered(String question, String key, Reply reply) {
    String head =
        "R " + question.substring(0, KEY_DIGITS) + " " + key.substring(0, KEY_DIGITS) + " ";
    String json = RunFolder.JSON.writeValueAsString(reply);
    synchronized (this) {
      long start = append(head + json);
      int length = json.getBytes(StandardCharsets.UTF_8).length;
      answers.put(Key.of(key), new Place(start + SUM_DIGITS + 1 + head.length(), length));
    }
  }

  /** Notes that a call failed in a way that may pass. */
  public synchronized void failed(String question) {
    append("X " + question.substring(0, KEY_DIGITS));
    failures.merge(Key.of(question), 1, Integer::sum);
  }

  /** How often calls with this question were seen to fail, by this process or earlier ones. */
  public synchronized int failures(String question) {
    return failures.getOrDefault(Key.of(question), 0);
  }

  /** Notes what the server says about itself, where that is new. */
  public synchronized void tells(String told) {
    String line = told.replaceAll("[\\r\\n]", " ");
    if (toldFingerprint && fingerprint.equals(line)) return;
    append("F " + line);
    fingerprint = line;
    toldFingerprint = true;
  }

  private synchronized long append(String content) {
    if (broken) throw failed(new IOException("an earlier write failed"));
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    String sum = checksum(bytes, 0, bytes.length);
    ByteBuffer line = ByteBuffer.allocate(SUM_DIGITS + 1 + bytes.length + 1);
    line.put(sum.getBytes(StandardCharsets.US_ASCII)).put((byte) ' ').put(bytes).put((byte) '\n');
    line.flip();
    long start = end;
    try {
      while (line.hasRemaining()) channel.write(line, start + line.position());
      end = start + line.limit();
      if (System.nanoTime() - forced > FORCE_NANOS) {
        channel.force(false);
        forced = System.nanoTime();
      }
      return start;
    } catch (IOException e) {
      // Half a line may stand there: whatever came behind it would be cut off with it.
      broken = true;
      throw failed(e);
    }
  }

  private KedgeException failed(IOException e) {
    return new KedgeException(
        new Failure.Broken(
            file + ": answers cannot be kept: " + e.getMessage(), "journal_failed", false),
        e);
  }

  @Override
  public synchronized void close() {
    try {
      channel.force(false);
      channel.close();
      owner.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
