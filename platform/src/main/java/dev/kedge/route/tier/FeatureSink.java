package dev.kedge.route.tier;

/** Takes the features of a text as {@link Features} finds them. */
interface FeatureSink {
  /**
   * A word or a pair of words.
   *
   * @param hash of it; slot and sign come from it
   * @param from where it begins in the normalised text
   * @param to behind its end
   */
  void word(int hash, int from, int to);

  /** A run of characters; parameters as for {@link #word}. */
  void run(int hash, int from, int to);
}
