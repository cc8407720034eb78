package dev.kedge.base;

import java.math.BigDecimal;

/**
 * What tokens cost, in millionths of a billionth of a dollar per token, which is billionths of a
 * dollar per million tokens: 10 dollars per million tokens are 10,000,000,000.
 *
 * @param input per token of the prompt
 * @param cachedInput per token of the prompt that was found in a cache
 * @param cacheWrite per token of the prompt that was written to a cache
 * @param output per token of the answer
 */
public record TokenPrice(long input, long cachedInput, long cacheWrite, long output) {
  public static final TokenPrice FREE = new TokenPrice(0, 0, 0, 0);
  private static final long MILLION = 1_000_000;

  public TokenPrice {
    if (input < 0 || cachedInput < 0 || cacheWrite < 0 || output < 0)
      throw new IllegalArgumentException("a price is negative");
  }

  /** From dollars per million tokens. */
  public static TokenPrice perMillion(
      BigDecimal input, BigDecimal cachedInput, BigDecimal cacheWrite, BigDecimal output) {
    return new TokenPrice(
        Money.dollars(input).nanos(),
        Money.dollars(cachedInput).nanos(),
        Money.dollars(cacheWrite).nanos(),
        Money.dollars(output).nanos());
  }

  /**
   * What these tokens cost, rounded up to a billionth of a dollar.
   *
   * @param inputTokens all tokens of the prompt, cached and written ones included
   */
  public Money of(long inputTokens, long cachedTokens, long writtenTokens, long outputTokens) {
    long plain = Math.max(0, inputTokens - cachedTokens - writtenTokens);
    long sum = Math.multiplyExact(plain, input);
    sum = Math.addExact(sum, Math.multiplyExact(cachedTokens, cachedInput));
    sum = Math.addExact(sum, Math.multiplyExact(writtenTokens, cacheWrite));
    sum = Math.addExact(sum, Math.multiplyExact(outputTokens, output));
    return new Money(Math.ceilDiv(sum, MILLION));
  }
}
