package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code kedge drift} over files of answers; what it finds is tested where it is found. */
class DriftCommandTest {
  @TempDir private Path folder;
  private String old;
  private String fresh;

  @BeforeEach
  void write() throws IOException {
    old = file("old.jsonl", "The order %d is open. No guarantee is given.");
    fresh = file("new.jsonl", "The order %d is open.");
  }

  private String file(String name, String answer) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      String text = answer.formatted(i);
      lines.append("{\"id\":\"c%d\",\"answer\":\"%s\"}\n".formatted(i, text));
    }
    return Files.writeString(folder.resolve(name), lines).toString();
  }

  @Test
  void aChangeEndsWithOneAndIsToldInWordsAndOnAPage() throws IOException {
    Path page = folder.resolve("wording.html");
    CommandRun run = CommandRun.of("drift", old, fresh, "--html", page.toString());
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    assertThat(run.out())
        .contains("wording: changed")
        .contains("‘No guarantee is given.’ was in 40 of 40 answers and is in 0.");
    assertThat(Files.readString(page)).contains("<h2 id=\"wording\">", "mark class=\"cut\"");
  }

  @Test
  void theSameAnswersEndWithNought() {
    CommandRun run = CommandRun.of("drift", old, old);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("All 40 answers are identical, word for word.");
  }

  @Test
  void jsonHasTheSame() {
    CommandRun run = CommandRun.of("drift", old, fresh, "--again", old, "--json");
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    JsonNode report = new JsonMapper().readTree(run.out());
    assertThat(report.path("verdict").asString()).isEqualTo("CHANGED");
    assertThat(report.path("repeats").asString()).isEqualTo("MEASURED");
    JsonNode line = report.path("phrases").path(0);
    assertThat(line.path("before").asInt()).isEqualTo(40);
    assertThat(line.path("own").path("lost").asInt()).isZero();
  }

  @Test
  void wrongUseAndBrokenFilesAreToldInOneLine() throws IOException {
    CommandRun missing = CommandRun.of("drift", old, "nothing", "--data", folder.toString());
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err()).contains("'nothing' is neither a file of answers nor a run in");
    assertThat(CommandRun.of("drift", old).code()).isEqualTo(2);
    assertThat(CommandRun.of("drift", old, fresh, "--examples", "-1").code()).isEqualTo(2);
    String broken = Files.writeString(folder.resolve("b.jsonl"), "{\"id\":1}\n").toString();
    CommandRun run = CommandRun.of("drift", old, broken);
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("b.jsonl:1: expected");
  }

  @Test
  void textsFromFilesCannotMoveTheCursor() throws IOException {
    String bad = file("bad.jsonl", "The order %d is \\u001b[2Jopen \\u202e now.");
    CommandRun run = CommandRun.of("drift", old, bad);
    assertThat(run.out()).doesNotContain("\u001b").doesNotContain("\u202e");
  }
}
