package dev.kedge.backend.upstream;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLServerSocketFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server on loopback that speaks OpenAI's and Anthropic's API as the real ones do, from recorded
 * shapes, and fails as a test tells it to. Any thread may call.
 *
 * <p>It answers {@code /v1/models}, {@code /v1/chat/completions}, {@code /v1/completions}, {@code
 * /v1/embeddings}, {@code /v1/responses}, {@code /v1/messages} and {@code
 * /v1/messages/count_tokens}, whole and streamed. What is said is {@link #says}; a request with
 * tools gets a call of the first one; one with {@code reasoning} set thinks first.
 */
public final class TestingUpstream implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  /** A request that arrived. */
  public record Seen(String method, String path, Map<String, String> headers, String body) {
    public JsonNode json() {
      return JSON.readTree(body.isEmpty() ? "{}" : body);
    }
  }

  /** What goes wrong with one answer. */
  public sealed interface Fault {
    /** Nothing. */
    record None() implements Fault {}

    /** An error instead of an answer; {@code headers} are whole lines. */
    record Status(int status, String headers, String body) implements Fault {}

    /** The connection is reset before a byte of the answer. */
    record Reset() implements Fault {}

    /** Closed without a byte, after the request was read. */
    record Silent() implements Fault {}

    /** After so many events nothing follows, and the connection stays. */
    record Stall(int events) implements Fault {}

    /** After so many events the connection is closed. */
    record Die(int events) implements Fault {}

    /** Every byte is sent alone, with so many milliseconds in between. */
    record Trickle(int millis) implements Fault {}

    /** So many milliseconds before each event, the first included. */
    record Slow(int millis) implements Fault {}

    /** These bytes as they stand, head included, then the connection is closed. */
    record Raw(byte[] bytes) implements Fault {
      public static Raw of(String text) {
        return new Raw(text.getBytes(StandardCharsets.UTF_8));
      }
    }

    /** An answer with its head, and so many milliseconds later what nobody asked for. */
    record Late(String answer, String unasked, int millis) implements Fault {}

    /** An event stream of these bytes in pieces of so many bytes, each a chunk of its own. */
    record Events(byte[] bytes, int piece) implements Fault {
      public static Events of(String text) {
        return new Events(text.getBytes(StandardCharsets.UTF_8), Integer.MAX_VALUE);
      }
    }

    /** A whole body of these bytes. */
    record Body(String json) implements Fault {}
  }

  private final ServerSocket server;
  private final String scheme;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger brokenOff = new AtomicInteger();
  private final AtomicLong eventsSent = new AtomicLong();
  private volatile RecordedAnswers answers = RecordedAnswers.saying("Hello there, wörld 🌍!");
  private volatile boolean reading = true;
  private volatile Fault always = new Fault.None();

  public TestingUpstream() throws IOException {
    this(new ServerSocket(), "http");
  }

  /** The same over TLS. */
  public TestingUpstream(SSLServerSocketFactory tls) throws IOException {
    this(tls.createServerSocket(), "https");
  }

  private TestingUpstream(ServerSocket server, String scheme) throws IOException {
    this.server = server;
    this.scheme = scheme;
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
    Thread.ofVirtual().start(this::accept);
  }

  /** The base address, with {@code /v1}. */
  public URI url() {
    return URI.create(scheme + "://127.0.0.1:" + server.getLocalPort() + "/v1");
  }

  /** What it says from now on. */
  public TestingUpstream says(RecordedAnswers recorded) {
    answers = recorded;
    return this;
  }

  /** What goes wrong with the next answers, one each. */
  public TestingUpstream then(Fault... next) {
    faults.addAll(List.of(next));
    return this;
  }

  /** What goes wrong with every answer that {@link #then} says nothing about. */
  public TestingUpstream always(Fault fault) {
    always = fault;
    return this;
  }

  /** Requests that arrived whole, in order. */
  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  public Seen last() {
    return seen.getLast();
  }

  /** Connections ever accepted. */
  public int accepted() {
    return accepted.get();
  }

  /** Connections that are open now. */
  public int connections() {
    return open.size();
  }

  /** Answers that the client left before their end. */
  public int brokenOff() {
    return brokenOff.get();
  }

  /** Events written so far, over all answers. */
  public long eventsSent() {
    return eventsSent.get();
  }

  /** From now on nothing that comes is read. */
  public void stopReading() {
    reading = false;
  }

  /** Closes every connection, also those that wait for the next request. */
  public void dropConnections() throws IOException {
    for (Socket socket : open) socket.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        accepted.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException _) {
      /* Closed. */
    }
  }

  private void serve(Socket socket) {
    boolean answering = false;
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      boolean next = true;
      while (next) {
        answering = false;
        if (!reading) Thread.sleep(600_000);
        Seen request = read(in);
        seen.add(request);
        answering = true;
        Fault fault = faults.poll();
        next = answer(request, fault == null ? always : fault, socket, out);
      }
    } catch (IOException e) {
      if (answering) brokenOff.incrementAndGet();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  private static Seen read(InputStream in) throws IOException {
    String[] start = line(in).split(" ", 3);
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    byte[] body = in.readNBytes(length);
    if (body.length < length) throw new EOFException();
    return new Seen(start[0], start[1], headers, new String(body, StandardCharsets.UTF_8));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) throw new EOFException();
      if (b != '\r') line.append((char) b);
    }
    return line.toString();
  }

  private boolean answer(Seen request, Fault fault, Socket socket, OutputStream out)
      throws IOException, InterruptedException {
    return switch (fault) {
      case Fault.Reset _ -> {
        socket.setSoLinger(true, 0);
        yield false;
      }
      case Fault.Silent _ -> false;
      case Fault.Raw raw -> {
        out.write(raw.bytes());
        out.flush();
        yield false;
      }
      case Fault.Late late -> {
        write(out, late.answer());
        Thread.sleep(late.millis());
        write(out, late.unasked());
        yield true;
      }
      case Fault.Status status -> {
        whole(out, status.status(), status.headers(), status.body());
        yield true;
      }
      case Fault.Body body -> {
        whole(out, 200, "", body.json());
        yield true;
      }
      case Fault.Events events -> {
        pieces(out, events);
        yield true;
      }
      case Fault.None _, Fault.Stall _, Fault.Die _, Fault.Trickle _, Fault.Slow _ ->
          recorded(request, fault, out);
    };
  }

  private static void pieces(OutputStream out, Fault.Events events) throws IOException {
    head(out);
    for (int at = 0; at < events.bytes().length; ) {
      int size = Math.min(events.piece(), events.bytes().length - at);
      chunk(out, events.bytes(), at, size);
      at += size;
    }
    end(out);
  }

  private boolean recorded(Seen request, Fault fault, OutputStream out)
      throws IOException, InterruptedException {
    JsonNode body = request.json();
    if (!body.path("stream").asBoolean(false)) {
      String told = answers.whole(request.path(), body);
      whole(out, told.isEmpty() ? 404 : 200, "", told.isEmpty() ? "{}" : told);
      return true;
    }
    head(out);
    Queue<String> events = new ArrayDeque<>(answers.stream(request.path(), body));
    for (int sent = 0; !events.isEmpty(); sent++) {
      if (fault instanceof Fault.Die die && die.events() == sent) return false;
      if (fault instanceof Fault.Stall stall && stall.events() == sent) {
        Thread.sleep(600_000);
      }
      if (fault instanceof Fault.Slow slow) Thread.sleep(slow.millis());
      byte[] bytes = events.remove().getBytes(StandardCharsets.UTF_8);
      if (fault instanceof Fault.Trickle trickle) trickle(out, bytes, trickle.millis());
      else chunk(out, bytes, 0, bytes.length);
      eventsSent.incrementAndGet();
    }
    end(out);
    return true;
  }

  private static void trickle(OutputStream out, byte[] bytes, int millis)
      throws IOException, InterruptedException {
    for (int i = 0; i < bytes.length; i++) {
      chunk(out, bytes, i, 1);
      if (millis > 0) Thread.sleep(millis);
    }
  }

  private static void head(OutputStream out) throws IOException {
    write(
        out,
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
            + "transfer-encoding: chunked\r\n\r\n");
  }

  private static void chunk(OutputStream out, byte[] bytes, int from, int length)
      throws IOException {
    byte[] size = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[size.length + length + 2];
    System.arraycopy(size, 0, all, 0, size.length);
    System.arraycopy(bytes, from, all, size.length, length);
    all[all.length - 2] = '\r';
    all[all.length - 1] = '\n';
    out.write(all);
    out.flush();
  }

  private static void end(OutputStream out) throws IOException {
    write(out, "0\r\n\r\n");
  }

  private static void whole(OutputStream out, int status, String headers, String body)
      throws IOException {
    write(
        out,
        "HTTP/1.1 "
            + status
            + " Told\r\ncontent-type: application/json\r\ncontent-length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n"
            + headers
            + "\r\n"
            + body);
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    server.close();
    dropConnections();
  }
}
