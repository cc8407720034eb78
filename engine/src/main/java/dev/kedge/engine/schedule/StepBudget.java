package dev.kedge.engine.schedule;

/**
 * How many tokens a pass may have so that nobody waits too long for the next one. A pass takes a
 * fixed time (weights are read once) and a time per token; both are estimated from the passes so
 * far, recent ones counting more, by least squares. Passes are often of about one size, which tells
 * the two apart badly: so a guess of their proportion counts a little beside what was measured, and
 * decides where that says nothing.
 *
 * <p>Prompts get some tokens of every pass, however many sequences are generating and however slow
 * the machine: a quarter as many as these, and not so few that a pass gets no shorter. So a step
 * budget is the aim, or, where the generating sequences alone take nearly that long or longer, a
 * quarter more than they take. Where nobody is generating, nobody waits for a word: passes may then
 * be longer, though not so long that a new request or a cancellation waits.
 *
 * <p>Bits do not depend on it: a page's content depends on its text alone. For the engine's thread.
 */
public final class StepBudget {
  /** A step in which only prompts are read may take so many times as long. */
  private static final int PATIENCE = 4;

  /* Weights are read once for all tokens: with fewer of them prompts take clearly longer. */
  private static final int LEAST_PROMPT_BESIDE = 8;
  private static final int LEAST_PROMPT_ALONE = 32;
  private static final double FADING = 0.8;

  /* A text's positions cost more the farther it is, and machines are shared: what was measured is a
   * little less than what comes. */
  private static final double MARGIN = 0.9;

  /* Reading the weights was found to take as long as computing three to four tokens. */
  private static final double GUESSED_FIXED_TOKENS = 4;
  private static final double WEIGHT_OF_GUESS = 0.1;

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
    int least =
        generating == 0
            ? LEAST_PROMPT_ALONE
            : generating + Math.max(LEAST_PROMPT_BESIDE, generating / 4);
    double aim = MARGIN * aimNanos * (generating == 0 ? PATIENCE : 1);
    return (int) Math.clamp(fitting(aim), Math.min(least, most), most);
  }

  /* How many tokens take so long, as far as is known: minimises, over fixed and perToken,
   * Σ (fixed + perToken · tokens − nanos)² + guess · (fixed − GUESSED_FIXED_TOKENS · perToken)². */
  private double fitting(double aim) {
    if (passes == 0) return 0;
    double guess = WEIGHT_OF_GUESS * passes;
    double both = tokens - guess * GUESSED_FIXED_TOKENS;
    double slope = squares + guess * GUESSED_FIXED_TOKENS * GUESSED_FIXED_TOKENS;
    double determinant = (passes + guess) * slope - both * both;
    double fixed = (nanos * slope - products * both) / determinant;
    double perToken = (products * (passes + guess) - nanos * both) / determinant;
    if (!(perToken > 0) || fixed < 0) {
      perToken = nanos / tokens;
      fixed = 0;
    }
    return Math.max(0, (aim - fixed) / perToken);
  }
}
