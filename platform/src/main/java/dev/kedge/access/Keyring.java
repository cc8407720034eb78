package dev.kedge.access;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All keys in memory, so that a call waits for no database and unknown keys cost nothing more than
 * known ones. Reads may come from any thread; {@link #refresh} and {@link #flush} from one at a
 * time.
 */
final class Keyring {
  private static final long MINUTE_MILLIS = 60_000;

  private final KeyStore store;
  private final ConcurrentHashMap<String, Entry> keys = new ConcurrentHashMap<>();
  private long version;

  Keyring(KeyStore store) {
    this.store = store;
  }

  private static final class Entry {
    final StoredKey stored;
    final Optional<ApiKey> found;

    /* Epoch milliseconds to the minute. A lost write between threads loses nothing that counts. */
    volatile long used;
    long flushed;

    Entry(StoredKey stored, long used) {
      this.stored = stored;
      this.found = Optional.of(stored.key());
      this.used = used;
      this.flushed = used;
    }
  }

  /** The key of which this is a secret; it may be revoked or expired. */
  Optional<ApiKey> find(String id, String credential, Instant now) {
    Entry entry = keys.get(id);
    if (entry == null) return Optional.empty();
    byte[] hash = KeyText.hash(credential);
    StoredKey stored = entry.stored;
    if (!MessageDigest.isEqual(hash, stored.hash()) && !isPrevious(hash, stored, now)) {
      return Optional.empty();
    }
    long minute = now.toEpochMilli() / MINUTE_MILLIS * MINUTE_MILLIS;
    if (entry.used < minute) entry.used = minute;
    return entry.found;
  }

  private static boolean isPrevious(byte[] hash, StoredKey stored, Instant now) {
    Optional<Instant> until = stored.key().previousUntil();
    return stored.previousHash().isPresent()
        && until.isPresent()
        && now.isBefore(until.get())
        && MessageDigest.isEqual(hash, stored.previousHash().get());
  }

  /** Reads what changed since the last time. */
  void refresh() {
    KeyStore.Changes changes = store.changesAfter(version);
    for (StoredKey key : changes.keys()) {
      String id = key.key().id();
      Entry old = keys.get(id);
      Entry fresh = new Entry(key, key.key().lastUsed().map(Instant::toEpochMilli).orElse(0L));
      if (old != null) fresh.used = Math.max(fresh.used, old.used);
      keys.put(id, fresh);
    }
    version = changes.version();
  }

  /** Writes down when keys were used. */
  void flush() {
    Map<String, Long> used = new HashMap<>();
    keys.forEach((id, entry) -> {
      if (entry.used > entry.flushed) used.put(id, entry.used);
    });
    store.used(used);
    used.forEach((id, at) -> {
      Entry entry = keys.get(id);
      if (entry != null) entry.flushed = Math.max(entry.flushed, at);
    });
  }
}
