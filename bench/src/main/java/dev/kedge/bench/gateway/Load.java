package dev.kedge.bench.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * A closed loop of calls over some connections on one thread: each connection sends its next call
 * when the answer to the last has arrived.
 */
final class Load {
  private static final byte[] FINGERPRINT = "fingerprint\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END_OF_STREAM = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private final Target target;
  private final byte[] request;
  private final boolean stream;
  private final List<Connection> connections = new ArrayList<>();
  private Result result = new Result();
  private boolean stopping;
  private int open;

  private Load(Target target, byte[] request, boolean stream) {
    this.target = target;
    this.request = request;
    this.stream = stream;
  }

  /** What was seen; times in nanoseconds. */
  static final class Result {
    final Histogram latency = new Histogram(60_000_000_000L, 3);
    final Histogram firstToken = new Histogram(60_000_000_000L, 3);
    /* From the upstream's sending of an event to its arrival, for all events after the first. */
    final Histogram tokenDelay = new Histogram(60_000_000_000L, 3);
    /* Time per output token as the field defines it: per stream, first to last token by number. */
    final Histogram perToken = new Histogram(60_000_000_000L, 5);
    long answered;
    long failed;
    long tokens;
    long nanos;

    double perSecond() {
      return answered * 1e9 / nanos;
    }
  }

  private static final class Connection {
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(1 << 16);
    private long sent;
    private int head = -1;
    private int scanned;
    private long firstToken;
    private long lastToken;
    private int tokens;
    private boolean ended;
    private boolean closed;

    Connection(SocketChannel channel) {
      this.channel = channel;
    }
  }

  /**
   * Calls without streams.
   *
   * @param warmUp not counted
   */
  static Result calls(Target target, String model, int connections, Duration warmUp, Duration time)
      throws IOException {
    return new Load(target, target.request(model, 64, false), false)
        .run(connections, warmUp, time, Long.MAX_VALUE);
  }

  /** Streams; {@code rounds} on every connection. */
  static Result streams(Target target, int tokens, int connections, int rounds) throws IOException {
    return new Load(target, target.request("stream-" + tokens, tokens, true), true)
        .run(connections, Duration.ZERO, Duration.ofHours(1), (long) rounds * connections);
  }

  private Result run(int count, Duration warmUp, Duration time, long calls) throws IOException {
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < count; i++) connections.add(connect(selector));
      open = count;
      long begun = System.nanoTime();
      boolean warm = warmUp.isZero();
      for (Connection connection : connections) send(connection);
      while (open > 0) {
        selector.select(100);
        for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
          SelectionKey key = keys.next();
          keys.remove();
          read((Connection) key.attachment(), calls);
        }
        long now = System.nanoTime();
        if (!warm && now - begun > warmUp.toNanos()) {
          warm = true;
          begun = now;
          result = new Result();
        }
        if (warm && now - begun > time.toNanos() && !stopping) {
          stopping = true;
          result.nanos = now - begun;
        }
        if (stopping && now - begun > time.toNanos() + 5_000_000_000L) break;
      }
      if (!stopping) result.nanos = System.nanoTime() - begun;
      for (Connection connection : connections) connection.channel.close();
      return result;
    }
  }

  private Connection connect(Selector selector) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port()));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    Connection connection = new Connection(channel);
    channel.register(selector, SelectionKey.OP_READ, connection);
    return connection;
  }

  private void send(Connection connection) throws IOException {
    connection.in.clear();
    connection.head = -1;
    connection.scanned = 0;
    connection.tokens = 0;
    connection.ended = false;
    ByteBuffer bytes = ByteBuffer.wrap(request);
    connection.sent = System.nanoTime();
    while (bytes.hasRemaining()) connection.channel.write(bytes);
  }

  private void read(Connection connection, long calls) throws IOException {
    int read;
    try {
      read = connection.channel.read(connection.in);
    } catch (IOException e) {
      read = -1;
    }
    if (read < 0) {
      lost(connection);
      return;
    }
    long now = System.nanoTime();
    byte[] bytes = connection.in.array();
    int size = connection.in.position();
    if (connection.head < 0) connection.head = RawHttp.endOfHead(bytes, size);
    if (connection.head < 0) return;
    if (stream && RawHttp.status(bytes) == 200) {
      scan(connection, now);
      if (!endOfChunks(connection)) return;
    } else if (!whole(connection, bytes, size)) {
      return;
    }
    finish(connection, now, calls);
  }

  private static boolean whole(Connection connection, byte[] bytes, int size) {
    if (RawHttp.chunked(bytes, connection.head)) return endOfChunks(connection);
    return size - connection.head >= RawHttp.contentLength(bytes, connection.head);
  }

  private static boolean endOfChunks(Connection connection) {
    byte[] bytes = connection.in.array();
    int size = connection.in.position();
    /* The head may end like this as well. */
    return size >= connection.head + 5
        && bytes[size - 1] == '\n'
        && bytes[size - 2] == '\r'
        && bytes[size - 3] == '\n'
        && bytes[size - 4] == '\r'
        && bytes[size - 5] == '0';
  }

  /* Reads the time of sending out of every whole event, then forgets the bytes. */
  private void scan(Connection connection, long now) {
    byte[] bytes = connection.in.array();
    int size = connection.in.position();
    int at = Math.max(connection.scanned, connection.head);
    while (true) {
      int found = find(bytes, at, size, FINGERPRINT);
      if (found < 0 || found + FINGERPRINT.length + 19 > size) break;
      long sent = 0;
      for (int i = 0; i < 19; i++) sent = 10 * sent + bytes[found + FINGERPRINT.length + i] - '0';
      if (connection.tokens++ == 0) {
        connection.firstToken = now;
        result.firstToken.recordValue(now - connection.sent);
      } else {
        result.tokenDelay.recordValue(Math.max(0, now - sent));
      }
      connection.lastToken = now;
      result.tokens++;
      at = found + FINGERPRINT.length + 19;
    }
    if (find(bytes, at, size, END_OF_STREAM) >= 0) connection.ended = true;
    connection.scanned = at;
    /* Keeps the tail, where an event or the end may have begun. */
    int keep = Math.max(at, size - 64);
    if (keep > connection.head && size > bytes.length / 2) {
      System.arraycopy(bytes, keep, bytes, connection.head, size - keep);
      connection.in.position(connection.head + size - keep);
      connection.scanned = connection.head;
    }
  }

  private static int find(byte[] bytes, int from, int to, byte[] wanted) {
    for (int i = from; i + wanted.length <= to; i++) {
      int j = 0;
      while (j < wanted.length && bytes[i + j] == wanted[j]) j++;
      if (j == wanted.length) return i;
    }
    return -1;
  }

  private void finish(Connection connection, long now, long calls) throws IOException {
    boolean good = RawHttp.status(connection.in.array()) == 200 && (!stream || connection.ended);
    if (good) result.answered++;
    else fail("answered", connection);
    if (good) result.latency.recordValue(now - connection.sent);
    if (good && connection.tokens > 1) {
      result.perToken.recordValue(
          (connection.lastToken - connection.firstToken) / (connection.tokens - 1));
    }
    if (stopping || result.answered + result.failed + open > calls) {
      drop(connection);
    } else {
      send(connection);
    }
  }

  private void lost(Connection connection) throws IOException {
    if (connection.closed) return;
    fail("lost after " + connection.tokens + " tokens", connection);
    drop(connection);
  }

  /* The first failure of a run is shown: a count alone does not tell what to look for. */
  private void fail(String how, Connection connection) {
    if (result.failed++ > 0) return;
    byte[] bytes = connection.in.array();
    int size = Math.min(connection.in.position(), 1_000);
    String seen = new String(bytes, 0, size, StandardCharsets.UTF_8);
    System.err.printf("%s: a call failed: %s: %s%n", target.name(), how, seen);
  }

  private void drop(Connection connection) throws IOException {
    if (connection.closed) return;
    connection.closed = true;
    connection.channel.close();
    open--;
  }
}
