package dev.kedge.backend.upstream.http;

import java.io.IOException;

/**
 * The body of a response, piece by piece as the socket gives it. A piece is valid until the next
 * one is asked for. One thread.
 */
final class HttpBody {
  private static final int MAX_CHUNK_LINE = 1 << 10;
  private static final int MAX_TRAILERS = 16 << 10;

  private final HttpConnection connection;
  private final boolean chunked;
  private final boolean untilClose;

  /* Bytes that the current chunk or the body still has. */
  private long left;
  private boolean firstChunk = true;
  private boolean ended;
  private int from;
  private int to;
  private int lineStart;

  HttpBody(HttpConnection connection, ResponseHead head) {
    this.connection = connection;
    this.chunked = head.length() == ResponseHead.CHUNKED;
    this.untilClose = head.length() == ResponseHead.UNTIL_CLOSE;
    this.left = chunked ? 0 : untilClose ? Long.MAX_VALUE : head.length();
  }

  boolean ended() {
    return ended;
  }

  byte[] bytes() {
    return connection.buffer();
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  /** Reads the next piece, at least one byte; false at the end of the body. */
  boolean next() throws IOException {
    if (ended) return false;
    if (chunked && left == 0 && !nextChunk()) return false;
    if (left == 0) return end();
    if (connection.available() == 0 && !connection.fill()) {
      if (untilClose) return end();
      throw closed();
    }
    int count = (int) Math.min(left, connection.available());
    from = connection.from();
    to = from + count;
    connection.take(count);
    left -= count;
    return true;
  }

  private boolean end() {
    ended = true;
    return false;
  }

  private boolean nextChunk() throws IOException {
    if (!firstChunk && lineLength(2) != 0)
      throw HttpFailure.malformed("a chunk of the response is longer than it says");
    firstChunk = false;
    int length = lineLength(MAX_CHUNK_LINE);
    left = size(connection.buffer(), lineStart, lineStart + length);
    if (left > 0) return true;
    for (int trailers = 0; trailers < MAX_TRAILERS; ) {
      int line = lineLength(MAX_TRAILERS);
      if (line == 0) return end();
      trailers += line;
    }
    throw HttpFailure.malformed("the trailers of the response are too long");
  }

  /* Takes a line, whose bytes then stand from lineStart; its length without line end. */
  private int lineLength(int max) throws IOException {
    int seen = 0;
    while (true) {
      byte[] buffer = connection.buffer();
      for (int at = connection.from() + seen; at < connection.to(); at++, seen++) {
        if (buffer[at] != '\n') continue;
        lineStart = connection.from();
        connection.take(seen + 1);
        return seen > 0 && buffer[at - 1] == '\r' ? seen - 1 : seen;
      }
      if (seen > max) throw HttpFailure.malformed("a chunk line of the response is too long");
      if (!connection.fill()) throw closed();
    }
  }

  private static long size(byte[] bytes, int from, int to) throws HttpFailure {
    long size = 0;
    int at = from;
    for (; at < to; at++) {
      int digit = Character.digit(bytes[at], 16);
      if (digit < 0) break;
      if (at - from >= 15) throw HttpFailure.malformed("a chunk of the response is too large");
      size = size << 4 | digit;
    }
    boolean extension = at < to && (bytes[at] == ';' || bytes[at] == ' ' || bytes[at] == '\t');
    if (at == from || (at < to && !extension))
      throw HttpFailure.malformed("a chunk size of the response is not hexadecimal");
    return size;
  }

  private static HttpFailure closed() {
    return new HttpFailure(
        HttpFailure.Kind.CLOSED, "the connection was closed within the response");
  }
}
