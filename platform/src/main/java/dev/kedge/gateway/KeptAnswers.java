package dev.kedge.gateway;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Answers to calls that their callers named, kept in memory so that a caller who lost its
 * connection, or its process, gets the same answer and no second one is computed. They belong to a
 * tenant, hold for an hour, and are {@value #MOST} at most in 64 MiB, the oldest ones going first;
 * a restart forgets them. What failed is not kept. Any thread may call.
 */
final class KeptAnswers {
  private static final int MOST = 10_000;
  private static final long MOST_BYTES = 64L << 20;
  private static final Duration HOLDING = Duration.ofHours(1);

  private final InstantSource clock;

  /* Guarded by this. */
  private final Map<Name, Kept> answers = new LinkedHashMap<>();
  private long bytes;

  private record Name(String tenant, String key) {}

  /** An answer with the time of its end, or of its beginning where it still comes in. */
  private static final class Kept {
    private final KeptAnswer answer;
    private long atMs;
    private long bytes;

    Kept(KeptAnswer answer, long atMs) {
      this.answer = answer;
      this.atMs = atMs;
    }
  }

  KeptAnswers(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * The answer under a name: the one that is there or under way, or a new one.
   *
   * @param tenant whose call it is
   * @param opening makes the call
   * @throws KedgeException Invalid where something else was asked under the name; as the opening
   */
  OpenCall open(String tenant, CallName called, Supplier<Exchange> opening)
      throws InterruptedException {
    Name name = new Name(tenant, called.key());
    KeptAnswer answer;
    boolean first = false;
    synchronized (this) {
      forget();
      Kept known = answers.get(name);
      if (known == null) {
        if (answers.size() >= MOST) return opening.get();
        known = new Kept(new KeptAnswer(called.digest()), clock.millis());
        answers.put(name, known);
        first = true;
      }
      answer = known.answer;
    }
    if (!answer.digest().equals(called.digest())) throw another();
    if (first) begin(name, answer, opening);
    return answer.reading(!first);
  }

  private void begin(Name name, KeptAnswer answer, Supplier<Exchange> opening) {
    Exchange exchange;
    try {
      exchange = opening.get();
    } catch (RuntimeException e) {
      drop(name, answer);
      answer.failed(
          e instanceof KedgeException known
              ? known
              : new KedgeException(
                  new Failure.Broken("the call failed", "internal_error", true), e));
      throw e;
    }
    answer.from(exchange, () -> ended(name, answer));
  }

  private static KedgeException another() {
    return new KedgeException(
        new Failure.Invalid(
            "another question was asked under this Idempotency-Key; send a new one",
            "idempotency_key_reused",
            ""));
  }

  private synchronized void ended(Name name, KeptAnswer answer) {
    Kept kept = answers.get(name);
    if (kept == null || kept.answer != answer) return;
    answers.remove(name);
    if (!answer.isWhole()) return;
    kept.atMs = clock.millis();
    kept.bytes = answer.bytes();
    bytes += kept.bytes;
    // At the end again, so that the order is that of the ends.
    answers.put(name, kept);
    forget();
  }

  private synchronized void drop(Name name, KeptAnswer answer) {
    Kept kept = answers.get(name);
    if (kept != null && kept.answer == answer) answers.remove(name);
  }

  /* Ended ones that are too old, or too many; whoever reads one has it all the same. */
  private void forget() {
    long now = clock.millis();
    Iterator<Kept> oldest = answers.values().iterator();
    while (oldest.hasNext()) {
      Kept kept = oldest.next();
      if (kept.answer.isComing()) continue;
      boolean old = now - kept.atMs > HOLDING.toMillis();
      if (!old && bytes <= MOST_BYTES && answers.size() < MOST) return;
      bytes -= kept.bytes;
      oldest.remove();
    }
  }

  /** How many there are, under way or kept. */
  synchronized int size() {
    return answers.size();
  }
}
