package dev.kedge.route;

/**
 * What a server says about itself; NaN where it does not say.
 *
 * @param running requests that it works on
 * @param waiting requests in its queue
 * @param cacheUse share of its KV cache that is in use, 0 to 1
 */
public record ServerLoad(double running, double waiting, double cacheUse) {
  public static final ServerLoad UNKNOWN = new ServerLoad(Double.NaN, Double.NaN, Double.NaN);
}
