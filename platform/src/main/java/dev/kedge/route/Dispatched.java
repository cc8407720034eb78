package dev.kedge.route;

import dev.kedge.backend.Answer;
import dev.kedge.backend.Backend;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.config.UpstreamSection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An answer that changes its server as long as nothing was read from it. One thread reads, any
 * thread may cancel or ask for the route.
 *
 * <p>Each attempt holds a {@link Place}, which is given back when the attempt ends: by the end of
 * the answer, by its failure, by {@link #cancel}, or, where the reader just goes away, by the
 * pool's sweep after the deadline.
 */
public final class Dispatched implements Answer {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final Dispatcher dispatcher;
  private final Candidates candidates;
  private final ApiRequest request;
  private final CallContext context;
  private final PromptBlocks prompt;
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private volatile @Nullable Attempt current;

  /* Only the reader uses these. */
  private final Set<Replica> tried = new HashSet<>();
  private List<Route.Failed> failed = List.of();
  private int upstreamAttempts;
  private boolean lastResortTried;
  private boolean secondRound;
  private boolean delivered;
  private AnswerPart.@Nullable End end;
  private @Nullable KedgeException broken;

  private record Attempt(Answer answer, @Nullable Place place, Route route) {
    void cancel(long now) {
      // First the place: what the cancelled answer throws must not count against the upstream.
      if (place != null) place.givenUp(now);
      answer.cancel();
    }
  }

  Dispatched(
      Dispatcher dispatcher, Candidates candidates, ApiRequest request, CallContext context) {
    this.dispatcher = dispatcher;
    this.candidates = candidates;
    this.request = request;
    this.context = context;
    this.prompt = dispatcher.prompt(candidates, request);
    startSomewhere(null);
  }

  /** Who answers; final once the first part was read. */
  public Route route() {
    return attempt().route();
  }

  private Attempt attempt() {
    Attempt attempt = current;
    if (attempt == null) throw new IllegalStateException("no attempt has been made");
    return attempt;
  }

  @Override
  public AnswerPart next() throws InterruptedException {
    if (end != null) return end;
    if (broken != null) throw broken;
    for (; ; ) {
      Attempt attempt = attempt();
      try {
        AnswerPart part = attempt.answer().next();
        if (!delivered) deliverFirst(attempt);
        if (part instanceof AnswerPart.End last) {
          end = last;
          if (attempt.place() != null) attempt.place().finished(dispatcher.now());
        }
        return part;
      } catch (KedgeException e) {
        fail(attempt, e);
        if (delivered) throw lastly(e);
        startSomewhere(e);
      } catch (InterruptedException e) {
        attempt.cancel(dispatcher.now());
        throw e;
      } catch (RuntimeException | Error e) {
        fail(attempt, broken(e));
        attempt.answer().cancel();
        throw e;
      }
    }
  }

  private void deliverFirst(Attempt attempt) {
    delivered = true;
    if (attempt.place() != null) attempt.place().answered(dispatcher.now());
  }

  private static KedgeException broken(Throwable cause) {
    return new KedgeException(
        new Failure.Broken("the answer broke off by a fault of our own", "internal_error", false),
        cause);
  }

  private KedgeException lastly(KedgeException e) {
    broken = e;
    return e;
  }

  @Override
  public void cancel() {
    cancelled.countDown();
    Attempt attempt = current;
    if (attempt != null) attempt.cancel(dispatcher.now());
  }

  private boolean isCancelled() {
    return cancelled.getCount() == 0;
  }

  private void fail(Attempt attempt, KedgeException e) {
    if (attempt.place() == null) note(attempt.route().answeredBy(), e);
    else fail(attempt.place(), e);
  }

  private void fail(Place place, KedgeException e) {
    long now = dispatcher.now();
    place.failed(e.failure(), now);
    note(place.replica().name(), e);
    int seconds = retryAfter(e.failure());
    if (seconds > 0) place.replica().leaveAlone(seconds, now);
  }

  private void note(String name, KedgeException e) {
    // Nobody waits for an answer that was cancelled: what it throws is no upstream's fault.
    if (!isCancelled()) dispatcher.failedTries().failed(name, e.failure());
    List<Route.Failed> longer = new ArrayList<>(failed);
    longer.add(new Route.Failed(name, e.failure().code()));
    failed = longer;
  }

  private static int retryAfter(Failure failure) {
    return switch (failure) {
      case Failure.Overloaded overloaded -> overloaded.retryAfterSeconds();
      case Failure.Unavailable unavailable -> unavailable.retryAfterSeconds();
      default -> 0;
    };
  }

  /* Starts the call where it can be started; throws what failed last where nobody is left. */
  private void startSomewhere(@Nullable KedgeException failure) {
    KedgeException last = failure;
    do {
      if (last != null) stopUnlessRetryable(last);
      Dispatcher.Found found = findPlace(false);
      if (found == null && candidates.lastResort().isPresent() && !lastResortTried) {
        last = startAtLastResort(candidates.lastResort().get());
        continue;
      }
      if (found == null) found = findPlace(true);
      if (found != null) {
        last = startAt(found);
      } else {
        if (last == null) throw lastly(nobody());
        goRoundAgain(last);
      }
    } while (last != null);
  }

  private void stopUnlessRetryable(KedgeException last) {
    boolean late = dispatcher.now() - context.deadline() >= 0;
    if (late || isCancelled() || !isBetterElsewhere(last.failure())) throw lastly(last);
  }

  /* What an upstream has to mend itself, such as a key of ours that it does not take, is its own. */
  private static boolean isBetterElsewhere(Failure failure) {
    return failure.retryable()
        || (failure instanceof Failure.UpstreamFailed upstream && upstream.status() >= 500);
  }

  private Dispatcher.@Nullable Found findPlace(boolean evenDown) {
    if (upstreamAttempts >= dispatcher.policy().attempts()) return null;
    Dispatcher.Found found =
        dispatcher.find(candidates, prompt, tried, evenDown, context.deadline());
    if (found == null || upstreamAttempts == 0 || dispatcher.budget().take()) return found;
    found.place().givenUp(dispatcher.now());
    return null;
  }

  /* Returns the failure, or null where the call has started. */
  private @Nullable KedgeException startAt(Dispatcher.Found found) {
    Place place = found.place();
    Replica replica = place.replica();
    upstreamAttempts++;
    tried.add(replica);
    place.onAbandoned(this::cancel);
    Route.Reason reason = found.forPrefix() ? Route.Reason.PREFIX : Route.Reason.LOAD;
    if (!found.firstGroup() || !failed.isEmpty()) reason = Route.Reason.FAILOVER;
    try {
      Answer answer = replica.backend().start(request, context);
      Optional<UpstreamSection> section = Optional.of(replica.section());
      follow(new Attempt(answer, place, route(replica.name(), section, reason)));
      return null;
    } catch (KedgeException e) {
      fail(place, e);
      return e;
    } catch (RuntimeException | Error e) {
      fail(place, broken(e));
      throw e;
    }
  }

  private @Nullable KedgeException startAtLastResort(Backend backend) {
    lastResortTried = true;
    Route.Reason reason =
        candidates.groups().isEmpty() ? Route.Reason.ENGINE : Route.Reason.LAST_RESORT;
    try {
      Answer answer = backend.start(request, context);
      follow(new Attempt(answer, null, route(backend.name(), Optional.empty(), reason)));
      return null;
    } catch (KedgeException e) {
      note(backend.name(), e);
      return e;
    }
  }

  private Route route(String name, Optional<UpstreamSection> section, Route.Reason reason) {
    return new Route(name, section, reason, failed.size() + 1, failed);
  }

  private void follow(Attempt attempt) {
    current = attempt;
    // A cancel may have come before it could see this attempt.
    if (isCancelled()) attempt.cancel(dispatcher.now());
  }

  /* All were tried; where one may do better now, they are tried again after a pause, once. */
  private void goRoundAgain(KedgeException last) {
    boolean spent = upstreamAttempts >= dispatcher.policy().attempts();
    if (secondRound || spent || tried.isEmpty()) throw lastly(last);
    secondRound = true;
    tried.clear();
    long pause = dispatcher.policy().pause().toNanos();
    long nanos = pause / 2 + ThreadLocalRandom.current().nextLong(pause + 1);
    try {
      if (cancelled.await(nanos, TimeUnit.NANOSECONDS)) throw lastly(last);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw lastly(last);
    }
  }

  private KedgeException nobody() {
    long now = dispatcher.now();
    long wait =
        candidates.groups().stream()
            .flatMap(List::stream)
            .mapToLong(replica -> replica.waitNanos(now))
            .min()
            .orElse(0);
    int seconds = Math.clamp(Math.ceilDiv(wait, NANOS_PER_SECOND), 1, 60);
    return new KedgeException(
        new Failure.Unavailable(
            "no upstream of the model '"
                + candidates.model()
                + "' can take the call now; try again in "
                + seconds
                + " s",
            "no_upstream",
            seconds));
  }
}
