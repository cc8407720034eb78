/**
 * Models behind an address: any server that speaks OpenAI's or Anthropic's API, as {@code
 * upstreams} of the configuration declare it.
 *
 * <p>Where caller and server speak the same API, {@link dev.kedge.backend.upstream.Relay} forwards
 * the caller's body with the model's id in it and hands the server's bytes on, event by event: one
 * look over the bytes, one copy, and no parsing but of token counts and errors. A stream of chunks
 * is always asked for its counts; the chunk that tells them is withheld from a caller who did not
 * ask. Where the APIs differ, an encoder ({@code ChatEncoder}, {@code MessagesEncoder}) writes the
 * request from the records of {@code call} and a decoder reads the answer back into them. What the
 * server's API has no words for is refused with the name of the field, never dropped.
 *
 * <p>Nothing is sent before the first part is asked for, on the thread that asks, and nothing is
 * read ahead, so a slow caller slows the server and a cancel closes the connection at once.
 * Comments before the first event are held back with it: a caller of {@code next()} who has got no
 * part yet has nothing of this answer, and may ask another server.
 *
 * <p>A server is not trusted: heads, events, bodies and chunk sizes are bounded, a time limit holds
 * for a whole event however slowly its bytes come, and an answer ends well only by the last event
 * of its API. {@code Refusals} says what its errors mean for a caller; addresses and keys are never
 * part of a message.
 *
 * <p>The HTTP client is our own, see {@code http}. Measured on loopback with two shared cores
 * against a server that writes prepared bytes, one call at a time, medians: a bare socket 36 µs,
 * this client 43 µs, {@code java.net.http} 105 µs; p99 72, 160 and 188 µs. Streaming costs 1.6 µs
 * per event here (a bare socket 1.6) and 2.4 there. A relayed event costs 0.8 µs, a translated one
 * 2 to 3 µs.
 */
@NullMarked
package dev.kedge.backend.upstream;

import org.jspecify.annotations.NullMarked;
