package dev.kedge.gateway;

import dev.kedge.base.TokenPrice;
import dev.kedge.limit.FairQueue;
import dev.kedge.route.Candidates;
import java.util.Map;

/**
 * A model that can be called, with all that is known of it before a call.
 *
 * @param candidates who may answer
 * @param queue of calls that wait for a place
 * @param prices by the name of who answers
 * @param worst the highest of these prices, kind by kind
 * @param context of the model in tokens, 0 where it is not known
 * @param digests of model files by the name of who answers; none for servers elsewhere
 */
record Target(
    Candidates candidates,
    FairQueue queue,
    Map<String, TokenPrice> prices,
    TokenPrice worst,
    int context,
    Map<String, String> digests) {
  Target {
    prices = Map.copyOf(prices);
    digests = Map.copyOf(digests);
  }

  String model() {
    return candidates.model();
  }

  TokenPrice price(String answeredBy) {
    return prices.getOrDefault(answeredBy, worst);
  }
}
