/**
 * The arithmetic of the forward pass: one interface, a scalar specification and a Vector API
 * version beside it.
 */
@NullMarked
package dev.kedge.engine.kernel;

import org.jspecify.annotations.NullMarked;
