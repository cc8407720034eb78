package dev.kedge.call;

import java.util.Map;

/**
 * What surrounds a call.
 *
 * @param id of the call, unique, in every log line and record about it
 * @param created seconds since 1970
 * @param seed for answers whose caller fixed none
 * @param deadline {@link System#nanoTime()} at which the caller gives up
 * @param wantsParts whether the answer is to be looked into, so that it must not be relayed as
 *     bytes of the caller's API
 * @param headers of the caller that a server of the caller's own API may be sent, by lower-case
 *     name
 * @param tenant whose call it is; what is kept of it is shared with its other calls only
 * @param priority higher comes first where calls of several compete, 0 for the usual
 */
public record CallContext(
    String id,
    long created,
    long seed,
    long deadline,
    boolean wantsParts,
    Map<String, String> headers,
    String tenant,
    int priority) {
  public CallContext {
    headers = Map.copyOf(headers);
  }

  /** A call whose answer may be relayed, of nobody in particular. */
  public CallContext(String id, long created, long seed, long deadline) {
    this(id, created, seed, deadline, false, Map.of(), "", 0);
  }

  /** The same call whose answer is to be looked into. */
  public CallContext neutral() {
    return new CallContext(id, created, seed, deadline, true, headers, tenant, priority);
  }
}
