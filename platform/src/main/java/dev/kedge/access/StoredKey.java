package dev.kedge.access;

import java.time.Instant;
import java.util.Optional;

/**
 * A key with the hashes of its secrets.
 *
 * @param hash of the present secret
 * @param previousHash of the one before the last rotation
 */
record StoredKey(ApiKey key, byte[] hash, Optional<byte[]> previousHash) {
  /** The same with a new secret; the present one stays valid until an instant. */
  StoredKey rotated(byte[] newHash, Instant until) {
    return new StoredKey(
        new ApiKey(
            key.id(),
            key.name(),
            key.tenant(),
            key.terms(),
            key.created(),
            key.expires(),
            key.lastUsed(),
            Optional.of(until),
            key.revoked()),
        newHash,
        Optional.of(hash));
  }

  /** The same, refused from now on. */
  StoredKey withdrawn() {
    return new StoredKey(
        new ApiKey(
            key.id(),
            key.name(),
            key.tenant(),
            key.terms(),
            key.created(),
            key.expires(),
            key.lastUsed(),
            Optional.empty(),
            true),
        hash,
        Optional.empty());
  }

  /** Hashes are no secrets, but nobody needs them in a log. */
  @Override
  public String toString() {
    return key.toString();
  }
}
