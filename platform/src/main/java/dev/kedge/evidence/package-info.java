/**
 * Signed statements that can be checked offline, years later, with a public key and nothing else.
 *
 * <p>A {@link dev.kedge.evidence.Statement} says something about files by their digests (in-toto
 * Statement v1). It is written as {@link dev.kedge.evidence.CanonicalJson}, so that equal content
 * has equal bytes, and put into a {@link dev.kedge.evidence.Envelope} (DSSE), signed with Ed25519
 * by the {@link dev.kedge.evidence.InstallationKey}. The signature covers the type of the payload
 * too: bytes that were signed as one thing cannot be passed off as another.
 *
 * <p>The key is made at first use and readable by its owner only. Its id is the SHA-256 of the
 * public key; whoever checks needs that key from a source of its own: a bundle that brought its key
 * along would prove nothing.
 *
 * <p>What this package signs it does not understand: features bring the predicate and the checks of
 * its meaning.
 */
@NullMarked
package dev.kedge.evidence;

import org.jspecify.annotations.NullMarked;
