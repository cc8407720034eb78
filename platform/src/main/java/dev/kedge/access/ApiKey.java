package dev.kedge.access;

import java.time.Instant;
import java.util.Optional;

/**
 * A key as it may be shown: everything but its secret.
 *
 * @param id {@code kdg_} and ten characters, the beginning of the key
 * @param name for people
 * @param expires when it ends to be valid; never by default
 * @param lastUsed to the minute; empty if never
 * @param previousUntil until when the secret before the last rotation is valid too
 * @param revoked whether it is refused; for good
 */
public record ApiKey(
    String id,
    String name,
    String tenant,
    KeyTerms terms,
    Instant created,
    Optional<Instant> expires,
    Optional<Instant> lastUsed,
    Optional<Instant> previousUntil,
    boolean revoked) {}
