package dev.kedge.label.agreement;

/**
 * Cohen's kappa of two people (Cohen 1960): how much more often they agree than two people would
 * who deal out labels as often as these did, but blindly.
 */
final class CohenKappa {
  private CohenKappa() {}

  /**
   * From -1 to 1; not a number where both gave one and the same label to everything, for then
   * chance alone would agree as well.
   *
   * @param pair of two people, without missing labels
   */
  static double of(Ratings pair) {
    int n = pair.units().size();
    double[] first = new double[pair.labels().size()];
    double[] second = new double[pair.labels().size()];
    double same = 0;
    for (int[] unit : pair.units()) {
      first[unit[0]]++;
      second[unit[1]]++;
      if (unit[0] == unit[1]) same++;
    }
    double chance = 0;
    for (int label = 0; label < first.length; label++) chance += first[label] * second[label];
    double expected = chance / ((double) n * n);
    return expected == 1 ? Double.NaN : (same / n - expected) / (1 - expected);
  }
}
