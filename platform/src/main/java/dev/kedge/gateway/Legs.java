package dev.kedge.gateway;

import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.limit.Reservation;
import dev.kedge.limit.Turn;
import dev.kedge.route.Dispatcher;

/** Starts calls of one model. Any thread may call. */
final class Legs {
  private final Admission admission;
  private final Dispatcher dispatcher;
  private final Bookkeeping books;

  Legs(Admission admission, Dispatcher dispatcher, Bookkeeping books) {
    this.admission = admission;
    this.dispatcher = dispatcher;
    this.books = books;
  }

  /**
   * What is asked.
   *
   * @param request of this leg's model
   * @param arrival of the call, {@link System#nanoTime()}
   */
  record Asked(ApiRequest request, CallContext context, TokenBounds bounds, long arrival) {}

  /** Sets aside what a call can cost. */
  Reservation money(Bookkeeping.About about, Target target, TokenBounds bounds) {
    return admission.money(about, target, bounds);
  }

  /** A leg of money that was set aside; it is free again where the leg cannot begin. */
  Leg leg(String id, Bookkeeping.About about, Target target, Asked asked, Reservation money) {
    return leg(about, target, asked, money, ended -> books.record(id, about, ended));
  }

  /** The same, settled otherwise. */
  Leg leg(
      Bookkeeping.About about,
      Target target,
      Asked asked,
      Reservation money,
      Leg.Settlement settlement) {
    return leg(
        about,
        target,
        asked.request,
        asked.context,
        asked.bounds,
        asked.arrival,
        money,
        settlement);
  }

  private Leg leg(
      Bookkeeping.About about,
      Target target,
      ApiRequest request,
      CallContext context,
      TokenBounds bounds,
      long arrival,
      Reservation money,
      Leg.Settlement settlement) {
    try {
      Turn turn = admission.turn(about.principal(), target, bounds, context);
      return new Leg(
          target,
          request,
          context,
          dispatcher,
          bounds,
          money,
          turn,
          arrival,
          route -> books.series(about, target, route),
          settlement);
    } catch (RuntimeException e) {
      money.release();
      throw e;
    }
  }

  /** Records a leg that has ended. */
  void record(String id, Bookkeeping.About about, Leg.Ended ended) {
    books.record(id, about, ended);
  }
}
