package dev.kedge.engine.schedule;

/**
 * How many tokens a pass may have so that nobody waits too long for the next one. A pass takes a
 * fixed time (weights are read once) and a time per token; both are estimated from the passes so
 * far, recent ones counting more, by least squares.
 *
 * <p>Below a few tokens of prompts beside the generating sequences a pass does not get shorter,
 * only prompts slower, so the aim is missed rather than that. Where nobody is generating, nobody
 * waits for a word: passes may then be longer, though not so long that a new request or a
 * cancellation waits.
 *
 * <p>Bits do not depend on it: a page's content depends on its text alone. For the engine's thread.
 */
public final class StepBudget {
  /** A step in which only prompts are read may take so many times as long. */
  private static final int PATIENCE = 4;

  /* Weights are read once for all tokens: with fewer of them prompts take clearly longer. */
  private static final int LEAST_PROMPT_BESIDE = 8;
  private static final int LEAST_PROMPT_ALONE = 32;
  private static final double FADING = 0.9;

  private final int most;
  private final long aimNanos;
  /* Fading sums over passes: 1, tokens, their square, nanos, nanos times tokens. */
  private double passes;
  private double tokens;
  private double squares;
  private double nanos;
  private double products;

  /**
   * @param most tokens of any pass
   * @param aimNanos how long a pass should take while somebody is generating; 0: always the most
   */
  public StepBudget(int most, long aimNanos) {
    this.most = most;
    this.aimNanos = aimNanos;
  }

  /** A pass of so many tokens took so long. */
  public void measured(int count, long took) {
    passes = FADING * passes + 1;
    tokens = FADING * tokens + count;
    squares = FADING * squares + (double) count * count;
    nanos = FADING * nanos + took;
    products = FADING * products + (double) took * count;
  }

  /**
   * Tokens of the next pass.
   *
   * @param generating sequences that need one token each
   */
  int tokens(int generating) {
    if (aimNanos == 0) return most;
    int least = generating + (generating == 0 ? LEAST_PROMPT_ALONE : LEAST_PROMPT_BESIDE);
    double aim = (double) aimNanos * (generating == 0 ? PATIENCE : 1);
    return (int) Math.clamp(fitting(aim), Math.min(least, most), most);
  }

  /* How many tokens take so long, as far as is known. */
  private double fitting(double aim) {
    if (passes == 0) return 0;
    double determinant = passes * squares - tokens * tokens;
    // Passes of about one size tell nothing of the fixed part: all of it is counted per token.
    boolean alike = determinant < 1e-3 * passes * squares;
    double perToken = alike ? nanos / tokens : (passes * products - tokens * nanos) / determinant;
    double fixed = alike ? 0 : (nanos - perToken * tokens) / passes;
    if (!(perToken > 0) || fixed < 0) {
      perToken = nanos / tokens;
      fixed = 0;
    }
    return Math.max(0, (aim - fixed) / perToken);
  }
}
