/**
 * Public data sets, read as their publishers ship them, as a first filter of candidates before a
 * company's own cases decide.
 *
 * <p>A {@link dev.kedge.eval.filter.PublicFilter} makes of a file the cases, the way of asking and
 * the metrics; everything else is an ordinary run. Prompts are zero-shot and stand here in full,
 * because published scores depend on them: figures compare models that were asked in the same way,
 * not with leaderboards.
 */
@NullMarked
package dev.kedge.eval.filter;

import org.jspecify.annotations.NullMarked;
