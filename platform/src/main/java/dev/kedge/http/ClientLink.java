package dev.kedge.http;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection: hands bytes to the HTTP parser, bounds the time of reading and writing, and tells
 * a handler when its client leaves. The connection's own thread calls everything but {@link
 * #sweep}, which belongs to the sweeper.
 *
 * <p>Whether a client has left is only seen by reading from it, which takes a thread. A call that
 * is answered at once is over before anybody could leave, so only the sweeper starts that thread,
 * for calls that it finds running.
 */
final class ClientLink implements Supplier<byte @Nullable []> {
  /** The connection whose request the current thread handles. */
  static final ScopedValue<ClientLink> CURRENT = ScopedValue.newInstance();

  private static final long NEVER = 0;

  private final HelidonSocket socket;
  private final Duration readTimeout;
  private final Duration writeTimeout;
  private final Duration idleTimeout;

  /* System.nanoTime() after which the sweeper closes the socket, or NEVER; written here, read there. */
  private volatile long expiry = NEVER;
  private boolean betweenRequests = true;
  private boolean last;
  /* The open stream, if there is one; written here, read by the sweeper. */
  private volatile @Nullable SseWriter stream;

  /* Guarded by this. */
  private @Nullable FutureTask<byte @Nullable []> readAhead;
  private boolean gone;
  private boolean seen;
  private @Nullable Runnable listener;

  ClientLink(HelidonSocket socket, HttpOptions options) {
    this.socket = socket;
    this.readTimeout = options.readTimeout();
    this.writeTimeout = options.writeTimeout();
    this.idleTimeout = options.idleTimeout();
  }

  /** The next bytes from the client, or null at the end. */
  @Override
  public byte @Nullable [] get() {
    if (betweenRequests && last) return null;
    if (betweenRequests) limit(idleTimeout);
    FutureTask<byte @Nullable []> pending = takeReadAhead();
    byte[] bytes = pending == null ? read() : wait(pending);
    if (betweenRequests) {
      betweenRequests = false;
      limit(readTimeout);
    }
    return bytes;
  }

  private synchronized @Nullable FutureTask<byte @Nullable []> takeReadAhead() {
    FutureTask<byte @Nullable []> pending = readAhead;
    readAhead = null;
    return pending;
  }

  private static byte @Nullable [] wait(FutureTask<byte @Nullable []> pending) {
    try {
      return pending.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerConnectionException("interrupted while waiting for a request", e);
    } catch (ExecutionException e) {
      throw new ServerConnectionException("the connection broke", e);
    }
  }

  private byte @Nullable [] read() {
    try {
      byte[] bytes = socket.get();
      /* Over TLS the library gives nothing, and not null, when the client has said goodbye. */
      return bytes == null || bytes.length == 0 ? null : bytes;
    } catch (UncheckedIOException e) {
      throw new ServerConnectionException("the connection broke", e);
    }
  }

  /** The request has arrived: from here on time is the handler's. */
  void received() {
    expiry = NEVER;
  }

  /** The request is answered: the next one may come. */
  void answered() {
    expiry = NEVER;
    betweenRequests = true;
  }

  /** The connection ends with the request that is handled now. */
  void takeNoMore() {
    last = true;
  }

  void beforeWrite() {
    limit(writeTimeout);
  }

  void afterWrite() {
    expiry = NEVER;
  }

  /**
   * Calls the listener once if the client leaves before {@link #unwatch}, within a few sweeps. The
   * request must have arrived completely.
   */
  void watch(Runnable whenGone) {
    synchronized (this) {
      listener = whenGone;
      seen = false;
      if (!gone) return;
    }
    whenGone.run();
  }

  void unwatch() {
    synchronized (this) {
      listener = null;
    }
  }

  /** The stream that this connection sends now, or null; its silences are looked after. */
  void streams(@Nullable SseWriter writer) {
    stream = writer;
  }

  /** Whether the client is known to have left. */
  synchronized boolean isGone() {
    return gone;
  }

  private byte @Nullable [] readOrNoticeEnd() {
    byte[] bytes = null;
    try {
      bytes = read();
      return bytes;
    } finally {
      if (bytes == null) noticeEnd();
    }
  }

  private void noticeEnd() {
    Runnable told;
    synchronized (this) {
      gone = true;
      told = listener;
    }
    if (told != null) told.run();
  }

  private void limit(Duration time) {
    long at = System.nanoTime() + time.toNanos();
    expiry = at == NEVER ? 1 : at;
  }

  /**
   * Closes the connection if it has used up its time, so that whoever reads or writes gets an
   * error; looks whether the client of a running call is still there; keeps a silent stream alive.
   */
  void sweep(long now) {
    long at = expiry;
    if (at != NEVER && now - at > 0) close();
    readAheadIfRunning();
    SseWriter open = stream;
    if (open != null) open.sweep(now);
  }

  private synchronized void readAheadIfRunning() {
    if (listener == null || readAhead != null) return;
    if (!seen) {
      seen = true;
      return;
    }
    FutureTask<byte @Nullable []> task = new FutureTask<>(this::readOrNoticeEnd);
    readAhead = task;
    Thread.ofVirtual().name("kedge-watch").start(task);
  }

  /** Closes the connection from any thread. */
  void close() {
    try {
      socket.close();
    } catch (UncheckedIOException _) {
      /* Closed already, which is what was wanted. */
    }
  }
}
