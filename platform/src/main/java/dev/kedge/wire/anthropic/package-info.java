/**
 * The caller's side of Anthropic's messages API.
 *
 * <p>Results of tools, which this API sends as parts of a user's message, become messages of their
 * own; cache marks are taken and have no effect but on a server of the same API. A stream opens
 * with token counts of 0, since none are known before the answer is complete; the counts stand in
 * {@code message_delta}.
 */
@NullMarked
package dev.kedge.wire.anthropic;

import org.jspecify.annotations.NullMarked;
