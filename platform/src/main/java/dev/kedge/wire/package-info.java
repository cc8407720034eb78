/**
 * The OpenAI API as records: what comes in is read strictly, what goes out is written in one place.
 * No I/O.
 *
 * <p>{@link dev.kedge.wire.RequestReader} turns a body of bytes into a {@link
 * dev.kedge.wire.ChatRequest} or {@link dev.kedge.wire.CompletionRequest}, or throws a {@link
 * dev.kedge.base.KedgeException} that names the field. A field that would change the answer and is
 * not supported is refused; a field that we do not know is ignored, because clients send extras
 * such as {@code user} or {@code metadata}. Depth, number of values and length of numbers are
 * bounded before anything is interpreted.
 *
 * <p>{@link dev.kedge.wire.ApiError} is the one place where a {@link dev.kedge.base.Failure}
 * becomes an error of the API. {@link dev.kedge.wire.ChunkTemplate} prepares the bytes of a
 * streamed chunk once per answer, so that a token costs the escaping of its text and nothing else.
 */
@NullMarked
package dev.kedge.wire;

import org.jspecify.annotations.NullMarked;
