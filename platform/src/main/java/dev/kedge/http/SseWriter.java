package dev.kedge.http;

import dev.kedge.wire.ByteSink;
import io.helidon.webserver.ServerConnectionException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream of server-sent events. Each {@link #send} reaches the wire before it returns. Several
 * threads may send. While nothing is sent, a comment line is written now and then, so that proxies
 * keep the connection and a client that vanished without a word is noticed.
 */
final class SseWriter implements AutoCloseable {
  private static final byte[] COMMENT = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);

  private final Supplier<OutputStream> body;
  private final ClientLink link;
  private final Runnable whenBroken;
  private final ReentrantLock lock = new ReentrantLock();
  private final long keepAliveNanos;

  /* Guarded by the lock. */
  private boolean closed;
  private @Nullable OutputStream out;

  /* Written by those that send, read by the sweeper. */
  private volatile long lastSent = System.nanoTime();
  private volatile boolean begun;
  private final AtomicBoolean commenting = new AtomicBoolean();

  /**
   * @param body opens the body of the response; called with the first bytes, so that a failure
   *     before them can still be answered with a status
   * @param whenBroken called when a comment does not reach the client
   */
  SseWriter(Supplier<OutputStream> body, ClientLink link, Duration keepAlive, Runnable whenBroken) {
    this.body = body;
    this.link = link;
    this.whenBroken = whenBroken;
    this.keepAliveNanos = keepAlive.toNanos();
    link.streams(this);
  }

  /**
   * Sends what the sink holds and clears it.
   *
   * @throws ServerConnectionException if the client cannot be reached
   */
  void send(ByteSink events) {
    if (events.size() == 0) return;
    lock.lock();
    try {
      if (closed) throw new ServerConnectionException("the stream is closed", new IOException());
      write(events.array(), events.size());
    } finally {
      lock.unlock();
    }
    events.clear();
  }

  private void write(byte[] bytes, int size) {
    OutputStream stream = out;
    if (stream == null) out = stream = body.get();
    link.beforeWrite();
    try {
      stream.write(bytes, 0, size);
      stream.flush();
      begun = true;
    } catch (IOException e) {
      throw new ServerConnectionException("the client cannot be reached", e);
    } finally {
      link.afterWrite();
      lastSent = System.nanoTime();
    }
  }

  /**
   * Writes a comment if nothing was sent for long, on a thread of its own: it waits for a client
   * that does not read.
   */
  void sweep(long now) {
    if (now - lastSent < keepAliveNanos || !commenting.compareAndSet(false, true)) return;
    Thread.ofVirtual().name("kedge-heart").start(this::comment);
  }

  private void comment() {
    lock.lock();
    try {
      if (!closed) write(COMMENT, COMMENT.length);
    } catch (RuntimeException _) {
      whenBroken.run();
    } finally {
      lock.unlock();
      commenting.set(false);
    }
  }

  /** Whether anything was sent, so that it is too late for a status. */
  boolean begun() {
    return begun;
  }

  /** Ends the body after the last event. */
  void end() {
    lock.lock();
    try {
      closed = true;
      OutputStream stream = out;
      if (stream == null) return;
      link.beforeWrite();
      stream.close();
      link.afterWrite();
    } catch (IOException e) {
      throw new ServerConnectionException("the client cannot be reached", e);
    } finally {
      lock.unlock();
    }
  }

  /** Stops the comments. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    link.streams(null);
  }
}
