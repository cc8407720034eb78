/**
 * Which sequences share the next forward pass, and where their keys and values live.
 *
 * <p>There is no prefill and no decode phase: each pass has a budget of tokens, {@link
 * dev.kedge.engine.schedule.Scheduler} gives generating sequences their one token first and fills
 * the rest with pieces of prompts by rank (priority, deadline, arrival), so a long prompt never
 * stops running answers for longer than one pass. A step is a function of what was submitted,
 * appended and removed before and of the time it is given: no clock, no thread, no chance.
 *
 * <p>{@link dev.kedge.engine.schedule.KvCache} hands out pages of 32 positions as they are needed,
 * and keeps a sequence's pages side by side where it can. New memory is made in pieces, one a pass.
 * Full ones are entered in the {@link dev.kedge.engine.schedule.PrefixTree} after the pass that
 * filled them, and from then on never written: whoever begins with the same tokens takes them, also
 * while their writer still runs. Pages that nobody uses stay until memory is needed and go in the
 * order of their last use. When all are in use, the sequence of lowest rank is interrupted and
 * later computed again, from what the tree still knows; the first one always gets on, so all
 * finish. Admission keeps interruptions rare: a sequence starts when the tokens that it and the
 * running ones have fit, with a page to grow for each.
 *
 * <p>Texts meet in the tree only within a {@link dev.kedge.engine.schedule.Service#scope}: nobody
 * learns from the time to his first token what another scope has sent. The budget of a pass follows
 * what passes took ({@link dev.kedge.engine.schedule.StepBudget}): tokens cost, and the positions
 * that they look at.
 *
 * <p>Bits cannot depend on any of this, since a page's content depends on its text alone.
 *
 * <p>Known limits: where two sequences compute the same page in the same pass, both keep their own,
 * and the second one's later pages are not shared. Speculation will come here.
 */
@NullMarked
package dev.kedge.engine.schedule;

import org.jspecify.annotations.NullMarked;
