/**
 * Open-loop load: requests are sent when a seeded schedule says so, whether or not earlier ones
 * have been answered, as independent customers do. Every time is counted from the intended moment
 * of sending, so that a server that stalls cannot hide it by slowing the client down (coordinated
 * omission).
 *
 * <p>{@link dev.kedge.load.LoadTest} sends, {@link dev.kedge.load.LoadResult} holds what came back,
 * {@link dev.kedge.load.LoadReport} shows it. Works against any OpenAI-compatible server through
 * {@link dev.kedge.backend.OpenAiClient}, which is the reason for the edge to that package.
 */
@NullMarked
package dev.kedge.load;

import org.jspecify.annotations.NullMarked;
