/**
 * Evaluation on a company's own labelled cases, with honest statistics.
 *
 * <p>A {@link dev.kedge.eval.Dataset} holds labelled cases. An {@link dev.kedge.eval.Evaluation}
 * asks an {@link dev.kedge.eval.Answerer} for each, a {@link dev.kedge.eval.Scorer} judges every
 * answer by itself into a {@link dev.kedge.eval.CaseResult}, and {@link dev.kedge.eval.Summary}
 * adds these up. Two runs over the same dataset are set side by side by {@link
 * dev.kedge.eval.Comparison}, case by case, because a paired test sees far smaller differences than
 * two intervals that overlap.
 *
 * <p>No rate leaves this package without its {@link dev.kedge.eval.Rate#interval} and n, no
 * comparison without its p-value and the smallest difference that the dataset could have shown
 * ({@link dev.kedge.eval.stats.DetectableDifference}).
 */
@NullMarked
package dev.kedge.eval;

import org.jspecify.annotations.NullMarked;
