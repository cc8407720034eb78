package dev.kedge.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kedge.base.CalendarPeriod;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.Api;
import dev.kedge.config.AccessSection;
import dev.kedge.config.BudgetLimit;
import dev.kedge.config.Priority;
import dev.kedge.config.RateLimits;
import dev.kedge.config.Role;
import dev.kedge.config.Tenant;
import dev.kedge.observe.Warns;
import dev.kedge.store.Store;
import dev.kedge.store.StoreContract;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys from their making to their end, on both databases. */
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class KeysTest extends StoreContract {
  private static final KeyTerms TERMS =
      new KeyTerms(
          Set.of(Role.USER, Role.AUDITOR),
          List.of("small", "llama-*"),
          Set.of(Api.CHAT_COMPLETIONS),
          new RateLimits(Optional.of(60), Optional.of(5_000_000_000L), Optional.empty()),
          List.of(new BudgetLimit(CalendarPeriod.MONTH, new BigDecimal("12.50"), "llama-70b")),
          Map.of("team", "Vertrieb"));

  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T10:00:30Z"));
  private Keys keys;
  private Access access;

  @BeforeEach
  void open() {
    keys = new Keys(store, clock, new SecureRandom());
    access = Access.open(AccessSection.DEFAULT, List.of(), false, store, clock);
  }

  @AfterEach
  void close() {
    if (access != null) access.close();
  }

  @Test
  void aKeyTellsWhoCallsAndWhatHeMay() {
    String text = create(Optional.empty()).text();

    Principal principal = access.authenticate(text);

    assertThat(principal.keyId()).isEqualTo(text.substring(0, 14));
    assertThat(principal.name()).isEqualTo("order desk");
    assertThat(principal.tenant()).isEqualTo(Tenant.plain("sales"));
    assertThat(principal.limits()).isEqualTo(TERMS.limits());
    assertThat(principal.budgets()).isEqualTo(TERMS.budgets());
    assertThat(principal.tags()).containsExactly(Map.entry("team", "Vertrieb"));
    assertThat(principal.has(Role.AUDITOR)).isTrue();
    principal.require(Api.CHAT_COMPLETIONS, "llama-70b");
    assertThat(forbidden(() -> principal.require(Role.ADMIN))).isEqualTo("role_needed");
    assertThat(forbidden(() -> principal.require(Api.EMBEDDINGS, "small")))
        .isEqualTo("api_not_allowed");
    assertThat(forbidden(() -> principal.require(Api.CHAT_COMPLETIONS, "smaller")))
        .isEqualTo("model_not_allowed");
  }

  @Test
  void theSecretIsNowhereInTheStore() {
    String text = create(Optional.empty()).text();
    String secret = text.substring(15);
    List<Map<String, Object>> rows =
        store.read(handle -> handle.createQuery("SELECT * FROM api_key").mapToMap().list());
    assertThat(rows).hasSize(1);
    assertThat(rows.toString()).doesNotContain(secret).contains(text.substring(0, 14));
    assertThat(keys.list().toString()).doesNotContain(secret);
  }

  @Test
  void everyWrongSecretIsRefusedAlike() {
    String text = create(Optional.empty()).text();
    Set<String> messages = new HashSet<>();
    for (int i = 4; i < text.length(); i++) {
      char other = text.charAt(i) == 'a' ? 'b' : 'a';
      messages.add(refusal(text.substring(0, i) + other + text.substring(i + 1)));
    }
    messages.add(refusal(text + "a"));
    messages.add(refusal("kdg_"));
    messages.add(refusal("kdg_" + "é".repeat(63)));
    messages.add(refusal(text.substring(0, 14)));
    messages.add(refusal(text.substring(0, 40)));
    assertThat(messages).containsExactly("invalid_api_key: the key is not valid");
  }

  @Test
  void aKeyIsRefusedFromTheMomentItExpires() {
    String text = create(Optional.of(Duration.ofDays(30))).text();
    clock.advance(Duration.ofDays(30).minusSeconds(1));
    access.refresh();
    access.authenticate(text);
    clock.advance(Duration.ofSeconds(1));
    assertThat(refusal(text)).startsWith("expired_api_key").contains("2026-12-22");
  }

  @Test
  void aRevocationOnOneNodeHoldsOnAllOfThemAfterTheirNextLook() {
    NewKey made = create(Optional.empty());
    try (Store other = Store.open(url);
        Access node = Access.open(AccessSection.DEFAULT, List.of(), false, other, clock)) {
      node.authenticate(made.text());
      keys.revoke(made.key().id());
      node.refresh();
      assertThat(refusal(node, made.text())).startsWith("revoked_api_key");
    }
    assertThat(keys.revoke(made.key().id()).revoked()).isTrue();
    assertThatThrownBy(() -> keys.rotate(made.key().id(), Duration.ZERO))
        .hasMessageContaining("revoked");
  }

  @Test
  void aKeyMadeElsewhereIsKnownWithoutAnyCall() throws Exception {
    NewKey made = keys.create("later", "sales", TERMS, Optional.empty());
    // The node looks by itself every two seconds; ten are for slow machines.
    Principal principal = null;
    for (int i = 0; i < 200 && principal == null; i++) {
      try {
        principal = access.authenticate(made.text());
      } catch (KedgeException _) {
        Thread.sleep(50);
      }
    }
    assertThat(principal).isNotNull();
  }

  @Test
  void afterARotationBothSecretsAreValidUntilTheOverlapEnds() {
    NewKey made = create(Optional.empty());
    NewKey rotated = keys.rotate(made.key().id(), Duration.ofHours(1));
    access.refresh();
    assertThat(rotated.key().id()).isEqualTo(made.key().id());
    access.authenticate(made.text());
    access.authenticate(rotated.text());
    clock.advance(Duration.ofHours(1));
    access.refresh();
    assertThat(refusal(made.text())).startsWith("invalid_api_key");
    access.authenticate(rotated.text());
    NewKey third = keys.rotate(made.key().id(), Duration.ZERO);
    access.refresh();
    assertThat(refusal(rotated.text())).startsWith("invalid_api_key");
    access.authenticate(third.text());
  }

  @Test
  void theLastUseIsRememberedToTheMinute() {
    NewKey made = create(Optional.empty());
    assertThat(keys.list().getFirst().lastUsed()).isEmpty();
    access.authenticate(made.text());
    clock.advance(Duration.ofSeconds(61));
    access.refresh();
    assertThat(keys.list().getFirst().lastUsed()).contains(Instant.parse("2026-11-22T10:00:00Z"));
    access.authenticate(made.text());
    access.close();
    assertThat(keys.list().getFirst().lastUsed()).contains(Instant.parse("2026-11-22T10:01:00Z"));
  }

  @Test
  @Warns("when keys were used is lost")
  void whileTheStoreCannotBeReadKeysAreTakenForAMinuteOnly() {
    NewKey made = create(Optional.empty());
    store.close();
    clock.advance(Duration.ofSeconds(59));
    access.authenticate(made.text());
    clock.advance(Duration.ofSeconds(2));
    KedgeException e =
        catchThrowableOfType(KedgeException.class, () -> access.authenticate(made.text()));
    assertThat(e.failure()).isInstanceOf(Failure.Unavailable.class);
  }

  @Test
  void aTenantThatIsNotDeclaredMayNotCallWhereOthersAre() {
    NewKey made = create(Optional.empty());
    access.reload(AccessSection.DEFAULT, List.of(Tenant.plain("purchase")), false);
    assertThat(forbidden(() -> access.authenticate(made.text()))).isEqualTo("unknown_tenant");
    Tenant sales = new Tenant("sales", 3.0, Priority.BATCH, RateLimits.NONE, TERMS.budgets());
    access.reload(AccessSection.DEFAULT, List.of(sales), false);
    assertThat(access.authenticate(made.text()).tenant()).isEqualTo(sales);
  }

  @Test
  void withoutAKeyNobodyCallsUnlessTheServerIsForThisMachineOnly() {
    assertThat(refusal("")).startsWith("missing_api_key");
    assertThat(refusal("sk-anything")).startsWith("invalid_api_key");
    access.reload(AccessSection.DEFAULT, List.of(), true);
    assertThat(access.authenticate("").keyId()).isEqualTo("anonymous");
    assertThat(access.authenticate("sk-anything").tenant().name()).isEqualTo("default");
    assertThat(access.authenticate("").has(Role.ADMIN)).isFalse();
    assertThat(refusal("kdg_wrong")).startsWith("invalid_api_key");
    access.reload(new AccessSection(Optional.of(true), Optional.empty()), List.of(), true);
    assertThat(refusal("")).startsWith("missing_api_key");
  }

  @Test
  void changesMadeAtTheSameTimeAreAllSeen() throws Exception {
    List<Callable<NewKey>> makers = new ArrayList<>();
    try (Store other = Store.open(url);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Keys there = new Keys(other, clock, new SecureRandom());
      for (int i = 0; i < 40; i++) {
        Keys mine = i % 2 == 0 ? keys : there;
        makers.add(() -> {
          NewKey made = mine.create("k", "sales", KeyTerms.user(), Optional.empty());
          access.refresh();
          return made;
        });
      }
      for (Future<NewKey> made : threads.invokeAll(makers)) {
        access.authenticate(made.get().text());
      }
    }
    assertThat(keys.list()).hasSize(40);
  }

  @Test
  @Warns("its terms are not understood")
  void termsThatThisVersionDoesNotKnowRefuseTheKeyAndNoOther() {
    NewKey odd = create(Optional.empty());
    NewKey plain = create(Optional.empty());
    store.write(handle ->
        handle.execute(
            "UPDATE api_key SET version = 1000,"
                + " terms = '{\"onlyOnMondays\":true,' || substr(terms, 2) WHERE id = ?",
            odd.key().id()));
    access.refresh();
    assertThat(refusal(odd.text())).startsWith("revoked_api_key");
    access.authenticate(plain.text());
  }

  @Test
  void wrongArgumentsAreToldAndUnknownKeysNamed() {
    assertThatThrownBy(() -> keys.create("", "t", TERMS, Optional.empty()))
        .hasMessageContaining("name");
    assertThatThrownBy(() -> keys.create("n", "a b", TERMS, Optional.empty()))
        .hasMessageContaining("tenant");
    assertThatThrownBy(() -> keys.rotate("kdg_none", Duration.ZERO))
        .hasMessageContaining("no key 'kdg_none'");
    assertThatThrownBy(() -> keys.revoke("x".repeat(5000)))
        .hasMessageContaining("no key")
        .extracting(e -> String.valueOf(e.getMessage()).length() < 200)
        .isEqualTo(true);
  }

  private NewKey create(Optional<Duration> valid) {
    NewKey made = keys.create("order desk", "sales", TERMS, valid);
    access.refresh();
    return made;
  }

  private String refusal(String credential) {
    return refusal(access, credential);
  }

  private static String refusal(Access access, String credential) {
    KedgeException e =
        catchThrowableOfType(KedgeException.class, () -> access.authenticate(credential));
    assertThat(e).as("refusal").isNotNull();
    assertThat(e.failure()).isInstanceOf(Failure.Unauthorized.class);
    return e.failure().code() + ": " + e.failure().message();
  }

  private static String forbidden(Runnable call) {
    KedgeException e = catchThrowableOfType(KedgeException.class, call::run);
    assertThat(e.failure()).isInstanceOf(Failure.Forbidden.class);
    return e.failure().code();
  }
}
