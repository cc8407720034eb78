/**
 * The caller's side of the OpenAI and Anthropic APIs: bodies to {@code call.ApiRequest}s, {@code
 * call.AnswerPart}s to bytes. No I/O.
 *
 * <p>{@code openai} and {@code anthropic} hold a reader and writers per API; here stands what they
 * share. Readers are strict about the fields that they know and keep the whole body beside the
 * records, so that a server of the same API gets everything. Where an answer comes from the records
 * instead, {@link dev.kedge.wire.UnsupportedFields} refuses what they do not hold: each API has a
 * {@code Shape} that names, object by object, the fields that are represented or do no harm, and a
 * field that is not named there is a 400 with its path. Depth, number of values and length of
 * numbers are bounded before anything is interpreted.
 *
 * <p>An {@link dev.kedge.wire.AnswerWriter} belongs to one answer and writes it in one piece or as
 * events. {@link dev.kedge.wire.Relaying} stands before each and passes on what a server of the
 * same API sent, byte by byte. The bytes around a piece of text are prepared once per choice, so
 * that a token costs two copies and the escaping of its text. A stream that cannot be completed
 * ends with the API's own error event, never silently.
 *
 * <p>{@link dev.kedge.wire.ApiError} is the one place where a {@link dev.kedge.base.Failure}
 * becomes an error of either dialect.
 */
@NullMarked
package dev.kedge.wire;

import org.jspecify.annotations.NullMarked;
