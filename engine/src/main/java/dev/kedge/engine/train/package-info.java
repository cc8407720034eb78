/** Training on the CPU: backward pass, optimizer, data, checkpoints. */
@NullMarked
package dev.kedge.engine.train;

import org.jspecify.annotations.NullMarked;
