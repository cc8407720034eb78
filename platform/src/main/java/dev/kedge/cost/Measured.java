package dev.kedge.cost;

/**
 * What was measured of the work.
 *
 * @param promptTokens per request, mean, with the own model's tokenizer
 * @param completionTokens per request, mean
 * @param answersPerSecond that one machine sustained
 * @param source which run measured it
 */
public record Measured(
    double promptTokens, double completionTokens, double answersPerSecond, String source) {
  public Measured {
    if (!(promptTokens >= 0 && completionTokens >= 0 && answersPerSecond > 0)) {
      throw new IllegalArgumentException("tokens must be 0 or more and answers per second above 0");
    }
  }
}
