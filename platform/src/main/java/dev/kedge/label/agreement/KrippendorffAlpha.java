package dev.kedge.label.agreement;

/**
 * Krippendorff's alpha for nominal labels, any number of people and missing labels (Krippendorff
 * 2011, "Computing Krippendorff's Alpha-Reliability"): one less the share of observed to expected
 * disagreement, by the table of coincidences.
 */
final class KrippendorffAlpha {
  private KrippendorffAlpha() {}

  /**
   * At most 1; not a number where no unit has two labels, or all labels are one and the same. A
   * unit with one label says nothing and is left out.
   */
  static double of(Ratings ratings) {
    int kinds = ratings.labels().size();
    double[] total = new double[kinds];
    double n = 0;
    double disagreement = 0;
    for (int[] unit : ratings.units()) {
      int labels = 0;
      int different = 0;
      for (int i = 0; i < unit.length; i++) {
        if (unit[i] == Ratings.MISSING) continue;
        labels++;
        for (int j = 0; j < i; j++) {
          if (unit[j] != Ratings.MISSING && unit[j] != unit[i]) different++;
        }
      }
      if (labels < 2) continue;
      n += labels;
      for (int label : unit) if (label != Ratings.MISSING) total[label]++;
      // Both orders of each pair count; a unit of m labels weighs m in all.
      disagreement += 2.0 * different / (labels - 1);
    }
    double chance = n * n;
    for (double kind : total) chance -= kind * kind;
    return n < 2 || chance == 0 ? Double.NaN : 1 - (n - 1) * disagreement / chance;
  }
}
