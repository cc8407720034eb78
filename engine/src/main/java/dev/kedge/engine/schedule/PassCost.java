package dev.kedge.engine.schedule;

/**
 * What a pass takes: a fixed time (weights are read once), a time per token, and a time per
 * position that a token looks at, for a token far into a long text takes half as long again. The
 * three are estimated by least squares from the passes so far, recent ones counting more. Passes
 * are often of about one size, which tells them apart badly: so guesses of their proportions count
 * a little beside what was measured, and decide where that says nothing.
 *
 * <p>A single pass that takes much longer than expected says more about other work on the machine
 * than about the next pass: it counts as half as long again at most, so a machine that has become
 * slower is believed after a few passes.
 */
final class PassCost {
  private static final double FADING = 0.9;
  private static final double WEIGHT_OF_GUESS = 0.1;
  private static final double LONGEST_BELIEVED = 1.5;

  /* Reading the weights was found to take as long as computing three to four tokens. */
  private static final double GUESSED_FIXED_TOKENS = 4;

  /* Passes stray so far from what is expected; the estimate of it fades slowly, for what counts is
   * the longest of many. */
  private static final double LEAST_STRAY = 0.03;
  private static final double MOST_STRAY = 0.1;
  private static final double STRAY_FADING = 0.93;

  private final double positionsOfToken;
  /* Fading sums over passes of 1, tokens, positions (in tokens by the guess), nanos, and products
   * of these. */
  private double passes;
  private double tokens;
  private double looks;
  private double tokensTokens;
  private double tokensLooks;
  private double looksLooks;
  private double nanos;
  private double nanosTokens;
  private double nanosLooks;
  /* The estimates. */
  private double fixed;
  private double perToken;
  private double perLook;
  private double straySquared = MOST_STRAY * MOST_STRAY / 4;

  /**
   * @param positionsOfToken a guess of how many positions a token can look at in the time that the
   *     weights take for it
   */
  PassCost(double positionsOfToken) {
    this.positionsOfToken = positionsOfToken;
  }

  /** Whether a pass was measured. */
  boolean known() {
    return passes > 0;
  }

  /** How long a pass is expected to take. */
  double nanos(int tokens, long positions) {
    return fixed + perToken * tokens + perLook * (positions / positionsOfToken);
  }

  /** By which share passes take longer than expected at most, all but one in a few hundred. */
  double stray() {
    return 3 * Math.clamp(Math.sqrt(straySquared), LEAST_STRAY, MOST_STRAY);
  }

  void measured(int count, long positions, long took) {
    double believed = took;
    double expected = nanos(count, positions);
    if (known() && expected > 0) {
      believed = Math.min((double) took, LONGEST_BELIEVED * expected);
      double stray = believed / expected - 1;
      straySquared = STRAY_FADING * straySquared + (1 - STRAY_FADING) * stray * stray;
    }
    add(count, positions / positionsOfToken, believed);
    estimate();
  }

  private void add(double count, double look, double took) {
    passes = FADING * passes + 1;
    tokens = FADING * tokens + count;
    looks = FADING * looks + look;
    tokensTokens = FADING * tokensTokens + count * count;
    tokensLooks = FADING * tokensLooks + count * look;
    looksLooks = FADING * looksLooks + look * look;
    nanos = FADING * nanos + took;
    nanosTokens = FADING * nanosTokens + took * count;
    nanosLooks = FADING * nanosLooks + took * look;
  }

  /* Minimises, over fixed, perToken and perLook,
   * Σ (fixed + perToken · tokens + perLook · looks − nanos)²
   *   + g · (fixed − GUESSED_FIXED_TOKENS · perToken)² + h · (perLook − perToken)²,
   * by Cramer's rule. */
  private void estimate() {
    double g = WEIGHT_OF_GUESS * passes;
    double h = WEIGHT_OF_GUESS * tokensTokens;
    double a = passes + g;
    double b = tokens - GUESSED_FIXED_TOKENS * g;
    double d = tokensTokens + GUESSED_FIXED_TOKENS * GUESSED_FIXED_TOKENS * g + h;
    double e = tokensLooks - h;
    double f = looksLooks + h;
    double whole = determinant(a, b, looks, b, d, e, looks, e, f);
    fixed = determinant(nanos, b, looks, nanosTokens, d, e, nanosLooks, e, f) / whole;
    perToken = determinant(a, nanos, looks, b, nanosTokens, e, looks, nanosLooks, f) / whole;
    perLook = determinant(a, b, nanos, b, d, nanosTokens, looks, e, nanosLooks) / whole;
    if (fixed >= 0 && perToken > 0 && perLook >= 0) return;
    // Nonsense: the guesses decide.
    perToken = nanos / (GUESSED_FIXED_TOKENS * passes + tokens + looks);
    perLook = perToken;
    fixed = GUESSED_FIXED_TOKENS * perToken;
  }

  private static double determinant(
      double a, double b, double c, double d, double e, double f, double g, double h, double i) {
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  }
}
