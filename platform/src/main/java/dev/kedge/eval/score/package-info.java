/**
 * Scorers: what a single answer is worth, each with its definition in words.
 *
 * <p>A {@link dev.kedge.eval.score.Metric} looks at one {@link dev.kedge.eval.score.EvalCase} and
 * its {@link dev.kedge.eval.score.Reply} and writes into {@link dev.kedge.eval.score.Scores}; it
 * knows nothing of other cases, so that cases are scored in any order, in parallel, and again
 * without a call of a model. What it yields is declared as {@link dev.kedge.eval.score.Measure}s of
 * four kinds: a share (0 or 1 per case), a mean (a number per case), classes (an expected and a
 * predicted class per case) and counts (right, answered and expected items per case and field).
 * Sums over cases, precision, recall and F1 are made in {@code eval.run}.
 *
 * <p>Answers are hostile: regular expressions, SQL and JSON run within bounds of steps, time and
 * size, and an answer that exceeds them is wrong, never an error of the run. {@link
 * dev.kedge.eval.score.Metrics} builds metrics from a task file.
 */
@NullMarked
package dev.kedge.eval.score;

import org.jspecify.annotations.NullMarked;
