package dev.kedge.backend.upstream.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;

/**
 * One connection with the bytes that were read ahead. One thread at a time; {@link #close} may come
 * from any.
 */
final class HttpConnection {
  private static final int BUFFER = 16 << 10;
  private static final int MAX_HEAD = 64 << 10;

  private final Socket raw;
  private final InputStream in;
  private final OutputStream out;
  private byte[] buffer = new byte[BUFFER];
  private int from;
  private int to;

  /* Whether anything was read since the last request was written. */
  private boolean answered;
  private long idleSince;

  /**
   * @param raw closed to end everything at once
   * @param secured the same, or TLS above it
   */
  HttpConnection(Socket raw, Socket secured) throws IOException {
    this.raw = raw;
    this.in = secured.getInputStream();
    this.out = secured.getOutputStream();
  }

  void send(byte[] head, byte[] body) throws IOException {
    answered = false;
    if (head.length + body.length <= BUFFER << 2) {
      byte[] all = Arrays.copyOf(head, head.length + body.length);
      System.arraycopy(body, 0, all, head.length, body.length);
      out.write(all);
    } else {
      out.write(head);
      out.write(body);
    }
    out.flush();
  }

  /** The bytes read and not yet taken stand from {@link #from} to {@link #to}. */
  byte[] buffer() {
    return buffer;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  int available() {
    return to - from;
  }

  void take(int count) {
    from += count;
  }

  /** Reads more behind what is there; false at the end. */
  boolean fill() throws IOException {
    if (from == to) {
      from = 0;
      to = 0;
    } else if (to == buffer.length) {
      if (from == 0) buffer = Arrays.copyOf(buffer, 2 * buffer.length);
      else compact();
    }
    int count = in.read(buffer, to, buffer.length - to);
    if (count <= 0) return false;
    answered = true;
    to += count;
    return true;
  }

  private void compact() {
    System.arraycopy(buffer, from, buffer, 0, to - from);
    to -= from;
    from = 0;
  }

  /** The next head that is not of an interim response. */
  ResponseHead head() throws IOException {
    for (int interim = 0; interim < 8; interim++) {
      int end = headEnd();
      ResponseHead head = ResponseHead.parse(buffer, from, end);
      from = end;
      skipEmptyLine();
      if (head.status() == 101)
        throw HttpFailure.malformed("the server switches to another protocol");
      if (head.status() >= 200) return head;
    }
    throw HttpFailure.malformed("the server sends interim responses without end");
  }

  /* Where the last header line's line feed ends; both kinds of line ends are read. */
  private int headEnd() throws IOException {
    int at = from;
    while (true) {
      for (; at < to; at++) {
        if (buffer[at] != '\n' || at == from) continue;
        if (buffer[at - 1] == '\n') return bounded(at);
        if (at - 2 >= from && buffer[at - 1] == '\r' && buffer[at - 2] == '\n')
          return bounded(at - 1);
      }
      int done = bounded(at) - from;
      if (!fill()) throw new HttpFailure(HttpFailure.Kind.CLOSED, "the connection was closed");
      at = from + done;
    }
  }

  private int bounded(int at) throws HttpFailure {
    if (at - from <= MAX_HEAD) return at;
    throw HttpFailure.malformed("the head of the response is too long");
  }

  private void skipEmptyLine() {
    if (buffer[from] == '\r') from++;
    from++;
  }

  /**
   * Whether something came though nothing was asked: the server's last words before it closes, or
   * an answer smuggled in. What then follows is not to be trusted.
   */
  boolean spoken() {
    try {
      return available() > 0 || raw.getInputStream().available() > 0;
    } catch (IOException _) {
      return true;
    }
  }

  boolean answered() {
    return answered;
  }

  /** Called before it goes back to the idle ones. */
  void rest(long now) {
    idleSince = now;
    if (buffer.length > BUFFER) buffer = new byte[BUFFER];
  }

  long idleSince() {
    return idleSince;
  }

  void close() {
    try {
      raw.close();
    } catch (IOException _) {
      /* It is of no more use either way. */
    }
  }
}
