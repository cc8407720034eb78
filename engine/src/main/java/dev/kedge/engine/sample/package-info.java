/**
 * From logits to the next token: penalties, temperature, then truncation by top-k, top-p and min-p,
 * then one draw.
 *
 * <p>The random number of a draw is a hash of seed and position, not the next of a stream: a
 * request gives the same answer alone, in a batch, or continued from the middle. Equal logits are
 * ordered by token id. Logits that are not numbers end that generation with a failure and leave the
 * others alone.
 *
 * <p>An answer that must have a form is drawn by a {@link dev.kedge.engine.sample.Guide}: it knows
 * the {@code grammar}'s state behind the tokens so far, {@link dev.kedge.engine.sample.TokenMasks}
 * turns a state into the set of tokens whose bytes may follow, {@link
 * dev.kedge.engine.sample.MaskCache} keeps the sets that come again. What may not follow has the
 * logit −∞; then the draw is the same as ever, and so are its promises. Log-probabilities are those
 * among the allowed tokens.
 */
@NullMarked
package dev.kedge.engine.sample;

import org.jspecify.annotations.NullMarked;
