/**
 * Runs: a data set, a target and metrics in; a folder with every case and every figure out.
 *
 * <p>A run has two passes over its cases. The first asks the {@link dev.kedge.eval.run.Target},
 * many cases at a time, and writes every answer to the {@link dev.kedge.eval.run.AnswerJournal}
 * before it counts as given; the second reads answers back in the order of the cases, scores them
 * and writes {@code cases.jsonl}. Nothing but digests and counters of a case stays in memory, so
 * that the length of a data set is no limit.
 *
 * <p>An answer is found again by the digest of what was asked, of the model and of the settings. A
 * process may be killed at any time: what was journaled is not asked again; calls that were under
 * way are, at most as many as run at once, and the next run says how many.
 *
 * <p>The folder {@code runs/ID} holds {@code manifest.json} ({@link
 * dev.kedge.eval.run.RunManifest}), {@code cases.jsonl} (a {@link dev.kedge.eval.run.RunCase} per
 * line) and {@code report.html}; {@link dev.kedge.eval.run.RunStore} lists runs in the store.
 */
@NullMarked
package dev.kedge.eval.run;

import org.jspecify.annotations.NullMarked;
