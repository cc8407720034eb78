/**
 * A model file as the forward pass needs it. {@link dev.kedge.engine.model.ModelConfig} reads and
 * checks shapes and constants from the metadata and refuses families it does not know by naming
 * those it does; {@link dev.kedge.engine.model.Weights} finds tensors by role and checks their
 * shapes against the configuration; {@link dev.kedge.engine.model.Transformer} is the forward pass
 * over a batch of {@link dev.kedge.engine.model.BatchRow}s: any mix of tokens of any sequences, one
 * pass over each weight matrix for all of them.
 *
 * <p>Families: {@code llama} (adjacent-pair rotation, as GGUF stores it; tied or separate output)
 * and {@code qwen2} (biases, half-split rotation). Rotation tables come from {@code StrictMath}, so
 * they are the same everywhere. Proof: the 200 greedy tokens of a trained public model, and a plain
 * double-precision forward pass in the tests.
 */
@NullMarked
package dev.kedge.engine.model;

import org.jspecify.annotations.NullMarked;
