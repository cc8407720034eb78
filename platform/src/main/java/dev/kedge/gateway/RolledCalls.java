package dev.kedge.gateway;

import dev.kedge.base.KedgeException;
import dev.kedge.limit.Reservation;
import dev.kedge.rollout.Arm;
import dev.kedge.rollout.Rollout;
import java.util.Map;
import java.util.Objects;

/** Opens calls of models that have a rollout. Any thread may call. */
final class RolledCalls {
  private final Legs legs;

  RolledCalls(Legs legs) {
    this.legs = legs;
  }

  /**
   * Opens a call on the side where it belongs.
   *
   * @throws KedgeException only where the current model would refuse it too
   */
  Exchange open(
      Bookkeeping.About about,
      Map<String, String> tags,
      Target target,
      TokenBounds bounds,
      long arrival) {
    RolloutRoute route = Objects.requireNonNull(target.rollout());
    Rollout rollout = route.rollout();
    Legs.Asked asked =
        new Legs.Asked(about.request().withModel(target.model()), about.context(), bounds, arrival);
    if (!route.mayTake(about, tags)) return plain(about, target, asked);
    double point = route.point(about);
    if (rollout.takes(point)) return candidate(about, target, route, asked);
    Exchange exchange = plain(about, target, asked);
    boolean copied = rollout.copies(point);
    // In a shadow, a call that is not copied is compared with nothing.
    if (copied || (rollout.testing() && !rollout.shadowing())) {
      exchange.follow(new RolledCall(route, about, bounds, Arm.CURRENT, copied, null));
    }
    return exchange;
  }

  private Exchange plain(Bookkeeping.About about, Target target, Legs.Asked asked) {
    Leg leg = legs.leg(about.context().id(), about, target, asked);
    return new Exchange(about.context(), about.request().model(), about.tier(), leg, null);
  }

  /* First the current model's money: whom the candidate fails is answered all the same. */
  private Exchange candidate(
      Bookkeeping.About about, Target target, RolloutRoute route, Legs.Asked asked) {
    Reservation spare = legs.money(about, target, asked.bounds());
    RolledCall.Fallback fallback =
        new RolledCall.Fallback(
            () -> legs.leg(about.context().id(), about, target, asked, spare), spare::release);
    RolledCall call = new RolledCall(route, about, asked.bounds(), Arm.CANDIDATE, false, fallback);
    Leg leg;
    try {
      leg = first(about, route, asked, call);
    } catch (RuntimeException e) {
      fallback.unused().run();
      throw e;
    }
    Exchange exchange =
        new Exchange(about.context(), about.request().model(), about.tier(), leg, null);
    exchange.follow(call);
    return exchange;
  }

  private Leg first(
      Bookkeeping.About about, RolloutRoute route, Legs.Asked asked, RolledCall call) {
    Target candidate = route.candidate();
    Reservation money;
    try {
      money = legs.money(about, candidate, asked.bounds());
    } catch (KedgeException e) {
      // The caller's money does not reach that far; that says nothing about the candidate.
      return call.instead(e, false);
    }
    Bookkeeping.About side = about.as("canary", route.rollout().id());
    Legs.Asked there =
        new Legs.Asked(
            asked.request().withModel(candidate.model()),
            asked.context(),
            asked.bounds(),
            asked.arrival());
    String id = about.context().id();
    try {
      return legs.leg(
          side,
          candidate,
          there,
          money,
          // Of two records with one id the first would count: that of the answer has the id.
          ended -> legs.record(ended.firstNanos() < 0 ? id + "/candidate" : id, side, ended));
    } catch (KedgeException e) {
      return call.instead(e, true);
    }
  }
}
