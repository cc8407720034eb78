package dev.kedge.bench.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.PriorityQueue;

/**
 * An OpenAI-compatible server that answers at once or by the clock, on one thread. The model's name
 * says how: {@code fast} at once, {@code slow} after 20 ms, {@code stream-N} N tokens at 50 per
 * second when a stream is asked for. {@code java … MockUpstream PORT} prints {@code ready PORT}.
 */
public final class MockUpstream {
  private static final long SLOW = 20_000_000;
  private static final long TOKEN_PERIOD = 20_000_000;
  private static final int LARGEST_REQUEST = 1 << 20;

  private static final byte[] WHOLE =
      response(
          "application/json",
          "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1700000000,"
              + "\"model\":\"mock\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
              + "\"assistant\",\"content\":\"The order will arrive on Tuesday between nine and"
              + " noon.\"},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{"
              + "\"prompt_tokens\":24,\"completion_tokens\":12,\"total_tokens\":36}}");
  private static final byte[] MODELS =
      response(
          "application/json",
          "{\"object\":\"list\",\"data\":[{\"id\":\"mock\",\"object\":\"model\",\"created\":1,"
              + "\"owned_by\":\"mock\"}]}");
  private static final byte[] STREAM_HEAD =
      ascii(
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n");
  private static final String EVENT_HEAD =
      "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
          + "\"model\":\"mock\",\"system_fingerprint\":\"";
  private static final String EVENT_TAIL =
      "\",\"choices\":[{\"index\":0,"
          + "\"delta\":{\"content\":\" token\"},\"logprobs\":null,\"finish_reason\":null}]}";
  private static final String LAST =
      "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
          + "\"model\":\"mock\",\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,"
          + "\"finish_reason\":\"stop\"}]}";

  private final Selector selector;
  private final PriorityQueue<Due> due = new PriorityQueue<>();
  private long order;

  private MockUpstream(Selector selector) {
    this.selector = selector;
  }

  /** Something to send at a time; in order of asking where times are equal. */
  private record Due(long at, long order, Connection connection) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(at - other.at, 0);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private static final class Connection {
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(1 << 14);
    /* Tokens still to come; -1: a whole answer is due. */
    private int left;
    private int asked;
    private boolean usage;

    Connection(SocketChannel channel) {
      this.channel = channel;
    }
  }

  public static void main(String[] args) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    server.bind(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 2_048);
    server.configureBlocking(false);
    try (Selector selector = Selector.open()) {
      server.register(selector, SelectionKey.OP_ACCEPT);
      System.out.println("ready " + ((InetSocketAddress) server.getLocalAddress()).getPort());
      new MockUpstream(selector).run();
    }
  }

  private void run() throws IOException {
    while (true) {
      Due next = due.peek();
      long wait = next == null ? Long.MAX_VALUE : next.at - System.nanoTime();
      if (next == null) selector.select();
      else if (wait <= 0) selector.selectNow();
      else if (wait >= 1_000_000) selector.select(wait / 1_000_000);
      else selector.selectNow();
      for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
        SelectionKey key = keys.next();
        keys.remove();
        if (key.isAcceptable()) accept((ServerSocketChannel) key.channel());
        else if (key.isReadable()) read((Connection) key.attachment());
      }
      long now = System.nanoTime();
      while (!due.isEmpty() && due.peek().at - now <= 0) send(due.poll());
    }
  }

  private void accept(ServerSocketChannel server) throws IOException {
    SocketChannel channel = server.accept();
    if (channel == null) return;
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.register(selector, SelectionKey.OP_READ, new Connection(channel));
  }

  private void read(Connection connection) {
    try {
      if (connection.channel.read(connection.in) < 0) {
        connection.channel.close();
        return;
      }
    } catch (IOException e) {
      close(connection);
      return;
    }
    byte[] bytes = connection.in.array();
    int size = connection.in.position();
    int head = RawHttp.endOfHead(bytes, size);
    if (head >= 0) {
      int length = RawHttp.contentLength(bytes, head);
      if (length > LARGEST_REQUEST) {
        close(connection);
        return;
      }
      if (size - head >= length) {
        connection.in.clear();
        answer(connection, new String(bytes, 0, head + length, StandardCharsets.ISO_8859_1));
        return;
      }
    }
    if (!connection.in.hasRemaining()) close(connection);
  }

  private void answer(Connection connection, String request) {
    if (!request.startsWith("POST")) {
      write(connection, MODELS);
      return;
    }
    int model = request.indexOf("\"stream-");
    boolean stream = request.contains("\"stream\":true") || request.contains("\"stream\": true");
    if (stream && model >= 0) {
      int end = request.indexOf('"', model + 1);
      connection.asked = Integer.parseInt(request.substring(model + 8, end));
      connection.left = connection.asked;
      connection.usage = request.contains("\"include_usage\":true");
      write(connection, STREAM_HEAD);
      later(connection, System.nanoTime());
    } else if (request.contains("\"slow\"")) {
      connection.left = -1;
      later(connection, System.nanoTime() + SLOW);
    } else {
      write(connection, WHOLE);
    }
  }

  private void later(Connection connection, long at) {
    due.add(new Due(at, order++, connection));
  }

  private void send(Due one) {
    Connection connection = one.connection;
    if (!connection.channel.isOpen()) return;
    if (connection.left < 0) {
      write(connection, WHOLE);
    } else if (connection.left == 0) {
      StringBuilder end = new StringBuilder(chunk(LAST));
      if (connection.usage) end.append(chunk(usage(connection.asked)));
      write(connection, ascii(end + chunk("[DONE]") + "0\r\n\r\n"));
    } else {
      connection.left--;
      write(connection, ascii(chunk(EVENT_HEAD + padded(System.nanoTime()) + EVENT_TAIL)));
      later(connection, one.at + TOKEN_PERIOD);
    }
  }

  private static String padded(long nanos) {
    String digits = Long.toString(nanos);
    return "0".repeat(19 - digits.length()) + digits;
  }

  private static String usage(int tokens) {
    return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
        + "\"model\":\"mock\",\"choices\":[],\"usage\":{\"prompt_tokens\":24,\"completion_tokens\":"
        + tokens
        + ",\"total_tokens\":"
        + (tokens + 24)
        + "}}";
  }

  private static String chunk(String data) {
    String event = "data: " + data + "\n\n";
    return Integer.toHexString(event.length()) + "\r\n" + event + "\r\n";
  }

  /* A reader that is slower than its stream is no part of what is measured: it is cut off. */
  private static void write(Connection connection, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      while (buffer.hasRemaining()) {
        if (connection.channel.write(buffer) == 0) Thread.onSpinWait();
      }
    } catch (IOException e) {
      close(connection);
    }
  }

  private static void close(Connection connection) {
    try {
      connection.channel.close();
    } catch (IOException _) {
      /* It is gone, which was wanted. */
    }
  }

  private static byte[] response(String type, String body) {
    return ascii(
        "HTTP/1.1 200 OK\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
