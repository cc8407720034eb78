package dev.kedge.limit;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.config.RateLimits;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Requests per minute, tokens per minute and calls at a time, of keys and of tenants, counted in
 * this process. Any thread may call; nothing blocks.
 *
 * <p>Each rate is a bucket that holds what one minute allows and refills evenly, so that an idle
 * caller may send a minute's worth at once and in the long run no caller exceeds the rate. A call
 * takes what it may need at most before it starts and gives back what it did not use: what was used
 * since the start of counting is never more than one bucket plus the rate times the time.
 *
 * <p>Subjects are counted only while it matters: one whose buckets are full and that runs no call
 * is forgotten, which changes nothing for it.
 */
public final class Rates {
  private static final int FIRST_SWEEP = 1024;
  private static final long SWEEP_PAUSE_NANOS = 10_000_000;

  private final LongSupplier nanoTime;
  private final long origin;
  private final int mostSubjects;
  private final Subjects keys = new Subjects("key");
  private final Subjects tenants = new Subjects("tenant");

  /**
   * @param nanoTime {@link System#nanoTime()}, or a clock of a test
   * @param mostSubjects bound of the memory: keys, and again tenants, that are counted at a time
   */
  public Rates(LongSupplier nanoTime, int mostSubjects) {
    this.nanoTime = nanoTime;
    this.origin = nanoTime.getAsLong();
    this.mostSubjects = mostSubjects;
  }

  /** Who is limited, and how much. */
  public record Subject(String name, RateLimits limits) {}

  /**
   * Takes a place and the rates of one call from the key and from the tenant, or nothing of either.
   *
   * @param tokens that the call may use at most, prompt and answer; an estimate will do
   * @throws KedgeException {@link Failure.Overloaded} naming the limit that is reached, or {@link
   *     Failure.TooLarge} where no waiting helps
   */
  public Permit take(Subject key, Subject tenant, long tokens) {
    if (tokens < 0) throw new IllegalArgumentException("tokens are negative");
    long now = nanoTime.getAsLong() - origin;
    Taken ofKey = keys.take(key, tokens, now);
    try {
      return new Permit(ofKey, tenants.take(tenant, tokens, now), tokens);
    } catch (KedgeException e) {
      ofKey.undo();
      throw e;
    }
  }

  /** How many subjects are counted at present. */
  public int counted() {
    return keys.counts.size() + tenants.counts.size();
  }

  /** What one call took. To be closed when the call has ended; any thread. */
  public final class Permit implements AutoCloseable {
    private final Taken key;
    private final Taken tenant;
    private final long estimated;
    private volatile boolean closed;

    private Permit(Taken key, Taken tenant, long estimated) {
      this.key = key;
      this.tenant = tenant;
      this.estimated = estimated;
    }

    /**
     * Ends the call, after which its places are free. The second and later calls do nothing.
     *
     * @param tokens that it used; more than estimated makes the next calls wait longer
     */
    public void close(long tokens) {
      synchronized (this) {
        if (closed) return;
        closed = true;
      }
      long now = nanoTime.getAsLong() - origin;
      key.end(estimated, Math.max(0, tokens), now);
      tenant.end(estimated, Math.max(0, tokens), now);
    }

    /** Ends a call whose use is not known: the estimate counts. */
    @Override
    public void close() {
      close(estimated);
    }
  }

  /** What one call took from one subject. */
  private record Taken(Count count, RateLimits limits, long requestNanos, long tokenNanos) {
    void end(long estimated, long used, long now) {
      if (limits.unlimited()) return;
      if (limits.tokensPerMinute().isPresent() && used != estimated) {
        long rate = limits.tokensPerMinute().get();
        count.tokens.correct(Bucket.nanos(used, rate) - tokenNanos, now);
      }
      count.leave();
    }

    void undo() {
      if (limits.unlimited()) return;
      count.requests.giveBack(requestNanos);
      count.tokens.giveBack(tokenNanos);
      count.leave();
    }
  }

  /** All subjects of one kind. */
  private final class Subjects {
    private final String kind;
    private final ConcurrentHashMap<String, Count> counts = new ConcurrentHashMap<>();
    private volatile int nextSweep = FIRST_SWEEP;
    private final AtomicLong sweepAgainAt = new AtomicLong();

    Subjects(String kind) {
      this.kind = kind;
    }

    Taken take(Subject subject, long tokens, long now) {
      RateLimits limits = subject.limits();
      if (limits.unlimited()) return new Taken(Count.UNLIMITED, limits, 0, 0);
      Count count = enter(subject, now);
      long requestNanos = 0;
      long tokenNanos = 0;
      boolean taken = false;
      try {
        if (limits.requestsPerMinute().isPresent()) {
          int rate = limits.requestsPerMinute().get();
          long nanos = Bucket.nanos(1, rate);
          long wait = count.requests.take(nanos, now);
          if (wait > 0) throw tooMany(subject, "requests", rate, wait);
          requestNanos = nanos;
        }
        if (limits.tokensPerMinute().isPresent()) {
          long rate = limits.tokensPerMinute().get();
          if (tokens > rate) throw tooLarge(subject, tokens, rate);
          long nanos = Bucket.nanos(tokens, rate);
          long wait = count.tokens.take(nanos, now);
          if (wait > 0) throw tooMany(subject, "tokens", rate, wait);
          tokenNanos = nanos;
        }
        taken = true;
        return new Taken(count, limits, requestNanos, tokenNanos);
      } finally {
        if (!taken) {
          count.requests.giveBack(requestNanos);
          count.leave();
        }
      }
    }

    /** The subject's count with one call more running, so that it is not forgotten meanwhile. */
    private Count enter(Subject subject, long now) {
      int most = subject.limits().concurrency().orElse(Integer.MAX_VALUE);
      Count count = counts.get(subject.name());
      if (count == null) count = add(subject.name(), now);
      while (true) {
        switch (count.enter(most)) {
          case IN -> {
            return count;
          }
          case FULL -> throw tooManyAtOnce(subject, most);
          // Waits until the sweep has decided about this count.
          case FORGOTTEN ->
              count =
                  counts.compute(subject.name(), (_, found) -> found == null ? new Count() : found);
        }
      }
    }

    private Count add(String name, long now) {
      if (counts.size() >= Math.min(nextSweep, mostSubjects)) sweep(now);
      if (counts.size() >= mostSubjects) {
        throw new KedgeException(
            new Failure.Unavailable(
                "more than " + mostSubjects + " " + kind + "s call at this time",
                "too_many_callers",
                1));
      }
      return counts.computeIfAbsent(name, _ -> new Count());
    }

    /**
     * Twice what is left before the next sweep makes the cost per subject constant; the pause
     * bounds it where nothing can be forgotten.
     */
    private void sweep(long now) {
      long again = sweepAgainAt.get();
      if (now < again || !sweepAgainAt.compareAndSet(again, now + SWEEP_PAUSE_NANOS)) return;
      for (String name : counts.keySet()) {
        counts.computeIfPresent(name, (_, count) -> count.forget(now) ? null : count);
      }
      nextSweep = Math.max(FIRST_SWEEP, 2 * counts.size());
    }

    private KedgeException tooMany(Subject subject, String what, long rate, long waitNanos) {
      int seconds = Seconds.ofNanos(waitNanos);
      String limit = rate + " " + what + " per minute";
      return new KedgeException(
          new Failure.Overloaded(
              "the %s '%s' may use %s and has; try again in %d s"
                  .formatted(kind, subject.name(), limit, seconds),
              kind + "_" + what + "_per_minute",
              seconds));
    }

    private KedgeException tooManyAtOnce(Subject subject, int most) {
      return new KedgeException(
          new Failure.Overloaded(
              "the %s '%s' may run %d calls at a time and does; wait for one to end"
                  .formatted(kind, subject.name(), most),
              kind + "_concurrency",
              1));
    }

    private KedgeException tooLarge(Subject subject, long tokens, long rate) {
      return new KedgeException(
          new Failure.TooLarge(
              "the call may use %d tokens but the %s '%s' may use %d per minute; shorten the prompt"
                      .formatted(tokens, kind, subject.name(), rate)
                  + " or the longest answer",
              kind + "_tokens_per_minute"));
    }
  }
}
