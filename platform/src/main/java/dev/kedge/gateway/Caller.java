package dev.kedge.gateway;

import dev.kedge.config.Priority;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Who calls, as the surface sees it.
 *
 * @param credential the key or token that was sent, empty for none; never logged
 * @param tags what the caller says about the call, by lower-case name
 * @param headers that a server of the caller's own API may be sent, by lower-case name
 * @param patience how long the caller waits, where it says so
 * @param priority how urgent the call is, where it says so; never more than its tenant's
 */
public record Caller(
    String credential,
    Map<String, String> tags,
    Map<String, String> headers,
    Optional<Duration> patience,
    Optional<Priority> priority) {
  /** Nobody in particular. */
  public static final Caller ANONYMOUS = new Caller("", Map.of(), Map.of(), Optional.empty());

  /** As urgent as the tenant's calls are. */
  public Caller(
      String credential,
      Map<String, String> tags,
      Map<String, String> headers,
      Optional<Duration> patience) {
    this(credential, tags, headers, patience, Optional.empty());
  }

  public Caller {
    tags = Map.copyOf(tags);
    headers = Map.copyOf(headers);
  }

  /** Without the credential. */
  @Override
  public String toString() {
    return "Caller[tags=" + tags + ", patience=" + patience + "]";
  }
}
