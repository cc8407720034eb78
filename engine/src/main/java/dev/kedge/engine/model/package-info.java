/** Model configuration, weights by role, and the forward pass. */
@NullMarked
package dev.kedge.engine.model;

import org.jspecify.annotations.NullMarked;
