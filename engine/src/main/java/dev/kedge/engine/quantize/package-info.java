/**
 * Weights in fewer bits: from a whole model file, or from pieces of a tensor on their way into one.
 *
 * <p>{@link ModelQuantizer} converts a file as {@link TypeMix} says: pieces of a tensor are
 * converted by several threads and written in order ({@link TensorConversion}), so memory is
 * bounded by the pieces in work and the output does not depend on the threads. {@link BuildLog}
 * records from what and how, without time or place.
 *
 * <p>{@link Quantizer} is float code, one operation at a time, so that a quantized model is the
 * same on every machine. Types with blocks of 32 have the bytes of llama.cpp's reference ({@code
 * WholeBlocks}); K types have a search of our own ({@code MinimumParts}, {@code SignedParts}):
 * parts of 32 or 16 weights, or whole blocks, lie side by side in the lanes of {@link
 * dev.kedge.engine.kernel.Parts}, nothing is added across lanes, so {@link
 * dev.kedge.engine.kernel.PartSearch} gives the same bits in vectors of any width and without.
 */
@NullMarked
package dev.kedge.engine.quantize;

import org.jspecify.annotations.NullMarked;
