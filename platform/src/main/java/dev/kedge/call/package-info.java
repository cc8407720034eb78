/**
 * What is asked of a model and what it answers, whatever API the caller speaks and whatever server
 * answers. No I/O.
 *
 * <p>{@code wire} turns a body of the OpenAI or Anthropic API into an {@link
 * dev.kedge.call.ApiRequest} and the {@link dev.kedge.call.AnswerPart}s of an answer into bytes of
 * the caller's API. A backend does the same on its side. Where both speak the same API, the body
 * ({@link dev.kedge.call.Source}) is forwarded as it came, and the answer's bytes are relayed as
 * {@link dev.kedge.call.AnswerPart.Frame} or {@link dev.kedge.call.AnswerPart.Body}: nothing that
 * we do not know is lost. Where they differ, everything goes through the records of this package,
 * and what the other side cannot express is refused, never dropped.
 */
@NullMarked
package dev.kedge.call;

import org.jspecify.annotations.NullMarked;
