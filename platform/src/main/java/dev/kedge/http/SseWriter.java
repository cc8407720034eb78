package dev.kedge.http;

import dev.kedge.wire.ByteSink;
import io.helidon.webserver.ServerConnectionException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream of server-sent events. Each {@link #send} reaches the wire before it returns. Several
 * threads may send. While nothing is sent, a thread of its own writes a comment line now and then,
 * so that proxies keep the connection and a client that vanished without a word is noticed.
 */
final class SseWriter implements AutoCloseable {
  private static final byte[] COMMENT = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);

  private final Supplier<OutputStream> body;
  private final ClientLink link;
  private final Runnable whenBroken;
  private final ReentrantLock lock = new ReentrantLock();
  private final Thread heart;

  /* Guarded by the lock. */
  private boolean closed;
  private @Nullable OutputStream out;
  private long sent;

  /**
   * @param body opens the body of the response; called with the first bytes, so that a failure
   *     before them can still be answered with a status
   * @param whenBroken called when a comment does not reach the client
   */
  SseWriter(Supplier<OutputStream> body, ClientLink link, Duration keepAlive, Runnable whenBroken) {
    this.body = body;
    this.link = link;
    this.whenBroken = whenBroken;
    this.heart = Thread.ofVirtual().name("kedge-heart").start(() -> beat(keepAlive));
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
      sent++;
    } catch (IOException e) {
      throw new ServerConnectionException("the client cannot be reached", e);
    } finally {
      link.afterWrite();
    }
  }

  private void beat(Duration keepAlive) {
    try {
      long seen = 0;
      while (true) {
        TimeUnit.NANOSECONDS.sleep(keepAlive.toNanos());
        if (sent() == seen && !comment()) return;
        seen = sent();
      }
    } catch (InterruptedException _) {
      /* The stream ended. */
    } catch (RuntimeException _) {
      whenBroken.run();
    }
  }

  private boolean comment() {
    lock.lock();
    try {
      if (closed) return false;
      write(COMMENT, COMMENT.length);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether anything was sent, so that it is too late for a status. */
  boolean begun() {
    return sent() > 0;
  }

  private long sent() {
    lock.lock();
    try {
      return sent;
    } finally {
      lock.unlock();
    }
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
    heart.interrupt();
  }
}
