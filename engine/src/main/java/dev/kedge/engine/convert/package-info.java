/**
 * Folders as Hugging Face publishes models, turned into one GGUF file.
 *
 * <p>{@link dev.kedge.engine.convert.ModelFolder} reads what the folder says (config.json, the
 * tokenizer's files, shards of safetensors with their index) within bounds; {@link
 * dev.kedge.engine.convert.ModelKeysOf} and {@link dev.kedge.engine.convert.TokenizerKeys} write
 * the keys that GGUF has for it; {@link dev.kedge.engine.convert.TensorNames} says which tensor
 * becomes which. {@link dev.kedge.engine.convert.FolderImport} checks all of it, shapes included,
 * before the first weight is read, and then converts with all threads in bounded memory; the file
 * appears whole or not at all.
 *
 * <p>Query and key rows of the {@code llama} architecture are reordered, because GGUF rotates
 * adjacent pairs where the folder's convention rotates halves. Llama 3.1's rope scaling becomes the
 * tensor {@code rope_freqs.weight}, YaRN and linear scaling become keys. What a folder asks for and
 * Kedge cannot do (another family, dynamic scaling, other activations, 8-bit floats) is refused by
 * name: a model that answers a little wrong is worse than none.
 */
@NullMarked
package dev.kedge.engine.convert;

import org.jspecify.annotations.NullMarked;
