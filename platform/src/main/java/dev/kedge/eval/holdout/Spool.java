package dev.kedge.eval.holdout;

import dev.kedge.eval.data.Entry;
import dev.kedge.eval.mask.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Masked examples on the disk, by number, so that memory holds 12 bytes of each. One thread. The
 * file is its owner's only and goes when this is closed.
 */
final class Spool implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private long flushed;
  private long[] offsets = new long[1024];
  private int[] lengths = new int[1024];
  private int size;

  Spool(Path folder) throws IOException {
    OwnerOnly.folder(folder);
    file = Files.createTempFile(folder, "holdout", ".part");
    channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  int size() {
    return size;
  }

  /** Adds an example and gives its number. */
  int add(Entry entry) throws IOException {
    byte[] bytes = entry.line().getBytes(StandardCharsets.UTF_8);
    if (size == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * size);
      lengths = Arrays.copyOf(lengths, 2 * size);
    }
    if (bytes.length > buffer.remaining()) flush();
    offsets[size] = flushed + buffer.position();
    lengths[size] = bytes.length;
    if (bytes.length > buffer.capacity()) flushed += write(ByteBuffer.wrap(bytes));
    else buffer.put(bytes);
    return size++;
  }

  private void flush() throws IOException {
    flushed += write(buffer.flip());
    buffer.clear();
  }

  private long write(ByteBuffer bytes) throws IOException {
    long at = flushed;
    long count = 0;
    while (bytes.hasRemaining()) count += channel.write(bytes, at + count);
    return count;
  }

  /** The example of this number. */
  Entry get(int number) throws IOException {
    byte[] bytes = new byte[lengths[number]];
    if (offsets[number] >= flushed) {
      buffer.get((int) (offsets[number] - flushed), bytes);
    } else {
      ByteBuffer read = ByteBuffer.wrap(bytes);
      while (read.hasRemaining()) {
        if (channel.read(read, offsets[number] + read.position()) < 0) {
          throw new IOException(file + " was cut short");
        }
      }
    }
    return Entry.parse(new String(bytes, StandardCharsets.UTF_8), "spool:" + number);
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(file);
  }
}
