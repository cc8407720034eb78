package dev.kedge.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An identity provider whose signed tokens (JWT) are taken as credentials.
 *
 * @param issuer what the claim {@code iss} must be, character by character
 * @param audience what the claim {@code aud} must be or contain
 * @param jwks where the provider's public keys are; https, or http on loopback; nothing else that a
 *     token names is ever fetched
 * @param algorithms of signatures that are accepted; only asymmetric ones; default RS256, PS256,
 *     ES256, ES384 and EdDSA
 * @param tenantClaim the claim that names the tenant; dots lead into nested objects; default {@code
 *     tenant}
 * @param defaultTenant for tokens without that claim; by default they are refused
 * @param rolesClaim the claim that holds roles, a text or a list; without it everybody is a user
 * @param roles from values of that claim to roles; other values count nothing
 * @param modelsClaim the claim that holds the models that may be called; without it all
 * @param limits of each person
 * @param budgets of each person
 * @param clockSkew how far the provider's clock may differ; default 30s
 */
public record OidcSection(
    String issuer,
    String audience,
    String jwks,
    Set<String> algorithms,
    String tenantClaim,
    Optional<String> defaultTenant,
    Optional<String> rolesClaim,
    Map<String, Role> roles,
    Optional<String> modelsClaim,
    RateLimits limits,
    List<BudgetLimit> budgets,
    Duration clockSkew) {
  private static final Set<String> KNOWN =
      Set.of(
          "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
          "Ed25519");
  private static final Set<String> USUAL = Set.of("RS256", "PS256", "ES256", "ES384", "EdDSA");
  private static final Duration LONGEST_SKEW = Duration.ofMinutes(5);

  public OidcSection {
    issuer = Check.required(issuer, "issuer");
    audience = Check.required(audience, "audience");
    jwks = checkedAddress(Check.required(jwks, "jwks"));
    algorithms = Set.copyOf(Check.or(algorithms, USUAL));
    tenantClaim = Check.or(tenantClaim, "tenant");
    defaultTenant = Check.or(defaultTenant, Optional.empty());
    rolesClaim = Check.or(rolesClaim, Optional.empty());
    roles = Map.copyOf(Check.or(roles, Map.of()));
    modelsClaim = Check.or(modelsClaim, Optional.empty());
    limits = Check.or(limits, RateLimits.NONE);
    budgets = List.copyOf(Check.or(budgets, List.of()));
    clockSkew = Check.or(clockSkew, Duration.ofSeconds(30));
    if (algorithms.isEmpty() || !KNOWN.containsAll(algorithms)) {
      throw new IllegalArgumentException(
          "algorithms may be " + String.join(", ", KNOWN.stream().sorted().toList()));
    }
    if (rolesClaim.isPresent() == roles.isEmpty()) {
      throw new IllegalArgumentException(
          "roles_claim needs roles that say which value is which role, and roles a roles_claim");
    }
    if (clockSkew.isNegative() || clockSkew.compareTo(LONGEST_SKEW) > 0) {
      throw new IllegalArgumentException("clock_skew must be from 0 to 5m");
    }
  }

  /** Keys fetched in the clear from elsewhere could be anybody's. */
  private static String checkedAddress(String text) {
    URI address = URI.create(text);
    String host = String.valueOf(address.getHost());
    boolean loopback = Set.of("localhost", "127.0.0.1", "[::1]").contains(host);
    boolean sound =
        address.getHost() != null
            && address.getUserInfo() == null
            && ("https".equals(address.getScheme())
                || ("http".equals(address.getScheme()) && loopback));
    if (sound) return text;
    throw new IllegalArgumentException(
        "jwks must be an https address, or http on loopback, without user and password");
  }
}
