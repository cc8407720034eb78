/**
 * Kernels that keep no order: what the engine's own could do if the same request need not give the
 * same bits. They stand in the engine's package, since they read its layouts, and in this module,
 * since nothing but {@link dev.kedge.bench.engine.ExactnessCost} may use them.
 */
@NullMarked
package dev.kedge.engine.kernel;

import org.jspecify.annotations.NullMarked;
