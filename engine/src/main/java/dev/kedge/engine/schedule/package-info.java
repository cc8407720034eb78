/** Which sequences share the next forward pass, and where their keys and values live. */
@NullMarked
package dev.kedge.engine.schedule;

import org.jspecify.annotations.NullMarked;
