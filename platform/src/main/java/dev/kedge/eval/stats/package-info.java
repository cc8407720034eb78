/**
 * Statistics for figures of models on the same examples: intervals, paired tests, verdicts.
 *
 * <p>{@link dev.kedge.eval.stats.Contrast} sets two models side by side, {@link
 * dev.kedge.eval.stats.Verdict} is what may be said of it, {@link dev.kedge.eval.stats.VerdictText}
 * says it. The rule of the verdict, at a level of 5 %:
 *
 * <ul>
 *   <li><b>better</b>: a difference is shown (two-sided 5 %) and it is in favour of the second;
 *   <li><b>not worse than by m</b>: a loss of m or more is excluded (one-sided 2.5 %);
 *   <li><b>worse</b>: a difference is shown, against the second, and m is not excluded;
 *   <li><b>undecided</b>: none of these.
 * </ul>
 *
 * A false "better" or "worse" then has a chance of at most 5 % together where there is no
 * difference, a false "not worse" of 2.5 % where the loss is m. That a difference was not shown is
 * never taken for equality.
 *
 * <p>Which test: shares on independent examples have exact or nearly exact tests ({@link
 * dev.kedge.eval.stats.McNemar}, Tango's score test). Everything else (F1, means, and shares where
 * examples share a document) goes through {@link dev.kedge.eval.stats.PairedPermutation} for "is
 * there a difference" and {@link dev.kedge.eval.stats.Bootstrap} for its size, both over whole
 * clusters.
 *
 * <p>Several metrics: claims of a difference are adjusted by {@link dev.kedge.eval.stats.Holm},
 * because one false alarm among many is likely. "Not worse" is not adjusted where all of them must
 * hold, as in a gate: to pass wrongly, the one metric that is truly worse must pass (intersection
 * and union, Berger 1982).
 *
 * <p>All of this is for one look at a fixed number of examples. What is looked at again and again
 * needs {@link dev.kedge.eval.stats.ConfidenceSequence}.
 *
 * <p>Everything is seeded ({@link dev.kedge.eval.stats.Draws}): a report can be computed again.
 */
@NullMarked
package dev.kedge.eval.stats;

import org.jspecify.annotations.NullMarked;
