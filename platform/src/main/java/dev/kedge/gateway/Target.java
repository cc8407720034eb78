package dev.kedge.gateway;

import dev.kedge.base.TokenPrice;
import dev.kedge.limit.FairQueue;
import dev.kedge.route.Candidates;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model that can be called, with all that is known of it before a call.
 *
 * @param candidates who may answer
 * @param queue of calls that wait for a place
 * @param prices by the name of who answers
 * @param worst the highest of these prices, kind by kind
 * @param context of the model in tokens, 0 where it is not known
 * @param digests of model files by the name of who answers; none for servers elsewhere
 * @param rollout of another model that wants its place
 */
record Target(
    Candidates candidates,
    FairQueue queue,
    Map<String, TokenPrice> prices,
    TokenPrice worst,
    int context,
    Map<String, String> digests,
    @Nullable RolloutRoute rollout) {
  Target {
    prices = Map.copyOf(prices);
    digests = Map.copyOf(digests);
  }

  String model() {
    return candidates.model();
  }

  /** The digest of its one file; empty where there is none, or several. */
  String digest() {
    return digests.size() == 1 ? digests.values().iterator().next() : "";
  }

  /** The same with a rollout. */
  Target with(RolloutRoute route) {
    return new Target(candidates, queue, prices, worst, context, digests, route);
  }

  TokenPrice price(String answeredBy) {
    return prices.getOrDefault(answeredBy, worst);
  }
}
