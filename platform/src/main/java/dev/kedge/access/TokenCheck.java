package dev.kedge.access;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.config.OidcSection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Verifies tokens of the configured provider: signature with one of its keys by an accepted
 * algorithm, then issuer, audience and times (RFC 7519, RFC 8725). Verified tokens are remembered
 * by their digest until they expire or the provider's keys change, as verifying costs 50 µs (RSA)
 * to 500 µs (Ed25519). Any thread.
 */
final class TokenCheck {
  private static final int LONGEST = 8192;
  private static final int LONGEST_SUBJECT = 256;
  private static final int MOST_REMEMBERED = 10_000;
  private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

  private final OidcSection section;
  private final InstantSource clock;
  private final SigningKeys keys;
  private final Claims claims;
  private final ConcurrentHashMap<String, Verified> remembered = new ConcurrentHashMap<>();

  private record Verified(Person person, Instant ends, long generation) {}

  TokenCheck(OidcSection section, InstantSource clock) {
    this.section = section;
    this.clock = clock;
    this.keys = new SigningKeys(URI.create(section.jwks()), clock);
    this.claims = new Claims(section);
  }

  OidcSection section() {
    return section;
  }

  /** Whether a credential is written as signed tokens are: three parts, the first one JSON. */
  static boolean looksLikeToken(String credential) {
    int first = credential.indexOf('.');
    return credential.startsWith("eyJ") && first > 0 && credential.indexOf('.', first + 1) > 0;
  }

  /**
   * Whom a token vouches for.
   *
   * @throws KedgeException {@link Failure.Unauthorized} if for nobody, {@link Failure.Forbidden} if
   *     for somebody without tenant or role, {@link Failure.Unavailable} if that cannot be told
   */
  Person check(String token) {
    if (token.length() > LONGEST) throw invalid("it is longer than " + LONGEST + " characters");
    String digest = new String(KeyText.hash(token), StandardCharsets.ISO_8859_1);
    long generation = keys.generation();
    Verified known = remembered.get(digest);
    if (known != null && known.generation == generation && clock.instant().isBefore(known.ends)) {
      return known.person;
    }
    SignedJWT parsed = verifiedSignature(token);
    JWTClaimsSet set = verifiedClaims(parsed);
    Person person = claims.person(set.getSubject(), set.getClaims());
    remember(
        digest,
        new Verified(
            person,
            set.getExpirationTime().toInstant().plus(section.clockSkew()),
            keys.generation()));
    return person;
  }

  private SignedJWT verifiedSignature(String token) {
    SignedJWT parsed;
    try {
      parsed = SignedJWT.parse(token);
    } catch (ParseException | RuntimeException e) {
      throw invalid("it is no signed JWT");
    }
    // The library reads other spellings of the same bytes too; header and claims are signed as
    // text.
    Base64URL signature = parsed.getSignature();
    if (!Base64URL.encode(signature.decode()).equals(signature)) {
      throw invalid("its signature is not written in base64url");
    }
    JWSHeader header = parsed.getHeader();
    if (!section.algorithms().contains(header.getAlgorithm().getName())) {
      throw invalid("its algorithm is not accepted");
    }
    JOSEObjectType type = header.getType();
    boolean knownType = type == null || TYPES.contains(lower(type.getType()));
    if (!knownType || header.getCriticalParams() != null) {
      throw invalid("its header asks for what is not supported");
    }
    String kid = header.getKeyID() == null ? "" : header.getKeyID();
    boolean genuine =
        keys.find(kid, header.getAlgorithm())
            .filter(key -> key.verifies(header, parsed.getSigningInput(), parsed.getSignature()))
            .isPresent();
    if (!genuine) throw invalid("its signature is not the provider's");
    return parsed;
  }

  private JWTClaimsSet verifiedClaims(SignedJWT parsed) {
    JWTClaimsSet set;
    try {
      set = parsed.getJWTClaimsSet();
    } catch (ParseException e) {
      throw invalid("its claims cannot be read");
    }
    Instant now = clock.instant();
    if (!section.issuer().equals(set.getIssuer())) throw invalid("it is of another issuer");
    if (!set.getAudience().contains(section.audience())) throw invalid("it is for others");
    Date ends = set.getExpirationTime();
    if (ends == null) throw invalid("it does not say when it expires");
    if (!now.isBefore(ends.toInstant().plus(section.clockSkew()))) throw invalid("it has expired");
    if (isLater(set.getNotBeforeTime(), now) || isLater(set.getIssueTime(), now)) {
      throw invalid("it is not valid yet");
    }
    String subject = set.getSubject();
    if (subject == null || subject.isBlank() || subject.length() > LONGEST_SUBJECT) {
      throw invalid("it names nobody");
    }
    return set;
  }

  private boolean isLater(@Nullable Date time, Instant now) {
    return time != null && time.toInstant().minus(section.clockSkew()).isAfter(now);
  }

  private void remember(String digest, Verified verified) {
    if (remembered.size() >= MOST_REMEMBERED) {
      Instant now = clock.instant();
      remembered.values().removeIf(each -> !now.isBefore(each.ends));
      // Digests are as good as random: any share of them will do.
      var some = remembered.keySet().iterator();
      while (remembered.size() > MOST_REMEMBERED * 7 / 8 && some.hasNext()) {
        some.next();
        some.remove();
      }
    }
    remembered.put(digest, verified);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static KedgeException invalid(String reason) {
    return Access.unauthorized("the token is not accepted: " + reason, "invalid_token");
  }
}
