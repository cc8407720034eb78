package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.call.ApiRequest;
import dev.kedge.config.KedgeFile;
import dev.kedge.route.tier.TierFacts;
import dev.kedge.route.tier.Tiers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Training and explaining, from scored examples to the header of a reply. */
class RouteCommandsTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;
  private Path data;
  private Path route;

  /** Questions with "integral" are hard for the small model, those with "greeting" are not. */
  @BeforeEach
  void invent() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      boolean hard = random.nextBoolean();
      int small = random.nextDouble() < (hard ? 0.2 : 0.95) ? 1 : 0;
      lines.append(
          "{\"prompt\":\"Write me the %s number %d please\",\"small\":%d,\"large\":1}%n"
              .formatted(hard ? "integral" : "greeting", i, small));
    }
    data = Files.writeString(folder.resolve("scored.jsonl"), lines);
    route = folder.resolve("route.json");
  }

  private CommandRun train(String... more) {
    String[] all = new String[more.length + 5];
    System.arraycopy(
        new String[] {"route", "train", data.toString(), "--out", route.toString()}, 0, all, 0, 5);
    System.arraycopy(more, 0, all, 5, more.length);
    return CommandRun.of(all);
  }

  @Test
  void trainingTellsTheCurveAndWritesTheSameFileEachTime() throws IOException {
    Path page = folder.resolve("route.html");
    CommandRun run =
        train(
            "--quality-floor",
            "0.9",
            "--small-price",
            "1",
            "--large-price",
            "10",
            "--html",
            page.toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("<- chosen", "random mixing", "Routing pays", "% saved");
    assertThat(page).content().contains("<svg");
    byte[] first = Files.readAllBytes(route);
    train("--quality-floor", "0.9", "--small-price", "1", "--large-price", "10");
    assertThat(Files.readAllBytes(route)).isEqualTo(first);
  }

  @Test
  void whereRoutingDoesNotPayTheExitCodeIsOne() throws IOException {
    Files.writeString(
        data, Files.readString(data).replace("integral", "x").replace("greeting", "x"));
    CommandRun run = train("--json");
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    JsonNode report = JSON.readTree(run.out());
    assertThat(report.path("verdict").asString()).isNotEqualTo("pays");
    assertThat(report.path("conclusion").path(2).asString()).contains("does not pay");
    assertThat(route).exists();
  }

  @Test
  void explainGivesTheHeaderThatTheReplyHad() throws IOException {
    train("--quality-floor", "0.9");
    Path config =
        Files.writeString(
            folder.resolve("kedge.yaml"),
            """
            server: {port: 8080}
            upstreams:
              - name: there
                url: http://127.0.0.1:9/v1
                dialect: openai
                models: [{name: s, id: s}, {name: l, id: l}]
            models:
              - name: auto
                tiers:
                  small: s
                  large: l
                  classifier: route.json
                  quality_floor: 0.8
                  rules: [{name: vip, tier: large, tenants: [vip]}]
            """);
    Tiers tiers = Tiers.of(KedgeFile.read(config).tiers("auto"), folder);
    for (String prompt : List.of("Write me the integral", "Write me the greeting")) {
      ApiRequest asked = ExplainedRequest.ofPrompt(prompt, "auto");
      CommandRun run =
          CommandRun.of("route", "explain", "--config", config.toString(), "--prompt", prompt);
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.out())
          .startsWith("x-kedge-tier: " + tiers.decide(asked, TierFacts.NONE).header());
      assertThat(run.out()).contains("word '" + prompt.substring(13) + "'");
    }
    Path body =
        Files.writeString(
            folder.resolve("request.json"),
            "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}]}");
    CommandRun ruled =
        CommandRun.of(
            "route",
            "explain",
            "--config",
            config.toString(),
            "--tenant",
            "vip",
            body.toString(),
            "--json");
    assertThat(JSON.readTree(ruled.out()).path("header").asString())
        .isEqualTo("large; reason=rule name=vip");
  }

  @Test
  void wordsMoveTheDecisionInTheDirectionThatTheDataGaveThem() throws IOException {
    train();
    CommandRun run =
        CommandRun.of(
            "route",
            "explain",
            "--classifier",
            route.toString(),
            "--prompt",
            "Write me the integral",
            "--json");
    JsonNode moved = JSON.readTree(run.out()).path("moved");
    double amount = 0;
    for (JsonNode part : moved) {
      if (part.path("feature").asString().equals("word 'integral'")) {
        amount = part.path("amount").asDouble();
      }
    }
    assertThat(amount).isNegative();
  }

  @Test
  void wrongUseAndBrokenFilesAreTold() throws IOException {
    assertThat(train("--quality-floor", "0.9", "--cost-ceiling", "0.3").code()).isEqualTo(2);
    assertThat(train("--quality-floor", "90").code()).isEqualTo(2);
    assertThat(train("--cost-ceiling", "cheap").code()).isEqualTo(2);
    assertThat(train("--cost-ceiling", "$3").err()).contains("--small-price");
    assertThat(CommandRun.of("route").code()).isEqualTo(2);
    assertThat(CommandRun.of("route", "explain", "--prompt", "x").code()).isEqualTo(2);
    Files.writeString(route, "{}");
    CommandRun broken =
        CommandRun.of("route", "explain", "--classifier", route.toString(), "--prompt", "x");
    assertThat(broken.code()).isEqualTo(3);
    assertThat(broken.err()).contains("not a classifier that kedge route train wrote");
    Files.writeString(data, "nonsense\n");
    assertThat(train().err()).contains("scored.jsonl:1: not a JSON object");
  }
}
