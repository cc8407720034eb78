package dev.kedge.gateway;

import dev.kedge.base.KedgeException;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.limit.Reservation;
import dev.kedge.rollout.Arm;
import dev.kedge.rollout.Rollout;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Begins calls of models on the side where they belong: that of a rollout's candidate, or the
 * model's own. Any thread may call.
 */
final class RolledCalls {
  private final Legs legs;

  RolledCalls(Legs legs) {
    this.legs = legs;
  }

  /**
   * A call of one model.
   *
   * @param id of its record
   * @param asked with a request of the model itself
   */
  record Call(
      String id,
      Bookkeeping.About about,
      Map<String, String> tags,
      Target target,
      Legs.Asked asked) {}

  /**
   * What a call began as.
   *
   * @param side its part in a rollout
   */
  record Begun(Leg leg, @Nullable RolledCall side) {}

  /**
   * Begins a call.
   *
   * @throws KedgeException only where the model itself would refuse it too
   */
  Begun begin(Call call) {
    return begin(call, legs.money(call.about, call.target, call.asked.bounds()));
  }

  /** The same with money that was set aside for the model itself; it is free again on failure. */
  Begun begin(Call call, Reservation money) {
    RolloutRoute route = call.target.rollout();
    if (route == null || !route.mayTake(call.about, call.tags)) {
      return new Begun(plain(call, money), null);
    }
    Rollout rollout = route.rollout();
    double point = route.point(call.about);
    // Vectors of two models must not stand in one index: those of copies go nowhere.
    boolean vectors = call.asked.request() instanceof EmbeddingRequest;
    if (!vectors && rollout.takes(point)) return candidate(call, route, money);
    Leg leg = plain(call, money);
    boolean copied = rollout.copies(point);
    if (vectors && !copied) return new Begun(leg, null);
    // In a shadow, a call that is not copied is compared with nothing.
    if (!copied && (!rollout.testing() || rollout.shadowing())) return new Begun(leg, null);
    return new Begun(leg, new RolledCall(route, call.about, call.asked, Arm.CURRENT, copied, null));
  }

  private Leg plain(Call call, Reservation money) {
    return legs.leg(call.id, call.about, call.target, call.asked, money);
  }

  /* First the current model's money: whom the candidate fails is answered all the same. */
  private Begun candidate(Call call, RolloutRoute route, Reservation spare) {
    RolledCall.Fallback fallback =
        new RolledCall.Fallback(() -> plain(call, spare), spare::release);
    RolledCall side = new RolledCall(route, call.about, call.asked, Arm.CANDIDATE, false, fallback);
    try {
      return new Begun(first(call, route, side), side);
    } catch (RuntimeException e) {
      fallback.unused().run();
      throw e;
    }
  }

  private Leg first(Call call, RolloutRoute route, RolledCall rolled) {
    Target candidate = route.candidate();
    Legs.Asked asked = call.asked;
    Reservation money;
    try {
      money = legs.money(call.about, candidate, asked.bounds());
    } catch (KedgeException e) {
      // The caller's money does not reach that far; that says nothing about the candidate.
      return rolled.instead(e, false);
    }
    Bookkeeping.About side = call.about.as("canary", route.rollout().id());
    Legs.Asked there =
        new Legs.Asked(
            asked.request().withModel(candidate.model()),
            asked.context(),
            asked.bounds(),
            asked.arrival());
    try {
      return legs.leg(
          side,
          candidate,
          there,
          money,
          // Of two records with one id the first would count: that of the answer has the id.
          ended ->
              legs.record(ended.firstNanos() < 0 ? call.id + "/candidate" : call.id, side, ended));
    } catch (KedgeException e) {
      return rolled.instead(e, true);
    }
  }
}
