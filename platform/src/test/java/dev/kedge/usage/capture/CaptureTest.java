package dev.kedge.usage.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.Api;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.call.Settings;
import dev.kedge.call.Source;
import dev.kedge.call.TextInput;
import dev.kedge.config.CaptureRule;
import dev.kedge.observe.Warns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Exchanges from the request to the file. */
class CaptureTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Optional<String> DESK = Optional.of("desk");

  @TempDir Path folder;
  private Instant now = Instant.parse("2026-11-22T12:00:00Z");
  private final InstantSource clock = () -> now;

  private static CaptureRule rule(double sample, List<String> models) {
    return new CaptureRule("desk", models, sample, "1MiB", Duration.ofDays(30));
  }

  private Capture open(CaptureRule... rules) throws IOException {
    return Capture.open(folder, List.of(rules), new PersonalData(), clock);
  }

  private static CompletionRequest request(String model, String json) {
    ObjectNode body = (ObjectNode) JSON.readTree(json);
    return new CompletionRequest(
        model,
        List.of(new TextInput.Text("x")),
        Settings.UNSET,
        true,
        false,
        new Source(Api.COMPLETIONS, body));
  }

  private static boolean exchange(Capture capture, String id, String question, String answer) {
    ObjectNode body = JSON.createObjectNode().put("model", "auto").put("prompt", question);
    Optional<Recording> recording = capture.start(id, DESK, request("auto", body.toString()));
    recording.ifPresent(each -> {
      each.part(new AnswerPart.Text(0, answer, Optional.empty()));
      each.part(new AnswerPart.Finish(0, AnswerEnd.STOP, Optional.empty()));
      each.finish("small");
    });
    return recording.isPresent();
  }

  private List<JsonNode> kept() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    new CaptureFolder(folder).read("desk", line -> lines.add(JSON.readTree(line)));
    return lines;
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("desk"))) {
      return files.filter(file -> file.toString().endsWith(".gz")).sorted().toList();
    }
  }

  @Test
  void anExchangeIsKeptWithRequestAndAnswer() throws IOException {
    try (Capture capture = open(rule(1, List.of()))) {
      assertThat(exchange(capture, "call-1", "Where is it?", "In transit.")).isTrue();
    }
    assertThat(kept())
        .singleElement()
        .isEqualTo(
            JSON.readTree(
                """
                {"id":"call-1","time":"2026-11-22T12:00:00Z","task":"desk","model":"small",
                 "request":{"model":"auto","prompt":"Where is it?"},
                 "answer":{"text":"In transit.","finish":"stop"}}
                """));
  }

  @Test
  void aRuleTakesItsTaskOrItsModelsWhereNoTaskIsNamed() throws IOException {
    CaptureRule named = rule(1, List.of());
    CaptureRule byModel =
        new CaptureRule("other", List.of("auto"), 1.0, "1MiB", Duration.ofDays(1));
    try (Capture capture = open(named, byModel)) {
      CompletionRequest auto = request("auto", "{}");
      CompletionRequest large = request("large", "{}");
      assertThat(capture.start("1", DESK, large)).isPresent();
      assertThat(capture.start("2", Optional.empty(), auto)).isPresent();
      assertThat(capture.start("3", Optional.empty(), large)).isEmpty();
      assertThat(capture.start("4", Optional.of("other"), large)).isEmpty();
      assertThat(capture.start("5", Optional.of("unknown"), auto)).isEmpty();
      EmbeddingRequest vectors =
          new EmbeddingRequest("auto", List.of(), OptionalInt.empty(), false, auto.source());
      assertThat(capture.start("6", DESK, vectors)).isEmpty();
    }
  }

  @Test
  void theSampleFollowsFromTheIdAndGrowsWithTheShare() {
    int tenth = 0;
    for (int i = 0; i < 20_000; i++) {
      String id = "chatcmpl-" + i;
      if (Sample.has(id, 0.1)) tenth++;
      if (Sample.has(id, 0.1)) assertThat(Sample.has(id, 0.2)).isTrue();
      assertThat(Sample.has(id, 1)).isTrue();
      assertThat(Sample.has(id, 0)).isFalse();
    }
    // Four standard deviations of a fair draw.
    assertThat(tenth).isBetween(2_000 - 170, 2_000 + 170);
  }

  @Test
  void neitherPersonalDataNorCredentialsNorMediaReachTheDisk() throws IOException {
    String image = "data:image/png;base64," + "QUJD".repeat(1_000);
    String body =
        """
        {"model": "auto", "user": "anna@example.com",
         "messages": [{"role": "user", "content": [
            {"type": "text", "text": "I am anna@example.com, card 4111 1111 1111 1111"},
            {"type": "image_url", "image_url": {"url": "%s"}},
            {"type": "text", "text": "my key is sk-proj-abcdefghijklmnop0123 or Bearer abcdefghijklmnop1234"}]}],
         "tools": [{"type": "mcp", "authorization": "hunter2", "headers": {"X-Token": "hunter3"}},
           {"type": "function", "function": {"name": "login", "parameters":
             {"type": "object", "properties": {"password": {"type": "string"}}}}}],
         "api_key": "hunter4"}
        """
            .formatted(image);
    try (Capture capture = open(rule(1, List.of()))) {
      Recording recording = capture.start("1", DESK, request("auto", body)).orElseThrow();
      recording.part(new AnswerPart.Text(0, "Mail to bob@", Optional.empty()));
      recording.part(new AnswerPart.Text(0, "example.com sent", Optional.empty()));
      recording.part(new AnswerPart.ToolCall(0, 0, "call_1", "mail"));
      recording.part(new AnswerPart.ToolArguments(0, 0, "{\"to\":\"carol@exa"));
      recording.part(new AnswerPart.ToolArguments(0, 0, "mple.com\"}"));
      recording.finish("small");
    }
    JsonNode line = kept().getFirst();
    assertThat(line.toString())
        .doesNotContain(
            "anna@", "bob@", "carol@", "4111", "hunter", "sk-proj", "QUJDQUJD", "abcdef");
    assertThat(line.at("/request/messages/0/content/0/text").stringValue())
        .isEqualTo("I am [EMAIL], card [CARD]");
    assertThat(line.at("/answer/text").stringValue()).isEqualTo("Mail to [EMAIL] sent");
    assertThat(line.at("/answer/tool_calls/0/arguments").stringValue())
        .isEqualTo("{\"to\":\"[EMAIL]\"}");
    assertThat(line.at("/request/tools/1/function/parameters/properties/password/type").asString())
        .isEqualTo("string");
  }

  @Test
  @Warns("an exchange of desk is not kept")
  void aRedactorThatFailsCostsTheExchangeAndWritesNothing() throws IOException {
    Redactor failing =
        text -> {
          if (text.contains("boom")) throw new IllegalStateException("no");
          return text;
        };
    Capture capture = Capture.open(folder, List.of(rule(1, List.of())), failing, clock);
    try (capture) {
      exchange(capture, "1", "boom", "x");
      exchange(capture, "2", "fine", "y");
    }
    assertThat(capture.state().failed()).isEqualTo(1);
    assertThat(capture.state().written()).isEqualTo(1);
    assertThat(capture.state().heldBytes()).isZero();
    assertThat(kept()).extracting(line -> line.path("id").stringValue()).containsExactly("2");
  }

  @Test
  void underPressureExchangesAreDroppedAndCountedAndNobodyWaits() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    Redactor slow =
        text -> {
          try {
            blocked.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return text;
        };
    int sent = 3_000;
    Capture capture = Capture.open(folder, List.of(rule(1, List.of())), slow, clock);
    try (capture) {
      for (int i = 0; i < sent; i++) exchange(capture, "call-" + i, "q", "a");
      blocked.countDown();
    }
    assertThat(capture.state().dropped()).isPositive();
    assertThat(capture.state().written()).isEqualTo(sent - capture.state().dropped());
    assertThat(capture.state().heldBytes()).isZero();
  }

  @Test
  void anAnswerWithoutEndIsGivenUpBeforeItFillsTheMemory() throws IOException {
    try (Capture capture = open(rule(1, List.of()))) {
      Recording recording = capture.start("1", DESK, request("auto", "{}")).orElseThrow();
      AnswerPart part = new AnswerPart.Text(0, "x".repeat(100_000), Optional.empty());
      for (int i = 0; i < 200; i++) recording.part(part);
      assertThat(capture.state().dropped()).isEqualTo(1);
      assertThat(capture.state().heldBytes()).isZero();
      recording.finish("small");
      recording.abandon();
      assertThat(capture.state().heldBytes()).isZero();
    }
    assertThat(kept()).isEmpty();
  }

  @Test
  void theOldestLeaveWhenTheBoundIsReached() throws IOException {
    SplittableRandom random = new SplittableRandom(4);
    CaptureFolder files = new CaptureFolder(folder);
    long evicted = 0;
    for (int i = 0; i < 100; i++) {
      byte[] line = new byte[40_000];
      // Letters at random do not compress to nothing.
      for (int c = 0; c < line.length; c++) line[c] = (byte) ('A' + random.nextInt(50));
      line[line.length - 1] = '\n';
      now = now.plusSeconds(1);
      evicted += files.append(rule(1, List.of()), line, now);
    }
    CaptureFolder.Kept kept = files.kept("desk");
    assertThat(kept.bytes()).isBetween(512L << 10, 1L << 20);
    assertThat(kept.exchanges() + evicted).isEqualTo(100);
    assertThat(kept.oldest().orElseThrow()).isAfter(Instant.parse("2026-11-22T12:00:10Z"));
    byte[] tooLarge = new byte[4 << 20];
    random.nextBytes(tooLarge);
    assertThatThrownBy(() -> files.append(rule(1, List.of()), tooLarge, now))
        .isInstanceOf(KedgeException.class);
  }

  @Test
  void nothingIsKeptLongerThanTheRuleSays() throws IOException {
    CaptureFolder files = new CaptureFolder(folder);
    CaptureRule month = rule(1, List.of());
    Instant first = now;
    for (int day = 0; day < 40; day++) {
      files.append(
          month, "{}\n".getBytes(StandardCharsets.UTF_8), first.plus(Duration.ofDays(day)));
    }
    assertThat(segments()).hasSize(40);
    assertThat(files.expire(month, first.plus(Duration.ofDays(39)))).isEqualTo(10);
    assertThat(files.kept("desk").oldest()).contains(first.plus(Duration.ofDays(10)));
    now = first.plus(Duration.ofDays(100));
    Capture capture = open(month);
    capture.close();
    assertThat(capture.state().expired()).isEqualTo(30);
    assertThat(segments()).isEmpty();
  }

  @Test
  void whatWasWrittenBeforeACrashStaysReadable() throws IOException {
    CaptureFolder before = new CaptureFolder(folder);
    byte[] line = "{\"id\":\"1\"}\n".getBytes(StandardCharsets.UTF_8);
    before.append(rule(1, List.of()), line, now);
    before.append(rule(1, List.of()), line, now);
    Path file = segments().getFirst();
    byte[] bytes = Files.readAllBytes(file);
    int member = bytes.length / 2;
    for (int length = member; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThat(kept()).as("cut at %d of %d", length, bytes.length).isNotEmpty();
    }
    // The next process does not append behind the torn end.
    new CaptureFolder(folder).append(rule(1, List.of()), line, now);
    assertThat(segments()).hasSize(2);
    assertThat(kept()).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void deletingWhileTheServerWritesLosesNothingElse() throws IOException {
    CaptureFolder server = new CaptureFolder(folder);
    CaptureFolder command = new CaptureFolder(folder);
    for (int i = 0; i < 20; i++) {
      byte[] line = ("{\"id\":\"" + i + "\"}\n").getBytes(StandardCharsets.UTF_8);
      server.append(rule(1, List.of()), line, now.plusMillis(i));
      if (i != 9) continue;
      assertThat(
              command.delete(
                  "desk", text -> new String(text, StandardCharsets.UTF_8).contains("\"3\"")))
          .isEqualTo(1);
    }
    assertThat(kept())
        .extracting(line -> line.path("id").stringValue())
        .hasSize(19)
        .doesNotContain("3");
    assertThat(command.delete("desk", _ -> true)).isEqualTo(19);
    assertThat(segments()).isEmpty();
    server.append(rule(1, List.of()), "{\"id\":\"z\"}\n".getBytes(StandardCharsets.UTF_8), now);
    assertThat(kept()).hasSize(1);
    assertThatThrownBy(() -> command.delete("../desk", _ -> true))
        .isInstanceOf(KedgeException.class);
  }
}
