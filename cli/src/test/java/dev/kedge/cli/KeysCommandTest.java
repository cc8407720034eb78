package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.access.Access;
import dev.kedge.access.Principal;
import dev.kedge.config.AccessSection;
import dev.kedge.config.Role;
import dev.kedge.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class KeysCommandTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path folder;
  private String url;

  @BeforeEach
  void nameStore() {
    url = "sqlite:" + folder.resolve("kedge.db");
  }

  @Test
  void aKeyIsMadeShownOnceAndOpensTheDoorWithItsTerms() throws Exception {
    JsonNode made =
        json(
            "create",
            "--name",
            "desk",
            "--tenant",
            "sales",
            "--role",
            "user",
            "--role",
            "auditor",
            "--model",
            "small",
            "--api",
            "chat_completions",
            "--tag",
            "team=a",
            "--expires-in",
            "90d",
            "--requests-per-minute",
            "60",
            "--tokens-per-minute",
            "9000",
            "--concurrency",
            "4",
            "--budget",
            "month=100",
            "--budget",
            "hour=2.50:small");
    String secret = made.path("secret").stringValue();
    try (Store store = Store.open(url);
        Access access =
            Access.open(AccessSection.DEFAULT, List.of(), false, store, InstantSource.system())) {
      Principal principal = access.authenticate(secret);
      assertThat(principal.name()).isEqualTo("desk");
      assertThat(principal.tenant().name()).isEqualTo("sales");
      assertThat(principal.roles()).containsExactlyInAnyOrder(Role.USER, Role.AUDITOR);
      assertThat(principal.models()).containsExactly("small");
      assertThat(principal.limits().tokensPerMinute()).contains(9000L);
      assertThat(principal.budgets()).hasSize(2);
      assertThat(principal.budgets().get(1).model()).isEqualTo("small");
      assertThat(principal.tags()).containsEntry("team", "a");
    }
    CommandRun list = run("list");
    assertThat(list.code()).isZero();
    assertThat(list.out())
        .contains(made.path("key").stringValue(), "desk", "60 req/min", "$100/month")
        .doesNotContain(secret.substring(15));
    assertThat(run("list", "--json").out()).doesNotContain(secret.substring(15));
  }

  @Test
  void rotationGivesTheSameKeyAnotherSecretAndRevocationEndsIt() throws Exception {
    JsonNode made = json("create", "--name", "desk");
    String id = made.path("key").stringValue();
    JsonNode rotated = json("rotate", id, "--overlap", "1h");
    assertThat(rotated.path("key").stringValue()).isEqualTo(id);
    assertThat(rotated.path("secret").stringValue())
        .isNotEqualTo(made.path("secret").stringValue());
    assertThat(rotated.path("previous_secret_until").isString()).isTrue();
    assertThat(run("revoke", id).out()).contains(id + " is revoked");
    assertThat(JSON.readTree(run("list", "--json").out()).path(0).path("revoked").booleanValue())
        .isTrue();
    CommandRun again = run("rotate", id);
    assertThat(again.code()).isEqualTo(3);
    assertThat(again.err()).contains("revoked for good");
  }

  @Test
  void theSecretStandsAloneOnTheFirstLineSoThatScriptsCanTakeIt() {
    CommandRun made = run("create", "--name", "desk");
    assertThat(made.out().lines().findFirst().orElseThrow())
        .matches("kdg_[a-z2-7]{10}_[a-z2-7]{52}");
    assertThat(made.out()).contains("cannot be shown again");
  }

  @Test
  void wrongUseIsToldWithTheRemedy() {
    assertThat(run("create").code()).isEqualTo(2);
    CommandRun budget = run("create", "--name", "x", "--budget", "year=5");
    assertThat(budget.code()).isEqualTo(2);
    assertThat(budget.err()).contains("month=500");
    CommandRun time = run("create", "--name", "x", "--expires-in", "soon");
    assertThat(time.code()).isEqualTo(2);
    assertThat(time.err()).contains("no length of time");
    CommandRun limit = run("create", "--name", "x", "--concurrency", "0");
    assertThat(limit.code()).isEqualTo(2);
    assertThat(limit.err()).contains("1 or more");
    assertThat(run("list").err()).contains("no store");
    assertThat(Files.exists(folder.resolve("kedge.db"))).isFalse();
    run("create", "--name", "x");
    CommandRun unknown = run("revoke", "kdg_aaaaaaaaaa");
    assertThat(unknown.code()).isEqualTo(3);
    assertThat(unknown.err()).contains("no key 'kdg_aaaaaaaaaa'");
  }

  private JsonNode json(String... args) {
    CommandRun run = run(concat(args, "--json"));
    assertThat(run.err()).isEmpty();
    return JSON.readTree(run.out());
  }

  private CommandRun run(String... args) {
    String[] all = concat(args, "--store", url);
    String[] line = new String[all.length + 1];
    line[0] = "keys";
    System.arraycopy(all, 0, line, 1, all.length);
    return CommandRun.of(line);
  }

  private static String[] concat(String[] first, String... then) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(then)).toArray(String[]::new);
  }
}
