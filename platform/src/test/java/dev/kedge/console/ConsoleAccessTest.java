package dev.kedge.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.access.Keys;
import dev.kedge.config.Role;
import dev.kedge.store.Store;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets in where keys are needed, and who may do what. */
class ConsoleAccessTest {
  private static final List<String> PROOF =
      List.of(
          "/console/runs",
          "/console/runs/20261122-100000-b",
          "/console/gates/gate-1",
          "/console/evidence",
          "/console/datasets",
          "/console/tasks",
          "/console/compare?first=20261120-100000-a&second=20261122-100000-b",
          "/console/labelling/returns/agreement");

  @TempDir private static Path folder;
  private static RunningConsole console;

  @BeforeAll
  static void start() throws IOException {
    console = new RunningConsole(folder, "access: {required: true}\n");
    console.projects();
    console.proof();
  }

  @AfterAll
  static void stop() throws IOException {
    console.close();
  }

  private static Surfer signedIn(String name, Role... roles) throws InterruptedException {
    Surfer surfer = console.surfer();
    String key = console.key(name, roles);
    // The gateway reads keys every two seconds.
    for (int i = 0; i < 100; i++) {
      if (surfer.signIn(key).statusCode() == 303) return surfer;
      Thread.sleep(50);
    }
    throw new AssertionError("the key was not taken");
  }

  @Test
  void withoutAKeyThereIsOnlyTheDoor() {
    for (String path : PROOF) {
      HttpResponse<String> page = console.surfer().get(path);
      assertThat(page.statusCode()).isEqualTo(303);
      assertThat(page.headers().firstValue("Location").orElse("")).startsWith("/console/sign-in");
    }
    assertThat(console.surfer().get("/").headers().firstValue("Location"))
        .hasValue("/console/sign-in");
    assertThat(console.surfer().signIn("kdg_nothing").statusCode()).isEqualTo(401);
    assertThat(console.surfer().signIn("").statusCode()).isEqualTo(401);
    HttpResponse<String> sent =
        console.surfer().post("/console/sign-in", "/console/gates/gate-1/sign", Map.of());
    assertThat(sent.statusCode()).isEqualTo(401);
  }

  @Test
  void aKeyThatMayOnlyCallModelsStaysOutside() throws InterruptedException {
    String key = console.key("app", Role.USER);
    Surfer surfer = console.surfer();
    HttpResponse<String> refused = surfer.signIn(key);
    for (int i = 0; i < 100 && refused.statusCode() == 401; i++) {
      Thread.sleep(50);
      refused = surfer.signIn(key);
    }

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("labeller").doesNotContain(key);
    assertThat(surfer.get("/").statusCode()).isEqualTo(303);
  }

  @Test
  void aLabellerSeesLabellingAndNothingThatSpoilsIt() throws InterruptedException {
    Surfer lena = signedIn("lena", Role.LABELLER);

    for (String path : PROOF) assertThat(lena.get(path).statusCode()).as(path).isEqualTo(403);
    assertThat(lena.get("/console/labelling/returns/decide/e1").statusCode()).isEqualTo(403);
    assertThat(lena.get("/").body()).doesNotContain("Spend").doesNotContain("/console/runs");
    assertThat(lena.get("/console/labelling/returns/label").body()).contains("Item");
    HttpResponse<String> saved =
        lena.post(
            "/console/labelling/returns/items/e1",
            "/console/labelling/returns/items/e1/answer",
            Map.of("label", "return"));
    assertThat(saved.statusCode()).isEqualTo(303);
  }

  @Test
  void anAuditorReadsEverythingAndChangesNothing() throws InterruptedException {
    Surfer otto = signedIn("otto", Role.AUDITOR);

    for (String path : PROOF) assertThat(otto.get(path).statusCode()).as(path).isEqualTo(200);
    assertThat(otto.get("/console/labelling/returns/label").statusCode()).isEqualTo(403);
    assertThat(otto.get("/console/gates/gate-1").body()).doesNotContain("/sign\"");
    HttpResponse<String> signed =
        otto.post(
            "/",
            "/console/gates/gate-1/sign",
            Map.of("decision", "approve", "role", "approver", "reason", "x"));
    assertThat(signed.statusCode()).isEqualTo(403);
  }

  @Test
  void anApproverSignsUnderTheNameOfTheKey() throws InterruptedException {
    Surfer paula = signedIn("paula", Role.APPROVER);
    String gate = "/console/gates/gate-1";
    HttpResponse<String> asAdmin =
        paula.post(
            gate, gate + "/sign", Map.of("decision", "approve", "role", "admin", "reason", "x"));
    assertThat(asAdmin.statusCode()).isEqualTo(403);
    paula.post(
        gate, gate + "/sign", Map.of("decision", "approve", "role", "approver", "reason", "fine"));

    assertThat(paula.get(gate).body()).contains(">paula</td>", ">console</td>");
  }

  @Test
  void aRevokedKeyIsOut() throws InterruptedException {
    Surfer rita = signedIn("rita", Role.ADMIN);
    assertThat(rita.get("/").statusCode()).isEqualTo(200);
    try (Store store = console.store()) {
      Keys keys = new Keys(store, InstantSource.system(), new SecureRandom());
      keys.list().stream()
          .filter(key -> key.name().equals("rita"))
          .forEach(key -> keys.revoke(key.id()));
    }
    for (int i = 0; i < 100 && rita.get("/").statusCode() == 200; i++) Thread.sleep(50);

    assertThat(rita.get("/").statusCode()).isEqualTo(303);
  }

  @Test
  void signingInGivesANewCookieAndSigningOutEndsIt() throws InterruptedException {
    Surfer ada = console.surfer();
    ada.get("/console/sign-in");
    String planted = ada.cookie;
    Surfer signed = signedIn("ada", Role.ADMIN);
    String cookie = signed.cookie;
    assertThat(cookie).isNotEqualTo(planted);

    signed.post("/", "/console/sign-out", Map.of());
    signed.cookie = cookie;
    assertThat(signed.get("/").statusCode()).isEqualTo(303);
  }

  @Test
  void aKeyIsNeverShownAgain() throws InterruptedException {
    Surfer surfer = console.surfer();
    HttpRequest.Builder request =
        surfer
            .form(
                "/console/sign-in",
                Map.of("credential", "kdg_secretsecret", "token", surfer.token("/console/sign-in")))
            .header("Origin", console.origin());

    assertThat(surfer.send(request).body()).doesNotContain("secretsecret");
  }
}
