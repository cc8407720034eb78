package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code kedge capture} on files as the server writes them. */
class CaptureCommandsTest {
  @TempDir Path folder;

  @BeforeEach
  void fill() throws IOException {
    Path task = Files.createDirectory(folder.resolve("desk"));
    for (int day = 20; day <= 22; day++) {
      Path file = task.resolve("202611" + day + "T080000.000-000.jsonl.gz");
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
        for (int i = 0; i < 2; i++) out.write(line(day, i).getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static String line(int day, int i) {
    return """
    {"id":"call-%d-%d","time":"2026-11-%dT08:00:0%dZ","task":"desk","model":"%s","request":{},"answer":{"text":"ü"}}
    """
        .formatted(day, i, day, i, i == 0 ? "small" : "large");
  }

  private CommandRun run(String command, String... more) {
    String[] args = new String[more.length + 4];
    args[0] = "capture";
    args[1] = command;
    args[2] = "--folder";
    args[3] = folder.toString();
    System.arraycopy(more, 0, args, 4, more.length);
    return CommandRun.of(args);
  }

  @Test
  void listShowsTasksWithNumberAndAge() {
    CommandRun run = run("list");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines().toList().get(1).replaceAll(" +", " "))
        .matches("desk 6 \\d+ bytes 2026-11-20T08:00:00Z");
    JsonNode json = new JsonMapper().readTree(run("list", "--json").out());
    assertThat(json.path(0).path("exchanges").intValue()).isEqualTo(6);
  }

  @Test
  void exportWritesTheLinesThatAreAskedFor() throws IOException {
    CommandRun all = run("export", "--task", "desk");
    assertThat(all.code()).as(all.err()).isZero();
    assertThat(all.out().lines()).hasSize(6).first().isEqualTo(line(20, 0).strip());
    CommandRun some =
        run(
            "export",
            "--task",
            "desk",
            "--from",
            "2026-11-21",
            "--to",
            "2026-11-22",
            "--model",
            "large");
    assertThat(some.out()).isEqualTo(line(21, 1));
    Path file = folder.resolve("out.jsonl");
    CommandRun written = run("export", "--task", "desk", "--out", file.toString());
    assertThat(written.err()).contains("6 exchanges");
    assertThat(Files.readAllLines(file)).hasSize(6);
  }

  @Test
  void deleteTakesOneRequestATimeOrAll() {
    assertThat(run("delete", "--task", "desk", "--id", "call-21-1").out()).contains("deleted: 1");
    assertThat(run("export", "--task", "desk").out()).doesNotContain("call-21-1");
    assertThat(run("delete", "--task", "desk", "--before", "2026-11-22", "--json").out().strip())
        .isEqualTo("{\"deleted\": 3}");
    assertThat(run("delete", "--task", "desk", "--all").out()).contains("deleted: 2");
    assertThat(run("export", "--task", "desk").out()).isEmpty();
  }

  @Test
  void wrongUseIsToldInOneLine() {
    assertThat(run("delete", "--task", "desk").code()).isEqualTo(2);
    assertThat(run("delete", "--task", "desk", "--all", "--id", "x").code()).isEqualTo(2);
    CommandRun unknown = run("export", "--task", "other");
    assertThat(unknown.code()).isEqualTo(3);
    assertThat(unknown.err()).contains("there are: desk");
    assertThat(run("export", "--task", "../desk").code()).isEqualTo(3);
    CommandRun nowhere = CommandRun.of("capture", "list", "--folder", folder + "/none");
    assertThat(nowhere.err()).contains("no captured exchanges at");
    assertThat(CommandRun.of("capture").code()).isEqualTo(2);
    assertThat(CommandRun.of("capture", "--help").out()).contains("Example: kedge capture");
  }
}
