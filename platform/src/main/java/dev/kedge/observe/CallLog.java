package dev.kedge.observe;

import dev.kedge.base.Money;
import dev.kedge.call.Api;
import dev.kedge.call.TokenCounts;
import java.lang.System.Logger.Level;

/**
 * One line per call, for operators: names, counts and times, never words of a prompt or an answer.
 * Any thread may call.
 */
public final class CallLog {
  private static final System.Logger LOG = System.getLogger("dev.kedge.calls");

  private final boolean on;

  /**
   * @param on whether anything is written
   */
  public CallLog(boolean on) {
    this.on = on;
  }

  /**
   * What a line tells.
   *
   * @param asked the model that the caller named
   * @param served the model that answered
   * @param firstNanos below 0 where no part came
   */
  public record Line(
      String id,
      String tenant,
      String key,
      Api api,
      String asked,
      String served,
      String upstream,
      String outcome,
      TokenCounts tokens,
      Money cost,
      long queueNanos,
      long firstNanos,
      long totalNanos) {}

  /** Writes a line as {@code name=value} pairs. */
  public void ended(Line line) {
    if (!on) return;
    LOG.log(
        Level.INFO,
        "call id=%s tenant=%s key=%s api=%s asked=%s served=%s upstream=%s outcome=%s input=%d"
                .formatted(
                    line.id,
                    word(line.tenant),
                    word(line.key),
                    line.api,
                    word(line.asked),
                    word(line.served),
                    word(line.upstream),
                    line.outcome,
                    line.tokens.input())
            + " cached=%d output=%d cost=%s queue_ms=%.1f first_ms=%.1f total_ms=%.1f"
                .formatted(
                    line.tokens.cachedInput(),
                    line.tokens.output(),
                    line.cost,
                    line.queueNanos * 1e-6,
                    line.firstNanos * 1e-6,
                    line.totalNanos * 1e-6));
  }

  /* A name that cannot break out of its place in the line. */
  private static String word(String text) {
    if (text.isEmpty()) return "-";
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .limit(100)
        .forEach(
            c -> clean.appendCodePoint(c <= ' ' || c == '=' || c == '"' || c == 0x7f ? '_' : c));
    return clean.toString();
  }
}
