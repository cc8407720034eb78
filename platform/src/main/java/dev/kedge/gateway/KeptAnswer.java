package dev.kedge.gateway;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerPart;
import dev.kedge.rollout.HeardParts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One answer that is kept part by part while it is given, for whoever asks under the same name: now
 * or later, whether or not the first caller is still there. Any thread may call.
 */
final class KeptAnswer {
  private static final int PART_BYTES = 64;
  private static final int MOST_BYTES = 16 << 20;

  private final String digest;

  /* Guarded by this. */
  private final List<AnswerPart> parts = new ArrayList<>();
  private @Nullable Exchange exchange;
  private @Nullable KedgeException failure;
  private @Nullable Told told;
  private long bytes;
  private boolean whole;

  /** What is known of the call besides its parts. */
  private record Told(String id, long created, String model, Map<String, String> headers) {
    static Told of(Exchange exchange) {
      return new Told(exchange.id(), exchange.created(), exchange.model(), exchange.headers());
    }
  }

  /**
   * @param digest of what is asked
   */
  KeptAnswer(String digest) {
    this.digest = digest;
  }

  String digest() {
    return digest;
  }

  /**
   * Reads the answer to its end, on a thread of its own.
   *
   * @param opened closed here
   * @param ended called when the answer is whole or failed
   */
  void from(Exchange opened, Runnable ended) {
    synchronized (this) {
      exchange = opened;
      told = Told.of(opened);
      notifyAll();
    }
    Thread.ofVirtual().name("kedge-kept-answer").start(() -> read(opened, ended));
  }

  /** The call could not begin, or cannot go on. */
  synchronized void failed(KedgeException reason) {
    Exchange of = exchange;
    if (of != null) told = Told.of(of);
    failure = reason;
    exchange = null;
    notifyAll();
  }

  private void read(Exchange opened, Runnable ended) {
    try (opened) {
      AnswerPart part;
      do {
        part = opened.next();
        add(part, opened);
      } while (!(part instanceof AnswerPart.End));
    } catch (KedgeException e) {
      failed(e);
    } catch (InterruptedException | RuntimeException e) {
      failed(new KedgeException(new Failure.Broken("the call failed", "internal_error", true), e));
    } finally {
      ended.run();
    }
  }

  private synchronized void add(AnswerPart part, Exchange opened) {
    bytes += PART_BYTES + HeardParts.size(part);
    if (bytes > MOST_BYTES) {
      throw new KedgeException(
          new Failure.Broken(
              "the answer is longer than "
                  + MOST_BYTES
                  + " bytes, which is too long to be kept; send the call without Idempotency-Key",
              "answer_too_long",
              false));
    }
    parts.add(part);
    if (part instanceof AnswerPart.End) {
      whole = true;
      exchange = null;
    }
    // Who answers is known with the first part, and does not change.
    if (parts.size() == 1 || whole) told = Told.of(opened);
    notifyAll();
  }

  /** Bytes of memory that it holds. */
  synchronized long bytes() {
    return bytes;
  }

  /** Whether all of it is there. */
  synchronized boolean isWhole() {
    return whole;
  }

  /** Whether it still comes in. */
  synchronized boolean isComing() {
    return !whole && failure == null;
  }

  /**
   * The answer from its first part on.
   *
   * @param again whether it was asked for before
   * @throws KedgeException if the call could not begin
   */
  Reading reading(boolean again) throws InterruptedException {
    synchronized (this) {
      while (told == null && failure == null) wait();
      KedgeException reason = failure;
      if (told == null && reason != null) throw reason;
    }
    return new Reading(again);
  }

  /** One reader of the answer. */
  final class Reading implements OpenCall {
    private final boolean again;
    private int next;
    private boolean cancelled;

    private Reading(boolean again) {
      this.again = again;
    }

    private Told told() {
      synchronized (KeptAnswer.this) {
        Told known = told;
        if (known == null) throw new IllegalStateException("the call has not begun");
        return known;
      }
    }

    @Override
    public String id() {
      return told().id();
    }

    @Override
    public long created() {
      return told().created();
    }

    @Override
    public String model() {
      return told().model();
    }

    @Override
    public Map<String, String> headers() {
      Map<String, String> headers = new HashMap<>(told().headers());
      if (again) headers.put("x-kedge-repeated", "true");
      return headers;
    }

    @Override
    public AnswerPart next() throws InterruptedException {
      synchronized (KeptAnswer.this) {
        while (true) {
          if (next < parts.size()) return parts.get(next++);
          KedgeException reason = failure;
          if (reason != null) throw reason;
          if (cancelled) {
            throw new KedgeException(
                new Failure.Broken("the caller has left", "client_gone", false));
          }
          KeptAnswer.this.wait();
        }
      }
    }

    /** This reader leaves; the answer is computed to its end, because it was promised to others. */
    @Override
    public void cancel() {
      synchronized (KeptAnswer.this) {
        cancelled = true;
        KeptAnswer.this.notifyAll();
      }
    }

    @Override
    public void close() {
      cancel();
    }
  }
}
