/**
 * Shadow and canary: another model, the candidate, wants the place of a model that is served. It
 * gets copies of the calls (shadow), then a growing share of them (canary), and each step is taken
 * only when the difference is decided.
 *
 * <p>{@link dev.kedge.rollout.Measures} turns an answer into shares of what went wrong; no label is
 * needed. {@link dev.kedge.rollout.Trial} holds one always-valid confidence sequence per measure.
 * In a shadow, both models answered the same call, and the sequence takes the difference. In a
 * canary, the calls are different ones: a block is closed as soon as it holds a call of both sides,
 * and the sequence takes the difference of the block's means. Both sides of a difference so come
 * from the same minutes, whatever the share is and however the traffic changes, and at a small
 * share a candidate's call is held against all calls of the current model around it.
 *
 * <p>{@link dev.kedge.rollout.RolloutSpec} shares alpha out over stages and measures, so that it
 * bounds the false decisions of the whole rollout. Worse by more than the margin on any measure:
 * back. Not worse by the margin on every measure, and enough calls: on. Otherwise it goes on; to
 * look after every call does no harm. Every stage begins with new sequences: at a larger share the
 * candidate may do worse.
 *
 * <p>Where it stands is one row of the store with a version. Nodes add what they saw in a
 * transaction that counts only if the version is still the one that they began with, so all nodes
 * feed one test, and one decision wins. A node that is killed loses the calls that it has not
 * written, half a second of them, and never counts one twice. Each decision is a row of its own
 * with its figures, signed as an in-toto statement.
 *
 * <p>{@link dev.kedge.rollout.Rollouts} does this for the gateway, {@link
 * dev.kedge.rollout.RolloutDesk} for people, {@code rollout.replay} for calls of the past.
 */
@NullMarked
package dev.kedge.rollout;

import org.jspecify.annotations.NullMarked;
