/**
 * The engine beside llama.cpp on the same file: both measure prompts, generation and several
 * sequences at once, in turn, round after round, so that what else happens on the machine meets
 * both. {@link dev.kedge.bench.engine.SyntheticModel} makes files of the usual shapes with random
 * weights, since speed does not depend on values.
 */
@NullMarked
package dev.kedge.bench.engine;

import org.jspecify.annotations.NullMarked;
