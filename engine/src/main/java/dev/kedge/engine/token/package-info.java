/** Tokenizers: text to token ids and back. */
@NullMarked
package dev.kedge.engine.token;

import org.jspecify.annotations.NullMarked;
