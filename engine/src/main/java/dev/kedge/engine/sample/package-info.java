/** From logits to the next token. */
@NullMarked
package dev.kedge.engine.sample;

import org.jspecify.annotations.NullMarked;
