package dev.kedge.usage;

import dev.kedge.base.Money;
import dev.kedge.base.TokenPrice;
import dev.kedge.call.Api;
import dev.kedge.call.TokenCounts;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * One answered request. Texts longer than {@link #LONGEST_TEXT} characters are cut, and characters
 * that a database may refuse are replaced: a record that could not be stored would hold up all that
 * follow.
 *
 * @param id of the request; of several records with one id the first counts
 * @param started when the request came in; kept to the millisecond
 * @param key id of the caller's key, never the key; empty where none is needed
 * @param tenant whose key it is; empty where there is none
 * @param task that the caller named
 * @param api that the caller spoke
 * @param tokens counts below 0 and above 10¹² are what no upstream can mean, and are cut
 * @param price that held when the call was made
 * @param cost of these tokens at that price
 * @param stream whether the answer was sent piece by piece
 */
public record UsageRecord(
    String id,
    Instant started,
    String key,
    String tenant,
    Optional<String> task,
    Api api,
    Serving serving,
    TokenCounts tokens,
    TokenPrice price,
    Money cost,
    Latency latency,
    Outcome outcome,
    boolean stream) {
  /** What an upstream may claim to have counted: above it, sums would overflow. */
  private static final long MOST_TOKENS = 1_000_000_000_000L;

  /** Characters of any text in a record. */
  public static final int LONGEST_TEXT = 256;

  public UsageRecord {
    if (id.isEmpty()) throw new IllegalArgumentException("a record needs an id");
    id = storable(id);
    started = started.truncatedTo(ChronoUnit.MILLIS);
    key = storable(key);
    tenant = storable(tenant);
    task = task.map(UsageRecord::storable);
    tokens = bounded(tokens);
  }

  /**
   * Who answered.
   *
   * @param asked the model that the caller named
   * @param served the model that answered, by its name here
   * @param tier of a virtual model, {@code small} or {@code large}; otherwise empty
   * @param reason why that tier; otherwise empty
   * @param upstream by its name in the configuration; the engine of this process has one too
   * @param digest of the model's file, where it is known; otherwise empty
   */
  public record Serving(
      String asked, String served, String tier, String reason, String upstream, String digest) {
    public Serving {
      asked = storable(asked);
      served = storable(served);
      tier = storable(tier);
      reason = storable(reason);
      upstream = storable(upstream);
      digest = storable(digest);
    }
  }

  /**
   * Where the time went.
   *
   * @param queue waited for a place
   * @param firstToken from the request's arrival to the first token; absent where none came
   * @param total from the request's arrival to the end of the answer
   */
  public record Latency(Duration queue, Optional<Duration> firstToken, Duration total) {
    public Latency {
      if (queue.isNegative() || total.isNegative())
        throw new IllegalArgumentException("a duration is negative");
    }
  }

  /** How it ended. A refused request was not answered and has no record. */
  public enum Outcome {
    /** Whole. */
    ANSWERED,
    /** The client left before the end; what was computed until then is counted. */
    CLIENT_LEFT,
    /** The answer broke off, after some of it had been sent. */
    UPSTREAM_FAILED
  }

  private static TokenCounts bounded(TokenCounts tokens) {
    return new TokenCounts(
        bounded(tokens.input()),
        bounded(tokens.cachedInput()),
        bounded(tokens.cacheWrite()),
        bounded(tokens.output()),
        bounded(tokens.reasoning()),
        tokens.estimated());
  }

  private static long bounded(long tokens) {
    return Math.clamp(tokens, 0, MOST_TOKENS);
  }

  /**
   * The text without what a database or terminal may choke on: control characters and halves of
   * surrogate pairs become U+FFFD.
   */
  private static String storable(String text) {
    boolean fits = text.length() <= LONGEST_TEXT;
    for (int i = 0; fits && i < text.length(); i++) {
      char c = text.charAt(i);
      fits = c >= ' ' && (c < 0x7f || c > 0x9f) && !Character.isSurrogate(c);
    }
    return fits ? text : repaired(text);
  }

  private static String repaired(String text) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), LONGEST_TEXT));
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      boolean bad = Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE;
      if (bad) c = 0xfffd;
      if (clean.length() + Character.charCount(c) > LONGEST_TEXT) break;
      clean.appendCodePoint(c);
    }
    return clean.toString();
  }
}
