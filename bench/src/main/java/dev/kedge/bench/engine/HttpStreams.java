package dev.kedge.bench.engine;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Clients of a server on loopback, each on a thread and a connection of its own, that read the
 * events of a streamed completion, and when each of their tokens came. They share the processors
 * with the server, so they do little: an event is a line that begins with {@code data:}.
 */
final class HttpStreams implements AutoCloseable {
  private static final Pattern COUNT = Pattern.compile("\"completion_tokens\":(\\d+)");

  private final int port;
  private final String model;
  private final boolean scored;
  private final Arrivals arrivals = new Arrivals();
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final LongAdder silent = new LongAdder();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean leaving;

  /**
   * @param scored whether tokens come with their log-probabilities, and so each in an event of its
   *     own, even where its text is incomplete
   */
  HttpStreams(int port, String model, boolean scored) {
    this.port = port;
    this.model = model;
    this.scored = scored;
  }

  /** Begins with a client that asks for so many tokens after this prompt. */
  void start(int[] prompt, int answer) {
    int stream = clients.size();
    clients.add(
        Thread.ofVirtual().name("client-" + stream).start(() -> read(stream, prompt, answer)));
  }

  private void read(int stream, int[] prompt, int answer) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      open.add(socket);
      socket.setTcpNoDelay(true);
      send(socket.getOutputStream(), prompt, answer);
      events(stream, new BufferedInputStream(socket.getInputStream(), 4096), answer);
      open.remove(socket);
    } catch (IOException e) {
      if (!leaving) failures.add("stream " + stream + ": " + e);
    }
  }

  private void send(OutputStream out, int[] prompt, int answer) throws IOException {
    String ids = Arrays.stream(prompt).mapToObj(Integer::toString).collect(Collectors.joining(","));
    byte[] body =
        ("{\"model\":\"%s\",\"prompt\":[%s],\"max_tokens\":%d,\"temperature\":0,\"ignore_eos\":true,"
             + "\"stream\":true,%s\"stream_options\":{\"include_usage\":true}}")
            .formatted(model, ids, answer, scored ? "\"logprobs\":0," : "")
            .getBytes(StandardCharsets.UTF_8);
    String head =
        ("POST /v1/completions HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
                + "Content-Length: %d\r\n\r\n")
            .formatted(port, body.length);
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.flush();
  }

  /* Until the last event. Without scores a token whose text is incomplete has no event. */
  private void events(int stream, InputStream in, int answer) throws IOException {
    String status = line(in);
    if (!status.contains(" 200 ")) throw new IOException("the server answered: " + status);
    boolean first = true;
    int seen = 0;
    String usage = "";
    for (String line = line(in); !line.equals("data: [DONE]"); line = line(in)) {
      if (!line.startsWith("data: ")) continue;
      if (line.contains("\"usage\":{")) {
        usage = line;
      } else if (line.contains("\"text\":\"") && (scored || !line.contains("\"text\":\"\""))) {
        arrivals.add(stream, first);
        first = false;
        seen++;
      }
    }
    silent.add(answer - seen);
    Matcher count = COUNT.matcher(usage);
    if (!count.find() || Integer.parseInt(count.group(1)) != answer || seen < answer * 9 / 10) {
      throw new IOException(
          "%d of %d tokens came, then %s"
              .formatted(seen, answer, usage.isEmpty() ? "[DONE]" : usage));
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) throw new IOException("the connection ended after: " + text);
      if (c != '\r') text.append((char) c);
    }
    return text.toString();
  }

  /** What came so far. */
  Arrivals arrivals() {
    return arrivals;
  }

  /** Tokens of complete answers that had no text, and so no event. */
  long silent() {
    return silent.sum();
  }

  /** Waits until so many clients have had a token. */
  void awaitBegun(int count) throws IOException, InterruptedException {
    while (arrivals.begun() < count) {
      check();
      Thread.sleep(20);
    }
  }

  /** Waits until all answers have come. */
  void join() throws IOException, InterruptedException {
    for (Thread client : clients) client.join();
    check();
  }

  private void check() throws IOException {
    if (!failures.isEmpty()) throw new IOException(String.join("; ", failures));
  }

  /** Hangs up, which cancels what runs. */
  @Override
  public void close() {
    leaving = true;
    try {
      for (Socket socket : open) socket.close();
      for (Thread client : clients) client.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
