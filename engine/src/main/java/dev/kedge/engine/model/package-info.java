/**
 * A model file as the forward pass needs it. {@link dev.kedge.engine.model.ModelConfig} reads and
 * checks shapes and constants from the metadata and refuses families it does not know by naming
 * those it does; {@link dev.kedge.engine.model.Weights} finds tensors by role and checks their
 * shapes against the configuration; {@link dev.kedge.engine.model.Transformer} is the forward pass
 * over a batch of {@link dev.kedge.engine.model.BatchRow}s: any mix of tokens of any sequences, one
 * pass over each weight matrix for all of them.
 *
 * <p>{@link dev.kedge.engine.model.Family} says what differs between families in a line of facts
 * each: which halves rotate, biases, norms of heads, experts. {@link
 * dev.kedge.engine.model.RopeScaling} stretches positions (linear, YaRN; Llama 3.1's divisors are a
 * tensor). {@code ExpertMixture} runs a mixture expert by expert over the tokens that chose it and
 * adds a token's results in order of its own ratings. A tensor that no part asks for is refused,
 * since leaving it out would be wrong without a word. Rotation tables come from {@code StrictMath},
 * so they are the same everywhere.
 *
 * <p>Proof: a plain double-precision forward pass for every family, llama.cpp's library on the same
 * files, and the 200 greedy tokens of a trained public model.
 */
@NullMarked
package dev.kedge.engine.model;

import org.jspecify.annotations.NullMarked;
