/**
 * The same test as a shadow's, on calls of the past: captured exchanges, or logs of OpenAI's,
 * Anthropic's and LiteLLM's shape. Each call goes to the candidate; the current model's side is the
 * recorded answer, or the current model asked again. {@link dev.kedge.rollout.replay.Replay} stops
 * as soon as it is decided, and goes on where it was interrupted: what was compared stands in a
 * file, line by line.
 */
@NullMarked
package dev.kedge.rollout.replay;

import org.jspecify.annotations.NullMarked;
