/**
 * Measurements of the engine: attention beside the speed of memory, many streams beside the plain
 * batch.
 */
@NullMarked
package dev.kedge.bench.engine;

import org.jspecify.annotations.NullMarked;
