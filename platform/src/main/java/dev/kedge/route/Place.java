package dev.kedge.route;

import dev.kedge.base.Failure;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One call's place on a replica. It ends once: the first of {@link #finished}, {@link #failed} and
 * {@link #givenUp} counts, whoever calls it, and the others do nothing. Thread-safe.
 */
final class Place {
  private final Replica replica;
  private final Breaker.Pass pass;
  private final long promptTokens;
  private final long tokensBefore;
  private final long startedAt;
  private final long deadline;
  private final AtomicReference<@Nullable Runnable> cancel = new AtomicReference<>();
  private boolean answered;
  private boolean ended;

  Place(
      Replica replica,
      Breaker.Pass pass,
      long promptTokens,
      long tokensBefore,
      long startedAt,
      long deadline) {
    this.replica = replica;
    this.pass = pass;
    this.promptTokens = promptTokens;
    this.tokensBefore = tokensBefore;
    this.startedAt = startedAt;
    this.deadline = deadline;
  }

  Replica replica() {
    return replica;
  }

  /** How the call is ended from outside, for calls that nobody reads any more. */
  void onAbandoned(Runnable cancel) {
    this.cancel.set(cancel);
  }

  /** Ends the call if its deadline is long past, or in any case. */
  void abandon(long now, long graceNanos, boolean inAnyCase) {
    if (!inAnyCase && now - deadline < graceNanos) return;
    Runnable action = cancel.get();
    if (action != null) action.run();
    givenUp(now);
  }

  /** The first part is there. */
  synchronized void answered(long now) {
    if (answered || ended) return;
    answered = true;
    replica.load().answered(promptTokens, tokensBefore, Math.max(0, now - startedAt), now);
    replica.breaker().answered(pass);
  }

  /** The call ended as it should. */
  void finished(long now) {
    if (!end(now)) return;
    replica.breaker().succeeded(pass, now);
    replica.accepted();
  }

  /** The call failed. */
  void failed(Failure failure, long now) {
    boolean late = failure instanceof Failure.TimedOut && now - deadline >= 0;
    if (!end(now)) return;
    if (!late && isUpstreamsFault(failure)) replica.breaker().failed(pass, now);
    else replica.breaker().ignored(pass);
  }

  /** Nobody wants the answer any more. */
  void givenUp(long now) {
    if (end(now)) replica.breaker().ignored(pass);
  }

  private synchronized boolean end(long now) {
    if (ended) return false;
    ended = true;
    if (answered) replica.load().endedAnswered(Math.max(0, now - startedAt));
    else replica.load().endedUnanswered(promptTokens);
    replica.leave(this);
    return true;
  }

  /* A limit that is reached is an answer of a server that works; it is left alone as it asks. */
  private static boolean isUpstreamsFault(Failure failure) {
    return switch (failure) {
      case Failure.Invalid _,
          Failure.NotFound _,
          Failure.TooLarge _,
          Failure.Unauthorized _,
          Failure.Forbidden _,
          Failure.Overloaded _,
          Failure.Unavailable _ ->
          false;
      case Failure.UpstreamFailed upstream -> upstream.retryable() || upstream.status() >= 500;
      case Failure.Untrusted _, Failure.Broken _, Failure.TimedOut _ -> true;
    };
  }
}
