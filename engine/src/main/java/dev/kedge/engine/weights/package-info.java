/** Weight files: reading, writing and quantizing GGUF. */
@NullMarked
package dev.kedge.engine.weights;

import org.jspecify.annotations.NullMarked;
