/**
 * Builds a private holdout from what a company has: own files, captured calls, logs.
 *
 * <p>{@link dev.kedge.eval.holdout.HoldoutBuild} goes through the inputs once, in a stream:
 * personal data is masked ({@link dev.kedge.eval.mask}), what stands in training data or repeats an
 * earlier example is dropped, exactly, normalised, or nearly (MinHash, then the real Jaccard
 * similarity). What is left lies masked in a temporary file. It is clustered, a stratified sample
 * is drawn, and the sample is checked against the training data run of words by run of words; an
 * example that leaks is replaced by its neighbour and the replacement is checked again. A second
 * pass over the inputs picks up the masked values of the sample alone, so that no plain text is
 * ever on the disk.
 *
 * <p>Memory per example that is kept: 8 + 4 bytes in the spool, 20 in {@code Kinds}, 4 for its
 * place in the input, 24 to 48 for digests of texts, 107 to 213 for the sketches: about 250 MiB for
 * a million different lines, far less where lines repeat. Training data costs 32 to 64 bytes a
 * line. The same inputs, settings and masking key give the same bytes.
 */
@NullMarked
package dev.kedge.eval.holdout;

import org.jspecify.annotations.NullMarked;
