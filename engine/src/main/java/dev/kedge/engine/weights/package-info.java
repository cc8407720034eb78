/**
 * Weight files: reading and writing GGUF; reading safetensors.
 *
 * <p>{@link GgufFile} maps a file and checks its header once; what it hands out afterwards is known
 * to lie within the file. The header is hostile until then: {@code ByteCursor} compares every count
 * with the bytes left before anything is allocated for it, {@code GgufParser} limits what costs
 * more heap than file (strings, nested arrays), and arrays of numbers keep the file's bytes.
 * Whatever the bytes, the outcome is a file or a {@link FormatException} with position and reason.
 *
 * <p>{@link SafetensorsFile} does the same for the other format: {@code JsonCursor} reads the JSON
 * header in place and only in the structure that the format has, so neither depth nor memory is the
 * file's to choose; {@code SafetensorsParser} accepts a file only if its tensors fill the data
 * without gap, overlap or rest. {@link WeightFile#open} tells the two apart by content.
 *
 * <p>{@link Blocks} alone knows the bits inside quantized blocks; {@link Dequantizer} is float
 * code, one operation at a time, so that values are the same on every machine. Package {@code
 * quantize} makes such blocks.
 *
 * <p>Output goes to a temporary file beside the target ({@code PartFile}) and is renamed after it
 * reached the disk: nobody ever sees half a model, and the next run removes what a crash left.
 *
 * <p>{@link DigestRecord} keeps a file's digest beside it, bound to all that the file system says
 * of the file, so that a start need not read what it read before. Defended: changes by other users,
 * by copies, restores and updates, also with length and time of change forged. Not defended by the
 * record: who can act as this user. Therefore a server reads what it serves once more after its
 * start ({@code WeightsWatch}) and stops on a difference, within minutes.
 *
 * <p>Formats: the GGUF specification of the ggml project, version 3 (version 2 is read too); block
 * layouts as in {@link TensorType}; the description in the safetensors project. GGUF types that
 * Kedge does not run are refused by name, not skipped.
 */
@NullMarked
package dev.kedge.engine.weights;

import org.jspecify.annotations.NullMarked;
