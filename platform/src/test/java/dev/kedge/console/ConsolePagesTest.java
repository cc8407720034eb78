package dev.kedge.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every page over HTTP, as everybody on this machine gets it, with hostile content in all data. */
class ConsolePagesTest {
  @TempDir private static Path folder;
  private static RunningConsole console;
  private static Surfer anna;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    console = new RunningConsole(folder);
    console.projects();
    console.disputes();
    console.proof();
    console.calls(3);
    anna = console.surfer().named("Anna");
  }

  @AfterAll
  static void stop() throws IOException {
    console.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/console/tasks",
        "/console/tasks/order-desk",
        "/console/datasets",
        "/console/datasets/order-desk@1",
        "/console/datasets/order-desk@2?only=labelled&text=order&page=2",
        "/console/labelling",
        "/console/labelling/returns/label",
        "/console/labelling/returns/items/e2",
        "/console/labelling/order-lines/label",
        "/console/labelling/replies/items/e2",
        "/console/labelling/queries/items/e2",
        "/console/labelling/disputed/decide",
        "/console/labelling/disputed/decide/e1",
        "/console/labelling/disputed/agreement",
        "/console/runs",
        "/console/runs/20261122-100000-b",
        "/console/runs/20261122-100000-b?only=wrong&tag=plain&text=order",
        "/console/runs/20261122-100000-b?page=3",
        "/console/runs/20261122-100000-b/cases/4",
        "/console/compare?first=20261120-100000-a&second=20261122-100000-b",
        "/console/drift?first=20261120-100000-a&second=20261122-100000-b",
        "/console/compare?first=20261120-100000-a&second=20261122-100000-b&only=all&page=2",
        "/console/gates",
        "/console/gates/gate-1",
        "/console/gates/gate-2",
        "/console/evidence",
        "/console/name"
      })
  void everyPageIsThereUnderAStrictPolicyAndTakesNoDataForMarkup(String path) {
    HttpResponse<String> page = anna.get(path);

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy")).hasValue(Reply.POLICY);
    assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
    String body = page.body();
    assertThat(body).doesNotContain("<script>boom", "<img src=x", "<svg/onload", "</pre><svg");
    assertThat(body.split("<script", -1)).as("scripts").hasSize(2);
    assertThat(body).doesNotContain("\u202e").doesNotContain("style=\"");
    assertThat(body).contains("id=\"main\"").contains("<title>").contains("lang=\"en\"");
  }

  @Test
  void hostileTextIsShownAsItIsWritten() {
    assertThat(anna.get("/console/runs/20261122-100000-b/cases/4").body())
        .contains("&lt;script&gt;boom()&lt;/script&gt;");
    assertThat(anna.get("/console/labelling/returns/items/e2").body())
        .contains("&lt;img src=x onerror=boom()&gt;");
  }

  @Test
  void hostileAddressesGetAPageThatSaysSo() {
    for (String path :
        List.of(
            "/console/runs/..%2F..%2Fetc",
            "/console/runs/%2e%2e",
            "/console/runs/x/cases/4",
            "/console/runs/20261122-100000-b/cases/99999999999",
            "/console/runs/20261122-100000-b/cases/0",
            "/console/datasets/..@1",
            "/console/gates/..%2f..%2fkeys%2finstallation.pem/report",
            "/console/gates/%3Cscript%3Eboom()%3C%2Fscript%3E",
            "/console/labelling/none/label",
            "/console/labelling/returns/items/none",
            "/console/assets/../kedge.css",
            "/console/%00")) {
      HttpResponse<String> page = anna.get(path);
      assertThat(page.statusCode()).as(path).isBetween(400, 404);
      assertThat(page.body()).as(path).doesNotContain("<script>boom");
      assertThat(page.headers().firstValue("Content-Security-Policy")).as(path).isPresent();
    }
    assertThat(anna.get("/console/runs/20261122-100000-b?page=-1").statusCode()).isEqualTo(400);
    assertThat(anna.get("/console/runs/20261122-100000-b?page=99").statusCode()).isEqualTo(200);
  }

  @Test
  void homeSaysWhatComesNextByWhatIsThere() {
    String page = anna.get("/").body();
    assertThat(page)
        .contains("What comes next", "/console/gates/gate-1\">Read and sign", ">Decide 3 answers");
    assertThat(page).contains("/console/labelling/order-lines/label\">Label");
  }

  @Test
  void whereNothingIsThePageSaysHowToBegin(@TempDir Path empty) throws IOException {
    try (RunningConsole fresh = new RunningConsole(empty, "console: {tasks: [none]}")) {
      Surfer ben = fresh.surfer().named("Ben");
      assertThat(ben.get("/").body()).doesNotContain("What comes next");
      assertThat(ben.get("/console/runs").body()).contains("kedge eval run TASK");
      assertThat(ben.get("/console/gates").body()).contains("kedge gate NEW.gguf");
      assertThat(ben.get("/console/labelling").body()).contains("kedge label create NAME");
      assertThat(ben.get("/console/datasets").body()).contains("kedge eval holdout build");
      assertThat(ben.get("/console/tasks").body()).contains("no task at " + empty);
    }
  }

  @Test
  void aTaskOfTheConfigurationIsShownBeforeAnythingWasRun(@TempDir Path other) throws IOException {
    Path root = Path.of(System.getProperty("kedge.root", "..")).toAbsolutePath().normalize();
    String tasks = "console: {tasks: ['" + root.resolve("examples/order-desk") + "']}";
    try (RunningConsole fresh = new RunningConsole(other, tasks)) {
      Surfer ben = fresh.surfer().named("Ben");
      assertThat(ben.get("/console/tasks").body()).contains("Turns an inquiry");
      assertThat(ben.get("/console/tasks/order-desk").body())
          .contains("85.0 % exactly right", "exact not worse by 0.05", "two people sign")
          .contains("kedge gate NEW.gguf --task " + root);
    }
  }

  @Test
  void theFilterShowsTheWrongCasesOnly() {
    String page = anna.get("/console/runs/20261122-100000-b?only=wrong").body();

    assertThat(page).contains("17 cases").doesNotContain("badge good\">right");
    assertThat(anna.get("/console/runs/20261122-100000-b?text=70013").body()).contains("1 case<");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/drift?first=20261120-100000-a&second=20261122-100000-b",
        "/console/compare?first=20261120-100000-a&second=20261122-100000-b"
      })
  void aPageWithoutAnEntryOfItsOwnStandsUnderRuns(String path) {
    String page = anna.get(path).body();
    assertThat(page).containsOnlyOnce("aria-current");
    assertThat(page).containsPattern("href=\"/console/runs\"[^>]*aria-current=\"true\"");
  }

  @Test
  void theComparisonPutsWhatGotWorseFirst() {
    String page =
        anna.get("/console/compare?first=20261120-100000-a&second=20261122-100000-b").body();

    assertThat(page).contains("14 got worse, 21 got better, 85 are the same.");
    assertThat(page.indexOf("badge bad\">worse")).isLessThan(page.indexOf("badge good\">better"));
    assertThat(page).contains("Undecided between");
  }

  @Test
  void assetsAreServedUnderTheirDigestForGoodAndNothingElseIs() {
    String page = anna.get("/").body();
    String style = page.replaceAll("(?s).*href=\"(/console/assets/[^\"]+\\.css)\".*", "$1");
    HttpResponse<String> asset = anna.get(style);

    assertThat(asset.statusCode()).isEqualTo(200);
    assertThat(asset.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
    assertThat(asset.headers().firstValue("Content-Type").orElse("")).startsWith("text/css");
    assertThat(anna.get("/console/assets/kedge.css").statusCode()).isEqualTo(404);
    assertThat(page).contains("integrity=\"sha384-");
  }

  @Test
  void theApisStayAsTheyAre() {
    assertThat(anna.get("/v1/models").body()).contains("order-desk-large");
    assertThat(anna.get("/nothing").body()).contains("\"error\"");
  }

  @Test
  void aFormThatAnotherSiteMadeIsRefused() {
    String action = "/console/labelling/returns/items/e1/comment";
    Map<String, String> fields =
        Map.of("text", "hello", "token", anna.token("/console/labelling/returns/items/e1"));

    assertThat(status(anna.form(action, fields).header("Origin", "http://evil.example")))
        .isEqualTo(403);
    assertThat(status(anna.form(action, fields).header("Origin", "null"))).isEqualTo(403);
    assertThat(status(anna.form(action, fields))).as("no origin").isEqualTo(403);
    assertThat(
            status(
                anna.form(action, fields)
                    .header("Origin", console.origin())
                    .header("Sec-Fetch-Site", "cross-site")))
        .isEqualTo(403);
    assertThat(
            status(
                anna.form(action, Map.of("text", "hello", "token", "0".repeat(64)))
                    .header("Origin", console.origin())))
        .isEqualTo(403);
    assertThat(
            status(anna.form(action, Map.of("text", "hello")).header("Origin", console.origin())))
        .isEqualTo(403);
    Surfer other = console.surfer().named("Other");
    assertThat(status(other.form(action, fields).header("Origin", console.origin())))
        .as("another's token")
        .isEqualTo(403);
    assertThat(status(anna.form(action, fields).header("Origin", console.origin()))).isEqualTo(303);
  }

  private static int status(HttpRequest.Builder request) {
    return anna.send(request).statusCode();
  }

  @Test
  void onlyFormsAreTakenAndOnlyWherePagesTakeThem() {
    HttpRequest.Builder json =
        anna.request("/console/name")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{}"));
    assertThat(status(json)).isEqualTo(415);
    assertThat(anna.post("/console/name", "/console/runs", Map.of()).statusCode()).isEqualTo(400);
    assertThat(status(anna.request("/").method("DELETE", HttpRequest.BodyPublishers.noBody())))
        .isEqualTo(405);
    String much = "x".repeat(Visit.MOST_BODY + 1);
    HttpRequest.Builder large =
        anna.request("/console/name")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(much));
    assertThat(status(large)).isEqualTo(413);
    assertThat(anna.post("/console/name", "/console/name", Map.of("name", "%")).statusCode())
        .isEqualTo(400);
  }

  @Test
  void labellingAsksForANameAndComesBack() {
    Surfer nobody = console.surfer();
    HttpResponse<String> asked = nobody.get("/console/labelling/returns/label");

    assertThat(asked.statusCode()).isEqualTo(303);
    assertThat(asked.headers().firstValue("Location"))
        .hasValue("/console/name?next=%2Fconsole%2Flabelling%2Freturns%2Flabel");
    HttpResponse<String> named =
        nobody.post(
            "/console/name",
            "/console/name",
            Map.of("name", "Nora", "next", "/console/labelling/returns/label"));
    assertThat(named.headers().firstValue("Location")).hasValue("/console/labelling/returns/label");
    assertThat(nobody.get("/console/labelling/returns/label").statusCode()).isEqualTo(200);
  }

  @Test
  void noLinkLeadsFromTheDoorToElsewhere() {
    for (String next :
        List.of("//evil.example", "https://evil.example", "/\\evil.example", "/v1/x")) {
      HttpResponse<String> named =
          console
              .surfer()
              .post("/console/name", "/console/name", Map.of("name", "X", "next", next));
      assertThat(named.headers().firstValue("Location")).as(next).hasValue("/");
    }
  }

  @Test
  void cookiesAreStrict() {
    HttpResponse<String> page = console.surfer().get("/");
    assertThat(page.headers().firstValue("Set-Cookie").orElse(""))
        .contains("; HttpOnly", "; SameSite=Strict", "; Path=/")
        .doesNotContain("Secure");
    Surfer behindTls = console.surfer();
    String token = behindTls.token("/console/name");
    HttpResponse<String> named =
        behindTls.send(
            behindTls
                .form("/console/name", Map.of("name", "Tess", "token", token))
                .header("Origin", console.origin().replace("http:", "https:")));
    assertThat(named.headers().firstValue("Set-Cookie").orElse("")).contains("; Secure");
  }
}
