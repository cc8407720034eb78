package dev.kedge.backend.upstream.http;

import dev.kedge.base.Watchdog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response. One thread reads; any thread may cancel. Time counts only while the
 * server is waited for: a reader that comes late costs the server nothing but the total time.
 */
public final class HttpExchange implements Pieces, Watchdog.Guarded {
  private static final int MAX_DRAIN_BYTES = 64 << 10;
  private static final long MAX_DRAIN_NANOS = 100_000_000;

  private final HttpPool pool;
  private final Watchdog watchdog;
  private final byte[] requestHead;
  private final byte[] requestBody;
  private final long end;

  /* Set by the reading thread, read by the watchdog. */
  private volatile long due;

  /*
   * What a cancel closes: a socket that connects, then the connection. Whoever takes it out owns it,
   * so that a late cancel never closes a connection that another call has got from the pool.
   */
  private final AtomicReference<@Nullable Runnable> closing = new AtomicReference<>();

  /* Why we ended it ourselves; set by any thread, once. */
  private volatile HttpFailure.@Nullable Kind ended;

  /* Of the reading thread alone. */
  private @Nullable HttpConnection connection;
  private @Nullable HttpBody body;
  private boolean reusable;

  HttpExchange(HttpPool pool, Watchdog watchdog, String head, byte[] body, long totalNanos) {
    this.pool = pool;
    this.watchdog = watchdog;
    this.requestHead = head.getBytes(StandardCharsets.ISO_8859_1);
    this.requestBody = body;
    this.end = System.nanoTime() + totalNanos;
    this.due = end;
  }

  /**
   * Sends the request and reads the head of the response. A request that a kept connection did not
   * answer with a single byte is sent once more on a new one: such a connection was closed by the
   * server while it was idle.
   *
   * @param nanos until the head must be there
   */
  public ResponseHead send(long nanos) throws IOException {
    await(nanos);
    watchdog.watch(this);
    try {
      HttpConnection idle = pool.idle();
      if (idle != null) {
        try {
          return exchange(idle);
        } catch (IOException e) {
          idle.close();
          if (ended != null || idle.answered()) throw e;
        }
      }
      return exchange(pool.open(this::opening));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private ResponseHead exchange(HttpConnection fresh) throws IOException {
    connection = fresh;
    closedBy(fresh::close);
    IOException unsent = null;
    try {
      fresh.send(requestHead, requestBody);
    } catch (IOException e) {
      /* A server may answer, say with 413, and close without reading everything. */
      unsent = e;
    }
    try {
      ResponseHead head = fresh.head();
      reusable = head.reusable() && unsent == null;
      body = new HttpBody(fresh, head);
      return head;
    } catch (IOException e) {
      throw unsent != null && !fresh.answered() ? unsent : e;
    }
  }

  private void opening(Socket socket) {
    closedBy(() -> close(socket));
  }

  private void closedBy(Runnable close) {
    closing.set(close);
    /* Whoever ended it before the line above did not see what to close. */
    if (ended != null) closeOwned();
  }

  private void closeOwned() {
    Runnable close = closing.getAndSet(null);
    if (close != null) close.run();
  }

  /** From now on the server has this much time, within the total. */
  public void await(long nanos) {
    long until = System.nanoTime() + nanos;
    due = until - end < 0 ? until : end;
    watchdog.sooner(due);
  }

  /** The server is not waited for now. */
  public void pause() {
    due = end;
  }

  /**
   * Reads the next piece of the body, which then stands in {@link #bytes}; false at its end, when
   * the connection has gone back to the pool.
   */
  @Override
  public boolean next() throws IOException {
    HttpBody open = body;
    if (open == null) return false;
    try {
      if (open.next()) return true;
    } catch (IOException e) {
      throw failed(e);
    }
    finish();
    return false;
  }

  @Override
  public byte[] bytes() {
    return body == null ? new byte[0] : body.bytes();
  }

  @Override
  public int from() {
    return body == null ? 0 : body.from();
  }

  @Override
  public int to() {
    return body == null ? 0 : body.to();
  }

  /**
   * The rest of the body.
   *
   * @param max bytes; more is a failure
   */
  public byte[] rest(int max) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (next()) {
      if (all.size() + (to() - from()) > max) {
        cancel();
        throw HttpFailure.malformed("the response is longer than " + max + " bytes");
      }
      all.write(bytes(), from(), to() - from());
    }
    return all.toByteArray();
  }

  /** Whether the total time has run out. */
  public boolean late() {
    return System.nanoTime() - end >= 0;
  }

  /**
   * Reads what is left of a response that is complete for its reader. A server that goes on sending
   * loses its connection.
   */
  public void drain() {
    await(MAX_DRAIN_NANOS);
    try {
      for (int left = MAX_DRAIN_BYTES; left > 0 && next(); left -= to() - from()) {
        if (ended != null) break;
      }
    } catch (IOException _) {
      /* Nothing of it is needed. */
    }
    if (body != null) cancel();
  }

  private void finish() {
    HttpConnection done = connection;
    watchdog.release(this);
    connection = null;
    body = null;
    if (done == null || closing.getAndSet(null) == null) return;
    if (reusable && done.available() == 0) pool.release(done);
    else done.close();
  }

  /** Ends it at once, whatever it is doing. */
  public void cancel() {
    end(HttpFailure.Kind.CANCELLED);
  }

  private void end(HttpFailure.Kind why) {
    if (ended == null) ended = why;
    watchdog.release(this);
    closeOwned();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      /* It is of no more use either way. */
    }
  }

  private IOException failed(IOException e) {
    watchdog.release(this);
    closeOwned();
    if (ended != null) return cancelled();
    if (e instanceof HttpFailure) return e;
    return new HttpFailure(HttpFailure.Kind.CLOSED, "the connection broke", e);
  }

  private HttpFailure cancelled() {
    return ended == HttpFailure.Kind.TIMEOUT
        ? new HttpFailure(HttpFailure.Kind.TIMEOUT, "time ran out")
        : new HttpFailure(HttpFailure.Kind.CANCELLED, "the call was cancelled");
  }

  @Override
  public long due() {
    return due;
  }

  @Override
  public void expire() {
    end(HttpFailure.Kind.TIMEOUT);
  }
}
