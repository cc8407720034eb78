/**
 * The HTTP surface. The only package that knows the server library (Helidon SE, HTTP/1.1).
 *
 * <p>One virtual thread per connection runs straight-line blocking code. {@link
 * dev.kedge.http.ClientLink} stands between the library and the socket and adds what the library
 * lacks: a bound on the whole time that a request may take to arrive (a client that sends a byte
 * now and then is cut off), a bound on a write that does not get through, and notice that a client
 * has left while its answer is still being computed. For the last one it reads ahead on the
 * connection while the handler works: the end of the stream means that the client is gone, bytes
 * are the next request and are handed to the parser when their turn comes. A client that closes
 * only its sending half counts as gone.
 *
 * <p>{@link dev.kedge.http.SseWriter} writes the chunks of a stream, one event per write, with
 * TCP_NODELAY (without it a delayed acknowledgement stalls each stream by 40 ms), and a comment
 * line when nothing was written for a while.
 *
 * <p>Requests need {@code Content-Type: application/json}: a web page can then not post to a server
 * on loopback without a preflight, which this server does not answer. A server on loopback that
 * asks for no keys also looks at the {@code Host} header, see {@link dev.kedge.http.HostCheck}.
 *
 * <p>{@link dev.kedge.http.Routes} says which path does what; {@link dev.kedge.http.Calls} handles
 * the calls of models of all APIs in one way, with the API's reader and writer. Errors come in the
 * caller's dialect: Anthropic's below {@code /v1/messages} and wherever the header {@code
 * anthropic-version} is sent, OpenAI's elsewhere. Callers may send {@code x-kedge-tag-NAME} and, in
 * seconds, {@code x-kedge-timeout}; the key comes as bearer token or {@code x-api-key}.
 */
@NullMarked
package dev.kedge.http;

import org.jspecify.annotations.NullMarked;
