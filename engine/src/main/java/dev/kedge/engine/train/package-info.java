/**
 * Training a small model of the Llama architecture from scratch on the CPU, deterministic to the
 * bit.
 *
 * <p>{@link dev.kedge.engine.train.FullTraining} trains a byte-level BPE vocabulary on the data,
 * renders each example with the chat template that it will write into the model file (training and
 * serving agree by construction), and runs AdamW with linear warm-up, cosine decay and clipping of
 * the global norm. {@code LlamaPass} is the forward and backward pass over sequences packed end to
 * end without padding; the loss and the output projection are computed at answer positions alone.
 * Gradients of every layer type are tested against finite differences.
 *
 * <p>Bits do not depend on threads: products are one chain per element ({@code kernel.Gemm}), each
 * gradient element is summed by one owner in order of tokens, norms by chunks of fixed size in
 * fixed order; the order of examples is a function of seed and epoch. A {@code Checkpoint}
 * therefore resumes to the same bits as an uninterrupted run, and {@code --steps} of a build log
 * reproduces a model.
 */
@NullMarked
package dev.kedge.engine.train;

import org.jspecify.annotations.NullMarked;
