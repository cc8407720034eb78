package dev.kedge.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.OidcSection;
import dev.kedge.config.Role;
import dev.kedge.observe.Warns;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class TokenCheckTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private final SettableClock clock = new SettableClock(NOW);
  private TestingProvider provider;
  private TokenCheck check;

  @BeforeEach
  void start() throws Exception {
    provider = new TestingProvider();
    check = new TokenCheck(section(""), clock);
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  @Test
  void tokensOfEachKindOfKeyVouchForTheirSubject() throws Exception {
    Person person = check.check(provider.byRsa(claims().build()));
    assertThat(person.subject()).isEqualTo("anna");
    assertThat(person.tenant()).isEqualTo("sales");
    assertThat(person.roles()).containsExactly(Role.USER);
    assertThat(check.check(provider.byEc(claims().build()))).isEqualTo(person);
    assertThat(check.check(provider.byEd25519(claims().build()))).isEqualTo(person);
    assertThat(provider.asked).hasValue(1);
  }

  @Test
  void claimsOfAnotherIssuerAudienceOrTimeAreRefused() throws Exception {
    assertThat(refusal(provider.byRsa(claims().issuer("https://id.example.org/").build())))
        .contains("another issuer");
    assertThat(refusal(provider.byRsa(claims().audience("else").build()))).contains("for others");
    assertThat(refusal(provider.byRsa(claims().audience((String) null).build())))
        .contains("for others");
    assertThat(refusal(provider.byRsa(claims().expirationTime(null).build())))
        .contains("when it expires");
    assertThat(refusal(provider.byRsa(claims().expirationTime(at(-31)).build())))
        .contains("expired");
    assertThat(refusal(provider.byRsa(claims().notBeforeTime(at(31)).build())))
        .contains("not valid yet");
    assertThat(refusal(provider.byRsa(claims().issueTime(at(31)).build())))
        .contains("not valid yet");
    assertThat(refusal(provider.byRsa(claims().subject(null).build()))).contains("nobody");
    check.check(provider.byRsa(claims().expirationTime(at(-29)).notBeforeTime(at(29)).build()));
    check.check(provider.byRsa(claims().audience(List.of("else", "kedge")).build()));
  }

  @Test
  void noAlgorithmButTheAcceptedOnesVerifies() throws Exception {
    String payload = claims().build().toPayload().toBase64URL().toString();
    String none = Base64URL.encode("{\"alg\":\"none\"}") + "." + payload + ".";
    assertThat(refusal(none)).contains("no signed JWT");
    // The public key taken for a shared secret, the classic confusion.
    MACSigner confused = new MACSigner(provider.rsa.toRSAPublicKey().getEncoded());
    assertThat(
            refusal(
                TestingProvider.sign(
                    TestingProvider.header(JWSAlgorithm.HS256, "rsa-1"),
                    claims().build(),
                    confused)))
        .contains("algorithm is not accepted");
    assertThat(
            refusal(
                TestingProvider.sign(
                    TestingProvider.header(JWSAlgorithm.RS512, "rsa-1"),
                    claims().build(),
                    new RSASSASigner(provider.rsa))))
        .contains("algorithm is not accepted");
    // An accepted algorithm with another kind of key.
    JWSHeader crossed = TestingProvider.header(JWSAlgorithm.RS256, "ec-1");
    assertThat(
            refusal(
                TestingProvider.sign(crossed, claims().build(), new RSASSASigner(provider.rsa))))
        .contains("signature");
  }

  @Test
  void aKeyThatTheTokenBringsAlongOrNamesElsewhereCountsNothing() throws Exception {
    RSAKey own = new RSAKeyGenerator(2048).keyID("rsa-1").generate();
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .keyID("rsa-1")
            .jwk(own.toPublicJWK())
            .jwkURL(URI.create(provider.jwks() + "?mine"))
            .build();
    assertThat(refusal(TestingProvider.sign(header, claims().build(), new RSASSASigner(own))))
        .contains("signature");
    JWSHeader critical =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .keyID("rsa-1")
            .criticalParams(Set.of("new"))
            .customParam("new", true)
            .build();
    assertThat(
            refusal(
                TestingProvider.sign(critical, claims().build(), new RSASSASigner(provider.rsa))))
        .contains("not supported");
  }

  @Test
  void anyChangedByteMakesATokenWorthless() throws Exception {
    String token = provider.byEc(claims().build());
    SplittableRandom random = new SplittableRandom(7);
    byte[] bytes = token.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 400; i++) {
      byte[] changed = bytes.clone();
      int place = random.nextInt(changed.length);
      changed[place] = (byte) (33 + random.nextInt(94));
      String text = new String(changed, StandardCharsets.US_ASCII);
      if (!text.equals(token)) assertThat(refusal(text)).isNotEmpty();
    }
    int signature = token.lastIndexOf('.');
    for (String same : List.of("-+", "_/")) {
      String spelt = token.substring(signature).replace(same.charAt(0), same.charAt(1));
      String text = token.substring(0, signature) + spelt;
      if (!text.equals(token)) assertThat(refusal(text)).isNotEmpty();
    }
    assertThat(refusal(token + "=")).isNotEmpty();
    for (int i = 0; i < token.length(); i += 5) refusal(token.substring(0, i));
    refusal("eyJ" + "[".repeat(8000) + "..");
    String deep = Base64URL.encode("{\"alg\":\"ES256\",\"x\":" + "[".repeat(5000)).toString();
    refusal(deep + ".e30.AAAA");
    refusal("x".repeat(100_000));
  }

  @Test
  void aVerifiedTokenIsRememberedUntilItExpires() throws Exception {
    String token = provider.byRsa(claims().build());
    Person person = check.check(token);
    assertThat(check.check(token)).isSameAs(person);
    clock.advance(Duration.ofSeconds(330));
    assertThat(refusal(token)).contains("expired");
  }

  @Test
  void aNewKeyIsFetchedWhenATokenNamesItAndNotMoreOftenThanEveryTenSeconds() throws Exception {
    check.check(provider.byRsa(claims().build()));
    RSAKey next = new RSAKeyGenerator(2048).keyID("rsa-2").generate();
    String token =
        TestingProvider.sign(
            TestingProvider.header(JWSAlgorithm.RS256, "rsa-2"),
            claims().build(),
            new RSASSASigner(next));
    for (int i = 0; i < 50; i++) refusal(token);
    assertThat(provider.asked).hasValue(1);
    provider.publish(next.toPublicJWK().toJSONString());
    clock.advance(Duration.ofSeconds(11));
    assertThat(check.check(token).subject()).isEqualTo("anna");
    assertThat(provider.asked).hasValue(2);
    // The key that is gone vouches for nobody any more, remembered tokens included.
    assertThat(refusal(provider.byRsa(claims().build()))).contains("signature");
  }

  @Test
  @Warns("keys cannot be fetched")
  void whileTheProviderIsAwayKnownKeysServeAndWithoutAnyTokensCannotBeChecked() throws Exception {
    String token = provider.byRsa(claims().build());
    provider.status = 302;
    Failure away = failure(token);
    assertThat(away).isInstanceOf(Failure.Unavailable.class);
    provider.status = 200;
    clock.advance(Duration.ofSeconds(11));
    check.check(token);
    provider.status = 500;
    clock.advance(Duration.ofSeconds(200));
    check.check(provider.byEc(claims().build()));
  }

  @Test
  @Warns("keys cannot be fetched")
  void anAnswerThatIsTooLargeOrNoKeySetIsRefusedAndOddKeysAreLeftOut() throws Exception {
    String token = provider.byRsa(claims().build());
    provider.document = "{\"keys\":[], \"pad\":\"" + "x".repeat(300_000) + "\"}";
    assertThat(failure(token)).isInstanceOf(Failure.Unavailable.class);
    clock.advance(Duration.ofSeconds(11));
    provider.document = "<html>";
    assertThat(failure(token)).isInstanceOf(Failure.Unavailable.class);
    clock.advance(Duration.ofSeconds(11));
    provider.publish(
        "{\"kty\":\"oct\",\"kid\":\"rsa-1\",\"k\":\"AAAA\"}",
        "{\"kty\":\"RSA\",\"kid\":\"rsa-1\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
        "{\"kty\":\"new\"}",
        "7",
        provider.rsa.toPublicJWK().toJSONString());
    check.check(token);
  }

  @Test
  void rolesTenantAndModelsComeFromTheClaimsThatTheConfigurationNames() throws Exception {
    check =
        new TokenCheck(
            section(
                """
                tenant_claim: https://acme.example/tenant
                default_tenant: guests
                roles_claim: realm_access.roles
                roles: {kedge-user: user, kedge-admin: admin}
                models_claim: models
                """),
            clock);
    JWTClaimsSet.Builder claims =
        claims()
            .claim("https://acme.example/tenant", "purchase")
            .claim("realm_access", Map.of("roles", List.of("kedge-admin", "other", 7)))
            .claim("models", "small llama-*");
    Person person = check.check(provider.byRsa(claims.build()));
    assertThat(person)
        .isEqualTo(new Person("anna", "purchase", Set.of(Role.ADMIN), List.of("small", "llama-*")));
    claims.claim("https://acme.example/tenant", null);
    assertThat(check.check(provider.byRsa(claims.build())).tenant()).isEqualTo("guests");
    String noRole =
        provider.byRsa(claims.claim("realm_access", Map.of("roles", "none of ours")).build());
    assertThat(failure(noRole)).isInstanceOf(Failure.Forbidden.class);
    assertThat(failure(provider.byRsa(claims().claim("tenant", List.of("a")).build())))
        .isInstanceOf(Failure.Forbidden.class);
  }

  private OidcSection section(String more) {
    return ConfigFile.parse(
        "issuer: https://id.example.org\naudience: kedge\njwks: " + provider.jwks() + "\n" + more,
        "kedge.yaml",
        OidcSection.class);
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer("https://id.example.org")
        .audience("kedge")
        .subject("anna")
        .issueTime(at(-10))
        .expirationTime(at(300))
        .claim("tenant", "sales");
  }

  private static Date at(long seconds) {
    return Date.from(NOW.plusSeconds(seconds));
  }

  private String refusal(String token) {
    Failure failure = failure(token);
    assertThat(failure).isInstanceOf(Failure.Unauthorized.class);
    return failure.message();
  }

  private Failure failure(String token) {
    KedgeException e = catchThrowableOfType(KedgeException.class, () -> check.check(token));
    assertThat(e).as("refusal of %s", token).isNotNull();
    return e.failure();
  }
}
