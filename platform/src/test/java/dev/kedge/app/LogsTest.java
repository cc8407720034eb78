package dev.kedge.app;

import static dev.kedge.app.RunningGateway.chatBody;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.backend.upstream.RecordedAnswers;
import dev.kedge.backend.upstream.TestingUpstream;
import dev.kedge.backend.upstream.TestingUpstream.Fault;
import dev.kedge.observe.HeardLogs;
import dev.kedge.observe.JsonLogFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a gateway writes into its log while calls succeed and fail in every way. */
class LogsTest {
  private static final String ASKED = "zanzibar";
  private static final String SAID = "quetzal";
  private static final Logger ROOT = Logger.getLogger("");

  @TempDir private Path folder;
  /* The test's own client is in this process too and logs what it likes; held, lest it forgets. */
  private final Logger client = Logger.getLogger("jdk.httpclient");
  private Level level = Level.INFO;

  @BeforeEach
  void hearEverything() {
    level = ROOT.getLevel();
    ROOT.setLevel(Level.ALL);
    client.setLevel(Level.OFF);
  }

  @AfterEach
  void asBefore() {
    ROOT.setLevel(level);
    client.setLevel(null);
  }

  private static String yaml(TestingUpstream one) {
    return """
    upstreams:
      - name: one
        url: %s
        health: {path: none}
        metrics: {path: none}
        timeouts: {first_token: 300ms, between_tokens: 300ms}
        models: [{name: big}]
    """
        .formatted(one.url());
  }

  private static void callsOfEveryKind(RunningGateway gateway, TestingUpstream one) {
    String body = chatBody("big", "\"stream\":true").replace("Hello", ASKED);
    one.says(RecordedAnswers.saying(SAID + " and more"));
    assertThat(gateway.post("/v1/chat/completions", body).body()).contains(SAID);
    assertThat(gateway.post("/v1/messages", body.replace("}]", "}],\"max_tokens\":9")).body())
        .contains(SAID);
    String error = "{\"error\":{\"message\":\"cannot answer '" + ASKED + "'\"}}";
    for (Fault fault :
        List.of(
            new Fault.Status(400, "", error),
            new Fault.Status(401, "", error),
            new Fault.Status(500, "", error),
            new Fault.Die(2),
            new Fault.Status(302, "", error))) {
      one.always(fault);
      gateway.post("/v1/chat/completions", body);
    }
    gateway.post("/v1/chat/completions", body.replace("user", ASKED));
    gateway.post("/v1/chat/completions", body.replace("\"stream\":true", "\"n\":\"" + ASKED));
    gateway.post("/v1/chat/completions", ASKED);
    gateway.post("/v1/responses", "{\"model\":\"big\",\"input\":[\"" + ASKED + "\"]}");
    gateway.post("/v1/embeddings", "{\"model\":\"big\",\"input\":[\"" + ASKED + "\"]}");
  }

  @Test
  void everyLineIsJsonAndNoneHasAWordOfAPromptOrAnAnswer() throws IOException {
    List<String> lines = new ArrayList<>();
    try (TestingUpstream one = new TestingUpstream();
        HeardLogs heard = new HeardLogs("", new JsonLogFormat())) {
      try (RunningGateway gateway =
          new RunningGateway(folder, yaml(one), "log_calls: true, log: json")) {
        callsOfEveryKind(gateway, one);
      }
      lines.addAll(heard.lines());
    }
    List<JsonNode> calls = new ArrayList<>();
    for (String line : lines) {
      JsonNode object = RunningGateway.JSON.readTree(line);
      assertThat(object.path("time").stringValue("")).isNotEmpty();
      assertThat(line).doesNotContain(ASKED).doesNotContain(SAID);
      if (object.path("logger").stringValue("").equals("dev.kedge.calls")) calls.add(object);
    }
    assertThat(lines).anyMatch(line -> line.contains("upstream one answered 401"));
    assertThat(calls).hasSizeGreaterThanOrEqualTo(3);
    assertThat(calls.getFirst().path("outcome").stringValue()).isEqualTo("answered");
    assertThat(calls.getFirst().path("output").longValue()).isPositive();
  }
}
