/**
 * The engine beside llama.cpp on the same file: both measure prompts, generation and several
 * sequences at once, in turn, round after round, so that what else happens on the machine meets
 * both. {@link dev.kedge.bench.engine.SyntheticModel} makes files of the usual shapes with random
 * weights, since speed does not depend on values. {@link dev.kedge.bench.engine.ManyStreams}
 * measures stalls and throughput of many requests at once, {@link
 * dev.kedge.bench.engine.ServedStreams} the same through a server, {@link
 * dev.kedge.bench.engine.AttentionSpeed} attention beside the speed of memory, {@link
 * dev.kedge.bench.engine.ExactnessCost} what identical bits cost, {@link
 * dev.kedge.bench.engine.JvmPeers} generation beside other engines of the JVM, {@link
 * dev.kedge.bench.engine.TokenCost} where a generated token's time goes.
 */
@NullMarked
package dev.kedge.bench.engine;

import org.jspecify.annotations.NullMarked;
