package dev.kedge.eval.stats;

/**
 * A figure of a whole run, computed from sums over its examples: each example contributes a vector,
 * the vectors are added, and this turns the sums into the figure. Means, precision, recall and F1
 * all have this form, and resampling then needs no second look at the answers.
 */
public interface Figure {
  /** Mean of the first component; the second counts. */
  Figure MEAN = sums -> sums[1] == 0 ? 0 : sums[0] / sums[1];

  /**
   * The negated natural logarithm of the mean: differences are ratios, and less (time, tokens) is
   * better.
   */
  Figure FRUGALITY = sums -> sums[0] <= 0 || sums[1] == 0 ? 0 : -Math.log(sums[0] / sums[1]);

  /** Of (right, answered, expected): the share of answered ones that is right; 0 of none. */
  Figure PRECISION = sums -> sums[1] == 0 ? 0 : sums[0] / sums[1];

  /** Of (right, answered, expected): the share of expected ones that is right; 0 of none. */
  Figure RECALL = sums -> sums[2] == 0 ? 0 : sums[0] / sums[2];

  /** Of (right, answered, expected): the harmonic mean of precision and recall; 0 of none. */
  Figure F1 = sums -> sums[0] == 0 ? 0 : 2 * sums[0] / (sums[1] + sums[2]);

  /** Of one triple (right, answered, expected) per class: the mean F1 of the classes that occur. */
  Figure MACRO_F1 =
      sums -> {
        double total = 0;
        int classes = 0;
        for (int i = 0; i + 2 < sums.length; i += 3) {
          if (sums[i + 1] + sums[i + 2] == 0) continue;
          total += 2 * sums[i] / (sums[i + 1] + sums[i + 2]);
          classes++;
        }
        return classes == 0 ? 0 : total / classes;
      };

  /** The figure of these sums. */
  double of(double[] sums);
}
