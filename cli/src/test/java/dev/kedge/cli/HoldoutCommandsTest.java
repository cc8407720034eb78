package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The way from logged calls over two people's labels to a labelled version, by commands alone. */
class HoldoutCommandsTest {
  private static final JsonMapper JSON = new JsonMapper();
  @TempDir Path folder;

  private CommandRun run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--data", folder.toString()));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private CommandRun good(String... args) {
    CommandRun run = run(args);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private Path calls() throws IOException {
    List<String> lines = new ArrayList<>();
    String[] things = {"kettle", "lamp shade", "garden chair", "blue boots", "record player"};
    for (int i = 0; i < things.length; i++) {
      lines.add(
          """
          {"id":"call-%d","time":"2026-11-2%dT08:00:00Z","messages":[{"role":"user","content":"May I send the %s back? Mail p%d@example.org"}],"response":{"choices":[{"message":{"content":"yes"}}]}}
          """
              .strip()
              .formatted(i, i, things[i], i));
    }
    return Files.write(folder.resolve("calls.jsonl"), lines);
  }

  private Path filled(String person, String... labels) throws IOException {
    Path sheet = folder.resolve(person + ".jsonl");
    good("label", "sheet", "returns", "--as", person, "--out", sheet.toString());
    List<String> lines = new ArrayList<>(Files.readAllLines(sheet));
    for (int i = 0; i < lines.size(); i++) {
      assertThat(lines.get(i)).doesNotContain("suggestion");
      lines.set(i, lines.get(i).replace("\"label\":null", labels[i]));
    }
    return Files.write(sheet, lines);
  }

  @Test
  void maskingIsShownWithWhatItLeavesAndMeasuredOnLabels() throws IOException {
    Path texts =
        Files.writeString(
            folder.resolve("texts.txt"),
            "My name is Anna Meier, 12 Long Acre Road, Leeds LS1 4AP\nwe asked Zorblax about it\n");
    CommandRun shown = CommandRun.of("eval", "holdout", "mask", texts.toString());
    assertThat(shown.code()).as(shown.err()).isZero();
    assertThat(shown.out())
        .contains("2 inputs, something masked in 1", "Masked as NAME: 1 values", "Anna Meier")
        .containsSubsequence("Left, to be looked at", "Zorblax");
    Path labelled =
        Files.writeString(
            folder.resolve("labelled.json"),
            """
            [{"full_text": "I am Anna, he is Zorblax", "template_id": 2, "spans": [
              {"entity_type": "PERSON", "start_position": 5, "end_position": 9},
              {"entity_type": "PERSON", "start_position": 17, "end_position": 24}]}]
            """);
    CommandRun measured = CommandRun.of("eval", "holdout", "mask", "--check", labelled.toString());
    assertThat(measured.out()).contains("50.0 % (1 of 2)", "100.0 % (1 of 1)");
    Files.writeString(labelled, "[{\"full_text\": \"a\", \"spans\": [{\"end_position\": 9}]}]");
    CommandRun broken = CommandRun.of("eval", "holdout", "mask", "--check", labelled.toString());
    assertThat(broken.code()).isEqualTo(3);
    assertThat(broken.err()).contains("text 1: a label lies outside of it");
  }

  @Test
  void fromLoggedCallsToALabelledVersion() throws IOException {
    CommandRun built =
        good("eval", "holdout", "build", "--name", "desk", "--from", calls().toString());
    assertThat(built.out())
        .contains("desk@1: 5 examples, 0 with a label")
        .doesNotContain("@example");
    good("label", "create", "returns", "--dataset", "desk", "--class", "yes", "--class", "no");
    String yes = "\"label\":\"yes\"";
    String no = "\"label\":\"no\"";
    Path ann = filled("ann", yes, yes, no, no, yes);
    Path bob = filled("bob", yes, yes, no, yes, "\"skip\":\"cut off\"");
    good("label", "import", "returns", ann.toString(), "--as", "ann");
    good("label", "import", "returns", bob.toString(), "--as", "bob");
    CommandRun early = run("label", "export", "returns");
    assertThat(early.code()).isEqualTo(3);
    assertThat(early.err()).contains("2 of them wait for a decision");
    JsonNode agreement = JSON.readTree(good("label", "agreement", "returns", "--json").out());
    assertThat(agreement.path("items").intValue()).isEqualTo(4);
    assertThat(agreement.path("alpha").path("value").doubleValue()).isBetween(0.4, 0.6);
    decide();
    assertThat(good("label", "export", "returns").out()).contains("desk@2: 4 labelled examples");
    assertThat(run("eval", "data", "diff", "desk@1", "desk@2").code()).isEqualTo(1);
    CommandRun plain = good("eval", "data", "export", "desk", "--unmask");
    assertThat(plain.out()).contains("@example.org", "\"expected\":\"yes\"");
    assertThat(good("eval", "data", "list").out()).contains("desk@1", "desk@2", "labelling");
    JsonNode shown = JSON.readTree(good("eval", "data", "show", "desk@2", "--json").out());
    assertThat(shown.path("made").path("people").size()).isEqualTo(3);
    assertThat(good("label", "history", "returns").out()).contains("eve", "decided", "cut off");
    JsonNode status = JSON.readTree(good("label", "status", "returns", "--json").out()).path(0);
    assertThat(status.path("finished").intValue()).isEqualTo(5);
  }

  private void decide() throws IOException {
    Path sheet = folder.resolve("disputes.jsonl");
    good("label", "sheet", "returns", "--as", "eve", "--disputes", "--out", sheet.toString());
    List<String> lines = new ArrayList<>(Files.readAllLines(sheet));
    assertThat(lines).hasSize(2);
    lines.set(
        0,
        lines
            .get(0)
            .replace(
                "\"decision\":null,\"reason\":\"\"", "\"decision\":\"yes\",\"reason\":\"guide\""));
    lines.set(
        1,
        lines
            .get(1)
            .replace("\"decision\":null,\"reason\":\"\"", "\"drop\":true,\"reason\":\"cut off\""));
    Files.write(sheet, lines);
    good("label", "import", "returns", sheet.toString(), "--as", "eve");
  }

  @Test
  void capturedCallsBecomeAHoldoutThatKeepsTheirIds() throws IOException {
    Path task = Files.createDirectories(folder.resolve("captures/desk"));
    try (OutputStream out =
        new GZIPOutputStream(
            Files.newOutputStream(task.resolve("20261122T080000.000-000.jsonl.gz")))) {
      for (int i = 0; i < 3; i++) {
        String line =
            "{\"id\":\"req-%d\",\"time\":\"2026-11-22T08:00:0%dZ\",\"task\":\"desk\",\"model\":\"m\",\"request\":{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]},\"answer\":{\"text\":\"ok\"}}\n"
                .formatted(i, i, List.of("one kettle", "two lamps", "a garden chair").get(i));
        out.write(line.getBytes(StandardCharsets.UTF_8));
      }
    }
    good("eval", "holdout", "build", "--captured", "--task", "desk");
    CommandRun exported = good("eval", "data", "export", "desk");
    assertThat(exported.out().lines())
        .hasSize(3)
        .first()
        .asString()
        .contains("\"id\":\"req-0\"", "\"source\":\"capture:desk:req-0\"", "\"suggestion\":\"ok\"");
  }

  @Test
  void aSheetWithWrongLinesSaysWhichAndTakesTheRest() throws IOException {
    good("eval", "holdout", "build", "--name", "desk", "--from", calls().toString());
    good("label", "create", "returns", "--dataset", "desk@1", "--class", "yes", "--class", "no");
    Path sheet =
        Files.write(
            folder.resolve("s.jsonl"),
            List.of(
                "{\"id\":\"call-0\",\"label\":\"maybe\"}",
                "{",
                "{\"id\":\"call-1\",\"label\":\"no\"}"));
    CommandRun run = run("label", "import", "returns", sheet.toString(), "--as", "ann");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("1 labels");
    assertThat(run.err()).contains("s.jsonl:1: ", "expected one of the classes", "s.jsonl:2: ");
  }

  @Test
  void wrongUseIsToldInOneLine() {
    assertThat(run("eval", "holdout", "build").code()).isEqualTo(2);
    assertThat(run("eval", "holdout", "build", "--captured").err()).contains("--task");
    assertThat(CommandRun.of("eval").code()).isEqualTo(2);
    assertThat(CommandRun.of("eval", "data").code()).isEqualTo(2);
    assertThat(run("label", "create", "x", "--dataset", "y").code()).isEqualTo(2);
    assertThat(run("label", "status", "nothing").err()).contains("no labelling project 'nothing'");
    assertThat(run("eval", "data", "show", "nothing").err()).contains("no dataset 'nothing'");
    for (String command : List.of("eval holdout build", "eval data diff", "label sheet")) {
      String[] words = (command + " --help").split(" ");
      assertThat(CommandRun.of(words).out()).contains("Example: kedge " + command);
    }
  }
}
