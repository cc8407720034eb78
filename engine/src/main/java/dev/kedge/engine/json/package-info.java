/**
 * JSON texts (RFC 8259) as plain values, for schemas and tool descriptions that callers send:
 * {@link dev.kedge.engine.json.JsonParser} reads within bounds, {@link
 * dev.kedge.engine.json.JsonText} writes the one canonical form that answers are held to.
 */
@NullMarked
package dev.kedge.engine.json;

import org.jspecify.annotations.NullMarked;
