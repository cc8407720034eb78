/**
 * Which sequences share the next forward pass, and where their keys and values live.
 *
 * <p>There is no prefill and no decode phase: each pass has a budget of tokens, {@link
 * dev.kedge.engine.schedule.Scheduler} gives generating sequences their one token first and fills
 * the rest with pieces of prompts in order of arrival, so a long prompt never stops running answers
 * for longer than one pass. {@link dev.kedge.engine.schedule.KvCache} hands out pages of 32
 * positions; a sequence reserves what it may need before it starts, so none fails half way for want
 * of memory. Reservation costs places beside requests with large limits; in exchange nothing is
 * ever computed twice. Prefix sharing, preemption and speculation will come here.
 */
@NullMarked
package dev.kedge.engine.schedule;

import org.jspecify.annotations.NullMarked;
