package dev.kedge.engine.weights;

/**
 * What identifies a file's content.
 *
 * @param bytes its size
 * @param sha256 lower-case hexadecimal, 64 digits
 */
public record FileDigest(long bytes, String sha256) {}
