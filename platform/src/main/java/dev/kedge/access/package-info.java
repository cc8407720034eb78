/**
 * Who calls, and what they may do.
 *
 * <p>{@link dev.kedge.access.Access} turns a credential into a {@link dev.kedge.access.Principal}:
 * the holder of a key, somebody whom an identity provider's signed token vouches for, or, on a
 * server of this machine only, nobody in particular.
 *
 * <p>{@link dev.kedge.access.Keys} makes keys: {@code kdg_}, a name that may be shown, and 260
 * random bits. Of the secret only its SHA-256 is stored. That is enough because it is random: a
 * slow hash makes guessing from a list of likely passwords expensive, and here no list is shorter
 * than all of them. Hashes are compared in constant time. After a rotation the secret before stays
 * valid for a while; revocation is for good. Each node reads what changed every two seconds, in
 * order of a version that each change takes under a lock, so that a call is never looked up in the
 * database and a revocation holds everywhere within that time.
 *
 * <p>Tokens are verified with nimbus-jose-jwt (Ed25519 with the JDK), by keys that come from the
 * configured address and from nowhere else, and by asymmetric algorithms only: {@code none}, HMAC,
 * and whatever addresses a token's own header names count nothing.
 *
 * <p>Limits and budgets are only carried here; packages {@code limit} and {@code gateway} act on
 * them.
 */
@NullMarked
package dev.kedge.access;

import org.jspecify.annotations.NullMarked;
