package dev.kedge.backend.upstream.http;

import dev.kedge.base.Watchdog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one server. Idle ones are kept for the next call, the latest used first, so that
 * those that are not needed grow old and go. Any thread may call.
 */
public final class HttpPool implements AutoCloseable {
  private static final int MAX_IDLE = 256;
  private static final Duration MAX_IDLE_TIME = Duration.ofSeconds(30);

  private final HttpTarget target;
  private final Duration connectTimeout;
  private final Supplier<SSLSocketFactory> tls;
  private final Watchdog watchdog;
  private final long idleNanos;
  private final Sweeper sweeper = new Sweeper();
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<HttpConnection> idle = new ArrayDeque<>();
  private boolean closed;
  private boolean sweeping;

  /**
   * @param tls whose certificates are trusted; asked for where the target is reached by TLS
   */
  public HttpPool(
      HttpTarget target,
      Duration connectTimeout,
      Supplier<SSLSocketFactory> tls,
      Watchdog watchdog) {
    this(target, connectTimeout, MAX_IDLE_TIME, tls, watchdog);
  }

  HttpPool(
      HttpTarget target,
      Duration connectTimeout,
      Duration idleTime,
      Supplier<SSLSocketFactory> tls,
      Watchdog watchdog) {
    this.target = target;
    this.connectTimeout = connectTimeout;
    this.idleNanos = idleTime.toNanos();
    this.tls = tls;
    this.watchdog = watchdog;
  }

  /**
   * Prepares a request; nothing is sent yet.
   *
   * @param path behind the target's own
   * @param headers whole lines, each with its line end
   * @param totalNanos for everything
   */
  public HttpExchange request(
      String method, String path, String headers, byte[] body, long totalNanos) {
    String head =
        method
            + " "
            + target.path()
            + path
            + " HTTP/1.1\r\nHost: "
            + target.authority()
            + "\r\nUser-Agent: kedge\r\nAccept-Encoding: identity\r\n"
            + headers
            + (body.length == 0 ? "" : "Content-Length: " + body.length + "\r\n")
            + "\r\n";
    return new HttpExchange(this, watchdog, head, body, totalNanos);
  }

  /** An idle connection, or null where there is none. */
  @Nullable HttpConnection idle() {
    while (true) {
      HttpConnection found;
      lock.lock();
      try {
        found = idle.pollLast();
      } finally {
        lock.unlock();
      }
      if (found == null) return null;
      if (System.nanoTime() - found.idleSince() < idleNanos && !found.spoken()) return found;
      found.close();
    }
  }

  /** Takes back a connection whose response was read to its end. */
  void release(HttpConnection connection) {
    connection.rest(System.nanoTime());
    HttpConnection surplus = null;
    boolean first = false;
    lock.lock();
    try {
      if (closed) {
        surplus = connection;
      } else {
        if (idle.size() >= MAX_IDLE) surplus = idle.pollFirst();
        idle.addLast(connection);
        first = !sweeping;
        sweeping = true;
      }
    } finally {
      lock.unlock();
    }
    if (first) sweeper.watch(System.nanoTime() + idleNanos);
    if (surplus != null) surplus.close();
  }

  /** Closes what was idle for too long, also where no call comes any more. */
  private final class Sweeper implements Watchdog.Guarded {
    private volatile long due;

    void watch(long at) {
      due = at;
      watchdog.watch(this);
    }

    @Override
    public long due() {
      return due;
    }

    @Override
    public void expire() {
      List<HttpConnection> old = new ArrayList<>();
      long now = System.nanoTime();
      HttpConnection oldest;
      lock.lock();
      try {
        for (oldest = idle.peekFirst();
            oldest != null && now - oldest.idleSince() >= idleNanos;
            oldest = idle.peekFirst()) old.add(idle.removeFirst());
        sweeping = oldest != null;
      } finally {
        lock.unlock();
      }
      old.forEach(HttpConnection::close);
      if (oldest != null) watch(oldest.idleSince() + idleNanos);
    }
  }

  /**
   * Opens a connection.
   *
   * @param opening is told of each socket before it connects, so that another thread can close it
   */
  HttpConnection open(Consumer<Socket> opening) throws IOException {
    long end = System.nanoTime() + connectTimeout.toNanos();
    IOException failed = null;
    for (InetAddress address : addresses()) {
      int left = (int) Math.max(1, (end - System.nanoTime()) / 1_000_000);
      Socket socket = new Socket();
      opening.accept(socket);
      try {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(address, target.port()), left);
        return new HttpConnection(socket, secured(socket, end));
      } catch (IOException e) {
        socket.close();
        failed = e;
        if (System.nanoTime() - end >= 0) break;
      }
    }
    boolean tlsFailed = failed instanceof SSLException;
    /* The exception's own words name the host; whoever logs them finds them in the cause. */
    throw new HttpFailure(
        HttpFailure.Kind.CONNECT,
        tlsFailed
            ? "its certificate is not trusted or not its own, or TLS failed otherwise"
            : "no connection could be made",
        failed == null ? new UnknownHostException() : failed);
  }

  private InetAddress[] addresses() throws HttpFailure {
    try {
      return InetAddress.getAllByName(target.host());
    } catch (UnknownHostException e) {
      throw new HttpFailure(HttpFailure.Kind.CONNECT, "the host name is unknown", e);
    }
  }

  private Socket secured(Socket socket, long end) throws IOException {
    if (!target.tls()) return socket;
    SSLSocket secured =
        (SSLSocket) tls.get().createSocket(socket, target.host(), target.port(), true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    secured.setSSLParameters(parameters);
    socket.setSoTimeout((int) Math.max(1, (end - System.nanoTime()) / 1_000_000));
    secured.startHandshake();
    socket.setSoTimeout(0);
    return secured;
  }

  /** How many connections wait for a call. */
  public int idleConnections() {
    lock.lock();
    try {
      return idle.size();
    } finally {
      lock.unlock();
    }
  }

  /** Closes idle connections now and busy ones when their calls end. */
  @Override
  public void close() {
    List<HttpConnection> all;
    lock.lock();
    try {
      closed = true;
      all = new ArrayList<>(idle);
      idle.clear();
    } finally {
      lock.unlock();
    }
    all.forEach(HttpConnection::close);
  }
}
