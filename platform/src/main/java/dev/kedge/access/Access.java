package dev.kedge.access;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.config.AccessSection;
import dev.kedge.config.OidcSection;
import dev.kedge.config.Tenant;
import dev.kedge.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells who sends a credential: the holder of a key, somebody whom an identity provider vouches
 * for, or, where that is allowed, nobody in particular. Any thread may call.
 *
 * <p>Keys are read from the store every two seconds, so that a revocation holds on all nodes within
 * that time. While the store cannot be read the known keys stay valid for a minute; then no key is
 * taken any more, because one of them may have been revoked.
 */
public final class Access implements AutoCloseable {
  private static final Duration REFRESH = Duration.ofSeconds(2);
  private static final Duration LONGEST_BLINDNESS = Duration.ofMinutes(1);
  private static final Duration FLUSH = Duration.ofMinutes(1);
  private static final String DEFAULT_TENANT = "default";
  private static final System.Logger LOG = System.getLogger(Access.class.getName());

  private final InstantSource clock;
  private final Keyring keyring;
  private final Thread refresher;

  /* For refreshing and flushing, never for calls. Waits for the database. */
  private final ReentrantLock reading = new ReentrantLock();
  private Instant lastFlush;

  /* Replaced as a whole on reload. */
  private volatile Rules rules;

  /* Written by those who refresh, read by calls. */
  private volatile Instant lastRead;

  private record Rules(
      boolean required,
      Optional<OidcSection> oidc,
      Optional<TokenCheck> tokens,
      Map<String, Tenant> tenants) {}

  private Access(Store store, InstantSource clock, Rules rules) {
    this.clock = clock;
    this.rules = rules;
    keyring = new Keyring(new KeyStore(store));
    lastFlush = clock.instant();
    lastRead = clock.instant();
    refresher = Thread.ofVirtual().name("kedge-access").unstarted(this::keepFresh);
  }

  /**
   * Reads the keys and keeps them fresh until closed.
   *
   * @param tenants declared ones; where there are any, no others may call
   * @param loopbackOnly whether the server can be reached from this machine only
   * @throws KedgeException if the store cannot be read
   */
  public static Access open(
      AccessSection section,
      List<Tenant> tenants,
      boolean loopbackOnly,
      Store store,
      InstantSource clock) {
    Optional<TokenCheck> tokens = section.oidc().map(oidc -> new TokenCheck(oidc, clock));
    Access access =
        new Access(
            store,
            clock,
            new Rules(section.isRequired(loopbackOnly), section.oidc(), tokens, byName(tenants)));
    access.refresh();
    access.refresher.start();
    return access;
  }

  /** Goes on with another configuration; calls that were let in are not asked again. */
  public void reload(AccessSection section, List<Tenant> tenants, boolean loopbackOnly) {
    Optional<TokenCheck> tokens =
        section.oidc().equals(rules.oidc)
            ? rules.tokens
            : section.oidc().map(oidc -> new TokenCheck(oidc, clock));
    rules = new Rules(section.isRequired(loopbackOnly), section.oidc(), tokens, byName(tenants));
  }

  /** Whether everybody needs a key or token, as the configuration says now. */
  public boolean isRequired() {
    return rules.required;
  }

  /**
   * Tells who calls.
   *
   * @param credential a key or token as it was sent, without {@code Bearer}; empty for none
   * @throws KedgeException {@link Failure.Unauthorized} if nobody is known by it, {@link
   *     Failure.Forbidden} if the tenant may not call, {@link Failure.Unavailable} if that cannot
   *     be told now
   */
  public Principal authenticate(String credential) {
    Rules now = rules;
    if (credential.startsWith(KeyText.START)) return ofKey(credential, now);
    if (now.tokens.isPresent() && TokenCheck.looksLikeToken(credential)) {
      return ofToken(now.tokens.get(), credential, now);
    }
    // Clients of the APIs always send something; where nothing is required it means nothing.
    if (!now.required) return anonymous(now);
    if (credential.isEmpty()) {
      throw unauthorized(
          "a key is needed: send 'Authorization: Bearer kdg_…' or 'x-api-key: kdg_…'",
          "missing_api_key");
    }
    throw unauthorized("the key is not valid here; keys begin with kdg_", "invalid_api_key");
  }

  private Principal ofKey(String credential, Rules now) {
    Instant instant = clock.instant();
    if (instant.isAfter(lastRead.plus(LONGEST_BLINDNESS))) {
      throw new KedgeException(
          new Failure.Unavailable(
              "keys cannot be checked: the store has not answered for a minute",
              "store_failed",
              (int) REFRESH.toSeconds()));
    }
    ApiKey key =
        KeyText.idOf(credential)
            .flatMap(id -> keyring.find(id, credential, instant))
            .orElseThrow(() -> unauthorized("the key is not valid", "invalid_api_key"));
    // Only who has the secret learns more.
    if (key.revoked()) {
      throw unauthorized("the key " + key.id() + " was revoked", "revoked_api_key");
    }
    if (key.expires().isPresent() && !instant.isBefore(key.expires().get())) {
      throw unauthorized(
          "the key " + key.id() + " expired at " + key.expires().get(), "expired_api_key");
    }
    KeyTerms terms = key.terms();
    return new Principal(
        key.id(),
        key.name(),
        tenant(key.tenant(), now),
        terms.roles(),
        terms.models(),
        terms.apis(),
        terms.limits(),
        terms.budgets(),
        terms.tags());
  }

  private static Principal ofToken(TokenCheck tokens, String credential, Rules now) {
    Person person = tokens.check(credential);
    OidcSection section = tokens.section();
    return new Principal(
        "oidc:" + person.subject(),
        person.subject(),
        tenant(person.tenant(), now),
        person.roles(),
        person.models(),
        Set.of(),
        section.limits(),
        section.budgets(),
        Map.of());
  }

  private static Principal anonymous(Rules now) {
    Tenant tenant = now.tenants.get(DEFAULT_TENANT);
    return Principal.anonymous(tenant == null ? Tenant.plain(DEFAULT_TENANT) : tenant);
  }

  /** A tenant that was renamed in the configuration must not lose its budget that way. */
  private static Tenant tenant(String name, Rules now) {
    Tenant tenant = now.tenants.get(name);
    if (tenant != null) return tenant;
    if (now.tenants.isEmpty()) return Tenant.plain(name);
    throw Principal.forbidden(
        "the tenant '" + name + "' is not declared in the configuration", "unknown_tenant");
  }

  /**
   * Reads what changed in the store since the last time.
   *
   * @throws KedgeException if the store cannot be read
   */
  public void refresh() {
    reading.lock();
    try {
      Instant asked = clock.instant();
      keyring.refresh();
      lastRead = asked;
      if (asked.isAfter(lastFlush.plus(FLUSH))) {
        lastFlush = asked;
        keyring.flush();
      }
    } finally {
      reading.unlock();
    }
  }

  private void keepFresh() {
    boolean failing = false;
    while (true) {
      try {
        Thread.sleep(REFRESH);
        refresh();
        failing = false;
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        if (!failing)
          LOG.log(System.Logger.Level.WARNING, "keys cannot be read: " + e.getMessage());
        failing = true;
      }
    }
  }

  /** Writes down when keys were used last. The store stays open. */
  @Override
  public void close() {
    refresher.interrupt();
    reading.lock();
    try {
      keyring.flush();
    } catch (KedgeException e) {
      LOG.log(System.Logger.Level.WARNING, "when keys were used is lost: " + e.getMessage());
    } finally {
      reading.unlock();
    }
  }

  private static Map<String, Tenant> byName(List<Tenant> tenants) {
    Map<String, Tenant> byName = new HashMap<>();
    tenants.forEach(tenant -> byName.put(tenant.name(), tenant));
    return Map.copyOf(byName);
  }

  static KedgeException unauthorized(String message, String code) {
    return new KedgeException(new Failure.Unauthorized(message, code));
  }
}
