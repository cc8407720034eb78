package dev.kedge.observe;

import dev.kedge.base.Money;
import dev.kedge.call.Api;
import dev.kedge.call.TokenCounts;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;

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
   * What a line tells; its text is {@code name=value} pairs.
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
      long totalNanos) {

    /** The same as fields: texts and numbers, in their order; what is not known is left out. */
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("id", id);
      fields.put("tenant", tenant);
      fields.put("key", key);
      fields.put("api", api.toString());
      fields.put("asked", asked);
      fields.put("served", served);
      fields.put("upstream", upstream);
      fields.put("outcome", outcome);
      fields.put("input", tokens.input());
      fields.put("cached", tokens.cachedInput());
      fields.put("output", tokens.output());
      fields.put("cost", new BigDecimal(cost.toString()));
      fields.put("queue_ms", millis(queueNanos));
      if (firstNanos >= 0) fields.put("first_ms", millis(firstNanos));
      fields.put("total_ms", millis(totalNanos));
      return fields;
    }

    private static BigDecimal millis(long nanos) {
      return BigDecimal.valueOf(nanos, 6).setScale(1, RoundingMode.HALF_UP);
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder("call");
      fields()
          .forEach((name, value) ->
              text.append(' ').append(name).append('=').append(word(value.toString())));
      return text.toString();
    }
  }

  /** Writes a line. */
  public void ended(Line line) {
    if (on) LOG.log(Level.INFO, "{0}", line);
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
