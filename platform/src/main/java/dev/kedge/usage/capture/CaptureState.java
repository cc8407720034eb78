package dev.kedge.usage.capture;

/**
 * How capture stands, since the process began.
 *
 * @param written exchanges in files
 * @param dropped exchanges not kept because queue or memory were full, or one was too large
 * @param failed exchanges not kept because they could not be redacted or written
 * @param evicted exchanges that made room for newer ones
 * @param expired exchanges that had been kept for as long as the rule says
 * @param heldBytes memory of exchanges under way
 */
public record CaptureState(
    long written, long dropped, long failed, long evicted, long expired, long heldBytes) {}
