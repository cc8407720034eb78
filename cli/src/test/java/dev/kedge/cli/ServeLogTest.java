package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a server writes to standard error, from its first line to its last. */
class ServeLogTest {
  private static final String UPSTREAM =
      "upstreams: [{name: one, url: 'http://127.0.0.1:9/v1', models: [{name: big}]}]\n";

  @TempDir private Path folder;

  private Path config(String text) throws IOException {
    return Files.writeString(folder.resolve("kedge.yaml"), text);
  }

  /** The JVM itself tells this, before anything of ours runs. */
  private static List<String> ours(List<String> lines) {
    return lines.stream().filter(line -> !line.contains("incubator")).toList();
  }

  @Test
  void asJsonEveryLineIsAnObjectAlsoWhileItCloses() throws Exception {
    Path config = config("server: {port: 0, log: json, log_calls: true}\n" + UPSTREAM);
    List<String> lines;
    try (RunningServe serve = new RunningServe(config, folder, Map.of());
        HttpClient client = HttpClient.newHttpClient()) {
      assertThat(serve.ready()).startsWith("ready http://127.0.0.1:").endsWith(" models big");
      String body =
          "{\"model\":\"big\",\"messages\":[{\"role\":\"user\",\"content\":\"zanzibar\"}]}";
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(serve.url() + "/chat/completions"))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isGreaterThanOrEqualTo(500);
      lines = ours(serve.end());
    }
    for (String line : lines) {
      JsonNode object = new JsonMapper().readTree(line);
      assertThat(object.path("time").stringValue("")).isNotEmpty();
      assertThat(line).doesNotContain("zanzibar");
    }
    assertThat(lines.getLast()).contains("\"message\":\"closed\"");
    assertThat(lines.get(lines.size() - 2)).contains("shutting down");
  }

  @Test
  void asTextLibrariesAreSilentWhereNothingIsWrong() throws Exception {
    List<String> lines;
    try (RunningServe serve =
        new RunningServe(config("server: {port: 0}\n" + UPSTREAM), folder, Map.of())) {
      assertThat(serve.ready()).startsWith("ready ");
      lines = ours(serve.end());
    }
    assertThat(lines.getFirst()).contains(" INFO shutting down");
    assertThat(lines.getLast()).contains(" INFO closed");
    assertThat(lines).hasSize(2);
  }

  @Test
  void aStartThatFailsIsTold() throws Exception {
    Path config = config("server: {port: 0, log: json}\nengine: [{name: a, file: none.gguf}]\n");
    try (RunningServe serve = new RunningServe(config, folder, Map.of())) {
      assertThat(serve.ready()).isEmpty();
      List<String> lines = ours(serve.end());
      assertThat(new JsonMapper().readTree(lines.getFirst()).path("message").stringValue())
          .contains("no file");
      assertThat(lines).hasSize(1);
    }
  }

  @Test
  void aChatTemplateThatCannotBeReadIsAWarningBeforeTheServerIsReady() throws Exception {
    SmallModel.write(folder.resolve("odd.gguf"), 1, Optional.of("{% for %}"));
    List<String> lines = started("odd");
    assertThat(lines.stream().filter(line -> line.contains("chat")))
        .singleElement()
        .asString()
        .contains(" WARN", "odd: chats are refused, its chat template cannot be read: ");
  }

  @Test
  void aChatTemplateThatCanBeReadIsNoMatterForTheLog() throws Exception {
    SmallModel.write(folder.resolve("plain.gguf"), 1, Optional.of("{{ messages }}"));
    assertThat(started("plain")).noneMatch(line -> line.contains("chat"));
  }

  /* What a server of one model of the folder says that is asked to end as soon as it is ready. */
  private List<String> started(String model) throws Exception {
    Path config =
        config("server: {port: 0}\nengine: [{name: %s, file: %s.gguf}]\n".formatted(model, model));
    try (RunningServe serve = new RunningServe(config, folder, Map.of())) {
      assertThat(serve.ready()).startsWith("ready ");
      return ours(serve.end());
    }
  }
}
