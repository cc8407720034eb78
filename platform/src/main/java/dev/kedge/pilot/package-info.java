/**
 * The pilot: from a task folder to a decision. {@link dev.kedge.pilot.Pilot} runs verify, quantize,
 * serve, evaluate (as given and in 4 bit), load test, cost and report; {@link
 * dev.kedge.pilot.ModelHost} lets it ask a served model over HTTP, as an application would, without
 * knowing the packages that serve.
 *
 * <p>The rule of the {@link dev.kedge.pilot.Decision}, over the 4-bit model's {@link
 * dev.kedge.pilot.Finding}s (exact match and validity on the holdout; under load, the share of all
 * requests within the limits of latency and first token, of which 90 % are asked) and the cost:
 *
 * <ul>
 *   <li>A target is <b>met</b> if the measured share reaches it, <b>missed</b> if its whole 95 %
 *       interval lies below, otherwise <b>undecided</b>. Met does not mean proven: with 250 cases
 *       even 250 valid answers leave an interval that begins at 98.5 %. Where the interval of a met
 *       target reaches below it, the text says so.
 *   <li><b>Scale back</b>: a target is missed.
 *   <li><b>Scale up</b>: every target is met, and one's own machine costs less, at least by the
 *       best estimates.
 *   <li><b>Stay</b>: anything else. A target is undecided, or the targets are met but one's own
 *       machine is not cheaper, or clearly dearer, at the planned volume.
 * </ul>
 *
 * <p>Whether 4 bit loses accuracy against the model as given is told with McNemar's test, but does
 * not decide: what counts is whether the model that would run reaches the targets.
 *
 * <p>Reuse: {@link dev.kedge.pilot.StepStore} keeps each costly result under a digest of everything
 * that it depends on (digests of model and holdout, the task's values, machine, Kedge's version).
 * Answers are kept, judgements are not: scoring again is cheap. The cost is always computed again.
 * Every file appears whole or not at all, so that an interrupt at any moment leaves a folder from
 * which the next run goes on.
 */
@NullMarked
package dev.kedge.pilot;

import org.jspecify.annotations.NullMarked;
