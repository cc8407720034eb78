package dev.kedge.drift;

/**
 * How much likelier a phrase has become: the difference of its log-odds in the new and in the old
 * answers, held back by what is usual (Monroe, Colaresi and Quinn 2008, informative Dirichlet
 * prior). Counted are answers that hold the phrase, not its occurrences, so the prior is a beta
 * distribution: {@value #PRIOR} answers in which the phrase is as frequent as in both versions
 * together.
 *
 * @param value natural logarithm; above 0: more frequent now
 * @param z the value over its standard error
 */
record LogOdds(double value, double z) {
  private static final double PRIOR = 10;

  /**
   * From counts of answers.
   *
   * @param before with the phrase, of {@code old} answers
   * @param after with the phrase, of {@code fresh} answers
   */
  static LogOdds of(long before, long old, long after, long fresh) {
    double share = (double) (before + after) / (old + fresh);
    if (share == 0 || share == 1) return new LogOdds(0, 0);
    double has = PRIOR * share;
    double lacks = PRIOR - has;
    double value =
        Math.log((after + has) / (fresh - after + lacks))
            - Math.log((before + has) / (old - before + lacks));
    double variance =
        1 / (after + has)
            + 1 / (fresh - after + lacks)
            + 1 / (before + has)
            + 1 / (old - before + lacks);
    return new LogOdds(value, value / Math.sqrt(variance));
  }
}
