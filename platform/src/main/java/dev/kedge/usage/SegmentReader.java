package dev.kedge.usage;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one file of the journal, whatever happened to it: behind a damaged place it
 * goes on at the next frame whose checksum is right. For one thread.
 */
final class SegmentReader implements AutoCloseable {
  private static final int BUFFER_BYTES = 4 * RecordCodec.LARGEST_PAYLOAD;

  private final Path path;
  private final RandomAccessFile in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long offset;
  private long skipped;
  private long damagedBytes;
  private int unknown;

  SegmentReader(Path path) throws IOException {
    this.path = path;
    this.in = new RandomAccessFile(path.toFile(), "r");
  }

  Path path() {
    return path;
  }

  /** Where the next frame begins. */
  long offset() {
    return offset;
  }

  /**
   * Whether the file holds what should not be thrown away: bytes between frames that are none, or
   * records of a later version. A torn frame at the very end is what a crash leaves, no damage.
   */
  boolean damaged() {
    return damagedBytes > 0 || unknown > 0;
  }

  /** The damage in words. */
  String damage() {
    return damagedBytes + " unreadable bytes, " + unknown + " records of another version";
  }

  /**
   * The next records.
   *
   * @param end bytes of the file that may be read
   * @param most records
   * @return none where {@link #offset} has reached the end
   */
  List<UsageRecord> read(long end, int most) throws IOException {
    List<UsageRecord> records = new ArrayList<>();
    while (records.size() < most && offset < end) {
      int filled = (int) Math.min(buffer.length, end - offset);
      in.seek(offset);
      try {
        in.readFully(buffer, 0, filled);
      } catch (EOFException e) {
        offset = end; // the file is shorter than it was: there is nothing more to save
        break;
      }
      offset += parse(filled, offset + filled == end, records, most);
    }
    return records;
  }

  /** Takes whole frames out of the buffer and says how many bytes are done with. */
  private int parse(int filled, boolean last, List<UsageRecord> records, int most) {
    ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, filled);
    int at = 0;
    while (records.size() < most && at < filled) {
      int length = frameLength(bytes, at, filled);
      // A frame that goes on behind the buffer is read again with what follows, if anything does.
      if (length == INCOMPLETE && !last) return at;
      if (length > 0) {
        add(bytes.slice(at + RecordCodec.HEADER, length - RecordCodec.HEADER), records);
        at += length;
      } else {
        at++;
        skipped++;
      }
    }
    return at;
  }

  private static final int INCOMPLETE = -1;
  private static final int NONE = 0;

  private int frameLength(ByteBuffer bytes, int at, int filled) {
    if (filled - at < RecordCodec.HEADER) return INCOMPLETE;
    if (bytes.getInt(at) != RecordCodec.MARKER) return NONE;
    int payload = bytes.getInt(at + 4);
    if (payload <= 0 || payload > RecordCodec.LARGEST_PAYLOAD) return NONE;
    if (filled - at - RecordCodec.HEADER < payload) return INCOMPLETE;
    int crc = RecordCodec.crc(buffer, at + RecordCodec.HEADER, payload);
    return crc == bytes.getInt(at + 8) ? RecordCodec.HEADER + payload : NONE;
  }

  private void add(ByteBuffer payload, List<UsageRecord> records) {
    damagedBytes += skipped;
    skipped = 0;
    @Nullable UsageRecord record = RecordCodec.record(payload).orElse(null);
    if (record == null) unknown++;
    else records.add(record);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
