/**
 * The caller's side of OpenAI's APIs: chat completions, completions, embeddings and responses.
 *
 * <p>Per API there is a reader, which turns a body into a {@link dev.kedge.call.ApiRequest} and
 * keeps the body beside it, and writers, which turn the {@link dev.kedge.call.AnswerPart}s of the
 * answer into one JSON body or into events.
 *
 * <p>Responses are served without state. {@code store} that is absent is read as {@code false} and
 * written so into the body that an upstream gets; {@code previous_response_id}, {@code
 * conversation}, {@code background}, {@code store: true} and references to earlier items are
 * refused whoever answers: behind a gateway the next call may reach another server.
 */
@NullMarked
package dev.kedge.wire.openai;

import org.jspecify.annotations.NullMarked;
