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

  /* Twice the standard deviation, were it a normal one; one pass that was held up counts little. */
  private static final double STRAYS = 2.5;
  private static final double STRAY_FADING = 0.95;
  private static final double LONGEST_STRAY = 0.3;
  private static final double LEAST_MARGIN = 0.05;
  private static final double MOST_MARGIN = 0.12;

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
  private double stray = LEAST_MARGIN; // mean distance from what was expected, as a share

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

  /** By which share passes may well take longer than expected. */
  double margin() {
    return Math.clamp(STRAYS * stray, LEAST_MARGIN, MOST_MARGIN);
  }

  void measured(int count, long positions, long took) {
    double believed = took;
    double expected = nanos(count, positions);
    if (known() && expected > 0) {
      believed = Math.min((double) took, LONGEST_BELIEVED * expected);
      double distance = Math.min(LONGEST_STRAY, Math.abs(believed / expected - 1));
      stray = STRAY_FADING * stray + (1 - STRAY_FADING) * distance;
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
