package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code kedge gate} and its commands against a real HTTP server whose model {@code good} knows
 * every answer and whose model {@code bad} knows the half.
 */
class GateCommandsTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern NUMBER = Pattern.compile("number (\\d+)");

  @TempDir private Path folder;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;
  private String url;
  private String data;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/v1/chat/completions",
        exchange -> {
          try (exchange) {
            String asked =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(answer(asked).getBytes(StandardCharsets.UTF_8));
          }
        });
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1#";
    data = folder.resolve("data").toString();
    StringBuilder cases = new StringBuilder();
    for (int i = 0; i < 120; i++) {
      cases.append("{\"input\":\"number %d\",\"expected\":\"%d\"}\n".formatted(i, i));
    }
    Files.writeString(folder.resolve("holdout.jsonl"), cases);
    Files.writeString(
        folder.resolve("task.yaml"),
        """
        name: numbers
        model: {file: model.gguf, sha256: "%s"}
        holdout: holdout.jsonl
        gate:
          metrics: [{measure: exact, margin: 0.1}]
          four_eyes: true
          roles: [owner, compliance]
        """
            .formatted("0".repeat(64)));
  }

  private static String answer(String asked) {
    Matcher number = NUMBER.matcher(asked);
    int n = number.find() ? Integer.parseInt(number.group(1)) : 0;
    String text = asked.contains("\"bad\"") && n % 2 == 0 ? "no idea" : Integer.toString(n);
    return "data: {\"choices\":[{\"delta\":{\"content\":\""
        + text
        + "\"},\"finish_reason\":\"stop\"}]}\n\n"
        + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":5}}\n\n"
        + "data: [DONE]\n\n";
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private CommandRun gate(String candidate, String... more) {
    String[] args = {
      "gate",
      url + candidate,
      "--against",
      url + "good",
      "--task",
      folder.toString(),
      "--data",
      data,
      "--as",
      "Ann",
      "--json"
    };
    String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return CommandRun.of(all);
  }

  private CommandRun sign(String id, String person, String choice, String role) {
    return CommandRun.of(
        "gate",
        "sign",
        id,
        choice,
        "--role",
        role,
        "--reason",
        "read it",
        "--as",
        person,
        "--data",
        data);
  }

  private Path bundle(String id) {
    return folder.resolve("data/gates/" + id + "/evidence.dsse.json");
  }

  @Test
  void fromAGateToEvidenceThatIsCheckedElsewhere() throws IOException {
    CommandRun run = gate("good");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode result = JSON.readTree(run.out());
    assertThat(result.path("outcome").asString()).isEqualTo("PASS");
    String id = result.path("id").asString();

    CommandRun first = sign(id, "Ann", "--approve", "owner");
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out()).contains("awaiting second signature: somebody other than Ann");
    assertThat(sign(id, "ann", "--approve", "owner").err()).contains("has signed already");
    assertThat(sign(id, "Bob", "--approve", "guest").code()).isEqualTo(3);
    assertThat(sign(id, "Bob", "--approve", "compliance").out()).contains("approved");

    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path copy = Files.copy(bundle(id), elsewhere.resolve("bundle.json"));
    Path key = elsewhere.resolve("key.pem");
    Files.writeString(key, CommandRun.of("gate", "key", "--data", data).out());
    CommandRun verified = CommandRun.of("gate", "verify", copy.toString(), "--key", key.toString());
    assertThat(verified.code()).as(verified.out()).isZero();
    assertThat(verified.out()).contains("The evidence holds", "names as given, not signed in");

    Path report = folder.resolve("data/gates/" + id + "/report.html");
    Files.writeString(report, Files.readString(report).replace("passes", "passed"));
    CommandRun changed = CommandRun.of("gate", "verify", bundle(id).toString(), "--data", data);
    assertThat(changed.code()).isEqualTo(1);
    assertThat(changed.out()).containsPattern("WRONG +report").contains("does NOT hold");
  }

  @Test
  void aWorseCandidateEndsWithOneAndCanOnlyBeRejected() {
    CommandRun run = gate("bad");
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    JsonNode result = JSON.readTree(run.out());
    JsonNode finding = result.path("findings").path(0);
    assertThat(finding.path("verdict").asString()).isEqualTo("worse");
    assertThat(finding.path("numbers").path("examples").asInt()).isEqualTo(120);
    String id = result.path("id").asString();
    assertThat(result.path("wording").path("verdict").asString()).isEqualTo("CHANGED");
    assertThat(result.path("wording").path("phrases").path(0).path("text").asString())
        .isEqualTo("no idea");
    Path report = folder.resolve("data/gates/" + id + "/report.html");
    assertThat(report).content().contains("Phrases lost and added", "‘no idea’ was in 0 of 120");
    assertThat(sign(id, "Bob", "--approve", "owner").err()).contains("did not pass");
    assertThat(sign(id, "Bob", "--reject", "owner").code()).isEqualTo(1);
    assertThat(CommandRun.of("gate", "show", id, "--data", data).out())
        .contains("rejected by Bob, owner", "FAIL", "worse");
    CommandRun list = CommandRun.of("gate", "list", "--data", data);
    assertThat(list.out()).contains(id, "rejected", "numbers");
    assertThat(list.code()).isZero();
  }

  @Test
  void tooFewCasesForTheMarginEndWithFour() throws IOException {
    Path task = folder.resolve("task.yaml");
    Files.writeString(task, Files.readString(task).replace("margin: 0.1", "margin: 0.01"));
    CommandRun run = gate("good");
    assertThat(run.code()).as(run.err()).isEqualTo(4);
    assertThat(run.out()).contains("undecided: ");
  }

  @Test
  void wrongUseIsToldInOneLine() throws IOException {
    String task = folder.toString();
    assertThat(CommandRun.of("gate").code()).isEqualTo(2);
    assertThat(CommandRun.of("gate", url + "good").code()).isEqualTo(2);
    assertThat(CommandRun.of("gate", "nothing.gguf", "--task", task, "--data", data).err())
        .contains("no model at");
    assertThat(CommandRun.of("gate", "sign", "g1", "--data", data).code()).isEqualTo(2);
    assertThat(
            CommandRun.of("gate", "verify", task + "/task.yaml", "--key", task + "/task.yaml")
                .err())
        .contains("is no evidence bundle");
    Path file = folder.resolve("task.yaml");
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, text.indexOf("gate:")));
    CommandRun none = gate("good");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("add 'gate' to its task.yaml");
    for (String command : new String[] {"", "sign", "list", "show", "verify", "key"}) {
      CommandRun help =
          command.isEmpty()
              ? CommandRun.of("gate", "--help")
              : CommandRun.of("gate", command, "--help");
      assertThat(help.out()).contains("Example: kedge gate");
    }
  }
}
