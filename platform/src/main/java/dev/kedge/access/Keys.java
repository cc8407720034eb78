package dev.kedge.access;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.store.Store;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Makes, lists, rotates and revokes keys. Every node sees a change within seconds. Any thread. */
public final class Keys {
  private static final int LONGEST_NAME = 200;
  private static final Duration LONGEST_OVERLAP = Duration.ofDays(90);

  private final KeyStore store;
  private final InstantSource clock;
  private final SecureRandom random;

  /**
   * @param random source of names and secrets
   */
  public Keys(Store store, InstantSource clock, SecureRandom random) {
    this.store = new KeyStore(store);
    this.clock = clock;
    this.random = random;
  }

  /**
   * Makes a key.
   *
   * @param name for people
   * @param valid how long; for good where empty
   */
  public NewKey create(String name, String tenant, KeyTerms terms, Optional<Duration> valid) {
    if (name.isBlank() || name.length() > LONGEST_NAME) {
      throw KedgeException.invalid("a key's name has 1 to " + LONGEST_NAME + " characters");
    }
    if (!tenant.matches("[A-Za-z0-9._-]{1,64}")) {
      throw KedgeException.invalid(
          "a tenant's name has 1 to 64 letters, digits, '.', '_' and '-' only");
    }
    if (valid.isPresent() && !valid.get().isPositive()) {
      throw KedgeException.invalid("a key must be valid for some time");
    }
    while (true) {
      String id = KeyText.newId(random);
      String text = KeyText.newKey(id, random);
      ApiKey key =
          new ApiKey(
              id,
              name,
              tenant,
              terms,
              clock.instant(),
              valid.map(clock.instant()::plus),
              Optional.empty(),
              Optional.empty(),
              false);
      // One name in 2^50 is taken already.
      if (store.add(new StoredKey(key, KeyText.hash(text), Optional.empty()))) {
        return new NewKey(key, text);
      }
    }
  }

  /** All keys, revoked ones too, by the time they were made. */
  public List<ApiKey> list() {
    return store.changesAfter(0).keys().stream()
        .map(StoredKey::key)
        .sorted(Comparator.comparing(ApiKey::created).thenComparing(ApiKey::id))
        .toList();
  }

  /**
   * Gives a key a new secret.
   *
   * @param overlap how long the present secret stays valid; 0 ends it at once
   */
  public NewKey rotate(String id, Duration overlap) {
    if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
      throw KedgeException.invalid("the overlap must be from 0 to 90d");
    }
    String text = KeyText.newKey(id, random);
    byte[] hash = KeyText.hash(text);
    StoredKey changed =
        store
            .change(
                id,
                key -> {
                  if (key.key().revoked()) throw revoked(id);
                  return key.rotated(hash, clock.instant().plus(overlap));
                })
            .orElseThrow(() -> unknown(id));
    return new NewKey(changed.key(), text);
  }

  /** Refuses a key from now on, for good. Again does nothing. */
  public ApiKey revoke(String id) {
    return store.change(id, StoredKey::withdrawn).orElseThrow(() -> unknown(id)).key();
  }

  private static KedgeException unknown(String id) {
    String shown = id.length() <= 40 ? id : id.substring(0, 40) + "…";
    return new KedgeException(
        new Failure.NotFound(
            "there is no key '" + shown + "'; kedge keys list shows them", "key_not_found"));
  }

  private static KedgeException revoked(String id) {
    return KedgeException.invalid("the key " + id + " is revoked for good; make a new one");
  }
}
