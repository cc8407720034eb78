package dev.kedge.backend.upstream;

import dev.kedge.call.Api;
import dev.kedge.call.Dialect;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A server elsewhere.
 *
 * @param name in messages and records
 * @param url up to and with {@code /v1}; without a path, that is added
 * @param key gives the API key as it is now; called for every request, from any thread
 * @param headers sent along with every request; names and values as they stand
 * @param timeouts how long is waited
 * @param models the server's id of each model by the name that callers use
 * @param apis what it speaks; a call in another one is translated
 */
public record UpstreamOptions(
    String name,
    URI url,
    Dialect dialect,
    Optional<Supplier<String>> key,
    Map<String, String> headers,
    Timeouts timeouts,
    Map<String, String> models,
    Set<Api> apis) {
  /**
   * How long is waited.
   *
   * @param connect for a connection
   * @param firstToken from the request to the first event of a stream
   * @param betweenTokens for a whole next event, however slowly its bytes come
   * @param total for everything; whole answers have this time alone
   */
  public record Timeouts(
      Duration connect, Duration firstToken, Duration betweenTokens, Duration total) {}

  public UpstreamOptions {
    headers = Map.copyOf(headers);
    models = Map.copyOf(models);
    apis = Set.copyOf(apis);
    headers.forEach(UpstreamOptions::checkHeader);
  }

  private static void checkHeader(String name, String value) {
    if (!name.matches("[A-Za-z0-9-]{1,100}") || !value.matches("[\\t -~]{0,4000}"))
      throw new IllegalArgumentException(
          "the header '"
              + name
              + "' must have a name of letters, digits and '-', and a value of printable ASCII");
  }
}
