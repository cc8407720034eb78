package dev.kedge.backend.upstream;

import dev.kedge.backend.upstream.http.Pieces;
import java.io.IOException;
import java.util.Arrays;

/**
 * Cuts a body into server-sent events, byte by byte as they came: whatever the line ends, wherever
 * the pieces of the body are cut. One thread. The event's bytes are valid until the next one is
 * asked for.
 */
final class EventReader {
  private static final int MAX_EVENT = 8 << 20;
  private static final int BUFFER = 4 << 10;
  private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

  private final Pieces pieces;
  private byte[] buffer = new byte[BUFFER];
  private int from;
  private int end;
  private int to;

  /* State of the line that is being looked at. */
  private boolean lineEmpty = true;
  private boolean content;
  private boolean afterCr;
  private boolean blankAfterCr;

  /* A stream that has ended a line with CR alone does so again: no LF is waited for. */
  private boolean crOnly;

  private byte[] data = buffer;
  private int dataFrom;
  private int dataTo;

  EventReader(Pieces pieces) {
    this.pieces = pieces;
  }

  /** Reads the next whole event; false where the body has ended. */
  boolean next() throws IOException {
    from = end;
    int at = from;
    while (true) {
      int found = find(at);
      if (found >= 0) {
        end = found;
        return true;
      }
      at = to - from;
      if (at > MAX_EVENT)
        throw Refusals.malformed(
            "an event of the stream is longer than " + (MAX_EVENT >> 20) + " MiB");
      if (!pieces.next()) return false;
      append();
      at += from;
    }
  }

  /** Whether bytes came that belong to no whole event. */
  boolean unfinished() {
    return content && to > end;
  }

  private void append() {
    int more = pieces.to() - pieces.from();
    if (from > 0 && (from == to || buffer.length - to < more)) {
      System.arraycopy(buffer, from, buffer, 0, to - from);
      to -= from;
      end -= from;
      from = 0;
    }
    if (buffer.length - to < more)
      buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, to + more));
    System.arraycopy(pieces.bytes(), pieces.from(), buffer, to, more);
    to += more;
  }

  /* Where the event ends that is looked for from `at` on, or -1. */
  private int find(int at) {
    byte[] bytes = buffer;
    for (int i = at; i < to; i++) {
      byte c = bytes[i];
      if (c != '\n' && c != '\r') {
        if (afterCr) crOnly = true;
        if (blankAfterCr) return found(i);
        afterCr = false;
        lineEmpty = false;
        content = true;
      } else if (c == '\n' && afterCr) {
        afterCr = false;
        if (blankAfterCr) return found(i + 1);
      } else {
        if (afterCr) crOnly = true;
        boolean blank = lineEmpty && content;
        lineEmpty = true;
        afterCr = c == '\r';
        if (blank && (c == '\n' || crOnly)) return found(i + 1);
        blankAfterCr = blank;
      }
    }
    return -1;
  }

  private int found(int at) {
    lineEmpty = true;
    content = false;
    afterCr = crOnly;
    blankAfterCr = false;
    return at;
  }

  /** The whole event, closing blank line included. */
  byte[] frame() {
    return Arrays.copyOfRange(buffer, from, end);
  }

  /** Finds the event's data; false where it has none, as a comment has. */
  boolean findData() {
    int lines = 0;
    for (int line = from; line < end; ) {
      int stop = line;
      while (stop < end && buffer[stop] != '\n' && buffer[stop] != '\r') stop++;
      if (isData(line, stop)) addData(lines++, valueStart(line, stop), stop);
      line = stop + 1;
    }
    return lines > 0 && dataTo > dataFrom;
  }

  private boolean isData(int line, int stop) {
    return stop - line >= 4
        && buffer[line] == 'd'
        && buffer[line + 1] == 'a'
        && buffer[line + 2] == 't'
        && buffer[line + 3] == 'a'
        && (stop - line == 4 || buffer[line + 4] == ':');
  }

  private int valueStart(int line, int stop) {
    int at = Math.min(line + 5, stop);
    return at < stop && buffer[at] == ' ' ? at + 1 : at;
  }

  private void addData(int lines, int start, int stop) {
    if (lines == 0) {
      data = buffer;
      dataFrom = start;
      dataTo = stop;
      return;
    }
    int length = dataTo - dataFrom;
    byte[] joined = new byte[length + 1 + stop - start];
    System.arraycopy(data, dataFrom, joined, 0, length);
    joined[length] = '\n';
    System.arraycopy(buffer, start, joined, length + 1, stop - start);
    data = joined;
    dataFrom = 0;
    dataTo = joined.length;
  }

  /** Whether the data is the mark that ends a stream of chunks. */
  boolean isDone() {
    if (dataTo - dataFrom < DONE.length) return false;
    return Arrays.equals(data, dataFrom, dataFrom + DONE.length, DONE, 0, DONE.length);
  }

  /** Holds the data that {@link #findData} found. */
  byte[] data() {
    return data;
  }

  int dataFrom() {
    return dataFrom;
  }

  int dataTo() {
    return dataTo;
  }
}
