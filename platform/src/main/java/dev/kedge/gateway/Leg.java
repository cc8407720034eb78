package dev.kedge.gateway;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Money;
import dev.kedge.base.TokenPrice;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.call.TokenCounts;
import dev.kedge.limit.Place;
import dev.kedge.limit.Reservation;
import dev.kedge.limit.Turn;
import dev.kedge.observe.CallMetrics;
import dev.kedge.route.Dispatched;
import dev.kedge.route.Dispatcher;
import dev.kedge.route.Route;
import dev.kedge.usage.UsageRecord.Outcome;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call of one model: its place in the queue, its answer, its money. It is settled once, by
 * whatever ends it: the end of the answer, its failure, or the client's leaving. One thread reads;
 * any thread may cancel.
 */
final class Leg implements AutoCloseable {
  private final Target target;
  private final ApiRequest request;
  private final CallContext context;
  private final Dispatcher dispatcher;
  private final TokenBounds bounds;
  private final Reservation reservation;
  private final Turn turn;
  private final long arrival;
  private final Function<Route, CallMetrics> series;
  private final Settlement settlement;
  private final AtomicBoolean settled = new AtomicBoolean();

  private volatile @Nullable Dispatched answer;
  private volatile boolean cancelled;
  private volatile Money spent = Money.ZERO;

  /* The reader's own. */
  private @Nullable Place place;
  private @Nullable CallMetrics metrics;
  private long begun = -1;
  private long firstPart = -1;
  private long lastPart;
  private long seenTokens;

  /** What becomes of a leg that has ended. */
  interface Settlement {
    void settle(Ended ended);
  }

  /**
   * How a leg ended.
   *
   * @param firstNanos from the call's arrival to the first part, below 0 where none came
   */
  record Ended(
      Target target,
      Route route,
      Outcome outcome,
      TokenCounts tokens,
      TokenPrice price,
      Money cost,
      long queueNanos,
      long firstNanos,
      long totalNanos) {}

  Leg(
      Target target,
      ApiRequest request,
      CallContext context,
      Dispatcher dispatcher,
      TokenBounds bounds,
      Reservation reservation,
      Turn turn,
      long arrival,
      Function<Route, CallMetrics> series,
      Settlement settlement) {
    this.target = target;
    this.request = request;
    this.context = context;
    this.dispatcher = dispatcher;
    this.bounds = bounds;
    this.reservation = reservation;
    this.turn = turn;
    this.arrival = arrival;
    this.series = series;
    this.settlement = settlement;
  }

  Target target() {
    return target;
  }

  /** Who answers, once the first part was read. */
  @Nullable Route route() {
    Dispatched current = answer;
    return current == null ? null : current.route();
  }

  /** Nanoseconds since it had its place; below 0 where it never had one. For the reader. */
  long workedNanos() {
    return begun < 0 ? -1 : System.nanoTime() - begun;
  }

  /** Whether a part of the answer was read. For the reader. */
  boolean delivered() {
    return firstPart >= 0;
  }

  /** What it cost, once it was settled. */
  Money spent() {
    return spent;
  }

  /**
   * Waits for a place where there is none yet, then for the next part.
   *
   * @throws KedgeException if the answer cannot be had or broke off
   */
  AnswerPart next() throws InterruptedException {
    try {
      Dispatched current = answer;
      if (current == null) current = begin();
      AnswerPart part = current.next();
      note(current, part);
      if (part instanceof AnswerPart.End end) settle(Outcome.ANSWERED, end.tokens());
      return part;
    } catch (KedgeException e) {
      fail(e.failure());
      throw e;
    }
  }

  private Dispatched begin() throws InterruptedException {
    try {
      place = turn.await();
    } catch (CancellationException e) {
      throw new KedgeException(new Failure.Broken("the call was cancelled", "cancelled", true), e);
    }
    begun = System.nanoTime();
    Dispatched started = dispatcher.start(target.candidates(), request, context);
    answer = started;
    /* A cancel may have come before it could see the answer. */
    if (cancelled) started.cancel();
    return started;
  }

  private void note(Dispatched current, AnswerPart part) {
    int tokens =
        switch (part) {
          case AnswerPart.Text _, AnswerPart.Reasoning _, AnswerPart.ToolArguments _ -> 1;
          case AnswerPart.Frame frame -> frame.tokens();
          default -> 0;
        };
    long now = System.nanoTime();
    if (firstPart < 0) {
      firstPart = now;
      CallMetrics found = series.apply(current.route());
      metrics = found;
      found.firstToken(now - arrival);
      if (place != null) found.queueTime(place.waitedNanos());
    } else if (tokens > 0 && metrics != null) {
      metrics.betweenTokens(now - lastPart);
    }
    lastPart = now;
    seenTokens += tokens;
  }

  private void fail(Failure failure) {
    if (firstPart >= 0 || cancelled || mayHaveCost(failure)) {
      if (answer == null) giveBack();
      else settle(cancelled ? Outcome.CLIENT_LEFT : Outcome.UPSTREAM_FAILED, seen());
    } else {
      giveBack();
    }
  }

  /* A server that broke off or was too slow may have worked, and asks for its money. */
  private boolean mayHaveCost(Failure failure) {
    if (answer == null) return false;
    return switch (failure) {
      case Failure.TimedOut _ -> true;
      case Failure.UpstreamFailed upstream -> upstream.status() == 502;
      default -> false;
    };
  }

  /* Nobody counted: what was seen, and the prompt by its size, on the high side. */
  private TokenCounts seen() {
    long input = Math.min(bounds.input(), 2 * bounds.likelyInput());
    return new TokenCounts(input, 0, 0, seenTokens + 1, 0, true);
  }

  /** Ends the leg without a record: nothing was answered and nothing spent. */
  private void giveBack() {
    if (!settled.compareAndSet(false, true)) return;
    reservation.release();
    turn.close();
    if (place != null) place.close(1);
  }

  private void settle(Outcome outcome, TokenCounts counts) {
    if (!settled.compareAndSet(false, true)) return;
    Dispatched current = answer;
    if (current == null) throw new IllegalStateException("settled before it began");
    Route route = current.route();
    TokenPrice price = target.price(route.answeredBy());
    Money cost =
        price.of(counts.input(), counts.cachedInput(), counts.cacheWrite(), counts.output());
    spent = cost;
    long now = System.nanoTime();
    try {
      settlement.settle(
          new Ended(
              target,
              route,
              outcome,
              counts,
              price,
              cost,
              place == null ? 0 : place.waitedNanos(),
              firstPart < 0 ? -1 : firstPart - arrival,
              now - arrival));
    } finally {
      reservation.settle(cost);
      if (metrics != null) metrics.endToEnd(now - arrival);
      turn.close();
      if (place != null) place.close(counts.input() + counts.output());
    }
  }

  /** Ends the answer, or the waiting for it, at once. */
  void cancel() {
    cancelled = true;
    turn.cancel();
    Dispatched current = answer;
    if (current != null) current.cancel();
  }

  /** By the reader, at the end: what was not settled is settled as left by the client. */
  @Override
  public void close() {
    cancel();
    Dispatched current = answer;
    if (current == null) {
      giveBack();
      return;
    }
    current.close();
    settle(Outcome.CLIENT_LEFT, seen());
  }
}
