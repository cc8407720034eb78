/**
 * A small HTTP/1.1 client over blocking sockets, for calls on virtual threads: no thread is handed
 * to another, a byte is copied once on its way up, and nothing is read before it is asked for, so
 * that a slow reader slows the server down.
 *
 * <p>{@link dev.kedge.backend.upstream.http.HttpPool} keeps idle connections to one server, {@link
 * dev.kedge.backend.upstream.http.HttpExchange} is one request with its response. The server is not
 * trusted: heads, chunk sizes and trailers are bounded and read strictly; a response that gives two
 * lengths is refused. {@link dev.kedge.base.Watchdog} closes sockets whose time has run out, which
 * also ends a write that a server does not read.
 */
@NullMarked
package dev.kedge.backend.upstream.http;

import org.jspecify.annotations.NullMarked;
