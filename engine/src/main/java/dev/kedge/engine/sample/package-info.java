/**
 * From logits to the next token: penalties, temperature, then truncation by top-k, top-p and min-p,
 * then one draw.
 *
 * <p>The random number of a draw is a hash of seed and position, not the next of a stream: a
 * request gives the same answer alone, in a batch, or continued from the middle. Equal logits are
 * ordered by token id. Logits that are not numbers end that generation with a failure and leave the
 * others alone.
 */
@NullMarked
package dev.kedge.engine.sample;

import org.jspecify.annotations.NullMarked;
