package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The gateway of the examples starts as it is, and the commands of the guide work on it. */
class GatewayExampleTest {
  private static final Path EXAMPLES =
      Path.of(System.getProperty("kedge.root", ".."))
          .toAbsolutePath()
          .normalize()
          .resolve("examples");

  @TempDir private Path scratch;

  /** A copy whose state does not stay among the sources and whose port is free. */
  private Path config() throws IOException {
    Path model = EXAMPLES.resolve("order-desk/model/order-desk-f16.gguf");
    String text = Files.readString(EXAMPLES.resolve("gateway/kedge.yaml"));
    assertThat(text).contains("port: 8080", "file: ../order-desk/model/order-desk-f16.gguf");
    return Files.writeString(
        scratch.resolve("kedge.yaml"),
        text.replace("port: 8080", "port: 0")
            .replace("../order-desk/model/order-desk-f16.gguf", model.toString()));
  }

  private static HttpResponse<String> ask(RunningServe serve, HttpClient client, String key)
      throws IOException, InterruptedException {
    String body =
        "{\"model\":\"desk\",\"temperature\":0,\"max_tokens\":200,\"messages\":[{\"role\":\"user\","
            + "\"content\":\"wheres my parcel, order 48213\"}]}";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(serve.url() + "/chat/completions"))
            .header("Content-Type", "application/json");
    if (!key.isEmpty()) request.header("Authorization", "Bearer " + key);
    return client.send(
        request.POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String run(String... arguments) {
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run.out();
  }

  @Test
  void itAnswersAndTheCommandsShowWhatItDid() throws Exception {
    Path config = config();
    String file = config.toString();
    try (RunningServe serve = new RunningServe(config, scratch, Map.of());
        HttpClient client = HttpClient.newHttpClient()) {
      assertThat(serve.ready()).as("%s", serve).endsWith(" models auto,desk,order-desk");
      String made =
          run("keys", "create", "--config", file, "--tenant", "sales", "--name", "app", "--json");
      JsonNode key = new JsonMapper().readTree(made);
      assertThat(ask(serve, client, "").statusCode()).isEqualTo(200);
      HttpResponse<String> answer = ask(serve, client, key.path("secret").stringValue());
      for (int tries = 0; answer.statusCode() == 401 && tries < 100; tries++) {
        Thread.sleep(100); // until the server has read its keys again
        answer = ask(serve, client, key.path("secret").stringValue());
      }
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("48213");
      serve.end();
    }
    assertThat(run("usage", "--config", file, "--by", "tenant,model")).contains("sales", "desk");
    assertThat(run("usage", "--config", file, "--csv", "-")).startsWith("id,started,key,tenant");
    assertThat(run("budgets", "--config", file)).contains("sales", "month", "hour");
    String captures = scratch.resolve("state/captures").toString();
    assertThat(run("capture", "list", "--folder", captures)).contains("order-desk");
    assertThat(run("capture", "export", "--folder", captures, "--task", "order-desk"))
        .contains("wheres my parcel");
    assertThat(run("keys", "list", "--config", file)).contains("app", "sales");
  }
}
