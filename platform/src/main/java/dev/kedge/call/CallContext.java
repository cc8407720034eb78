package dev.kedge.call;

/**
 * What surrounds a call.
 *
 * @param id of the call, unique, in every log line and record about it
 * @param created seconds since 1970
 * @param seed for answers whose caller fixed none
 * @param deadline {@link System#nanoTime()} at which the caller gives up
 */
public record CallContext(String id, long created, long seed, long deadline) {}
