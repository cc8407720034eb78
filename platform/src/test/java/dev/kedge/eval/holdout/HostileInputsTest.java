package dev.kedge.eval.holdout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.data.Entry;
import dev.kedge.eval.score.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Whatever stands in a file, it becomes an example, an unusable line, or one clear error. */
class HostileInputsTest {
  private static final List<String> LINES =
      List.of(
          "{\"id\":\"a\",\"input\":\"x\",\"expected\":{\"p\":[1]},\"tags\":[\"t\"],\"group\":\"g\",\"time\":\"2026-11-23T08:00:00Z\",\"weight\":2}",
          "{\"custom_id\":\"x\",\"body\":{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}],\"metadata\":{\"tags\":[\"v\"]}},\"response\":{\"status_code\":200,\"body\":{\"choices\":[{\"message\":{\"content\":\"Yo\"}}]}}}",
          "{\"request_id\":\"x\",\"startTime\":1763884800,\"request_tags\":\"[\\\"a\\\"]\",\"messages\":\"[{\\\"role\\\":\\\"user\\\",\\\"content\\\":\\\"Hi\\\"}]\",\"response\":\"{}\"}",
          "{\"model\":\"m\",\"request\":{\"input\":[{\"role\":\"user\",\"content\":\"Hi\"}]},\"response\":{\"output\":[{\"content\":[{\"text\":\"Yo\"}]}]},\"metadata\":{\"session_id\":\"s\"}}");
  private static final List<String> VALUES =
      List.of(
          "1",
          "-1e400",
          "null",
          "\"\"",
          "\"x\"",
          "[]",
          "{}",
          "true",
          "[[{}]]",
          "{\"a\":{}}",
          "1e30");

  @TempDir Path folder;

  private final SplittableRandom random = new SplittableRandom(11);
  private long entries;
  private long unusable;
  private long refused;

  private final Inputs.Sink sink =
      new Inputs.Sink() {
        @Override
        public void entry(Entry entry) {
          entries++;
          assertThat(Entry.parse(entry.line(), "again")).isEqualTo(entry);
        }

        @Override
        public void unusable(String place, String reason) {
          unusable++;
          assertThat(reason).isNotBlank();
        }
      };

  private void read(String name, byte[] bytes) throws IOException {
    try {
      Inputs.file(Files.write(folder.resolve(name), bytes), sink);
    } catch (KedgeException e) {
      refused++;
      assertThat(e).hasMessageContaining(name);
    }
  }

  /** Replaces one value somewhere inside. */
  private JsonNode changed(JsonNode node) {
    if (node.isEmpty() || random.nextInt(4) == 0) {
      return JsonText.STRICT.readTree(VALUES.get(random.nextInt(VALUES.size())));
    }
    JsonNode copy = node.deepCopy();
    if (copy instanceof ObjectNode object) {
      List<String> names = List.copyOf(object.propertyNames());
      String name = names.get(random.nextInt(names.size()));
      object.set(name, changed(object.path(name)));
    } else if (copy instanceof ArrayNode array) {
      int at = random.nextInt(array.size());
      array.set(at, changed(array.path(at)));
    }
    return copy;
  }

  @Test
  void linesWithValuesOfTheWrongKindNeverBreakTheImport() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 6_000; i++) {
      JsonNode line = JsonText.STRICT.readTree(LINES.get(i % LINES.size()));
      for (int change = random.nextInt(4); change >= 0; change--) {
        if (line.isObject()) line = changed(line);
      }
      text.append(line).append('\n');
    }
    read("a.jsonl", text.toString().getBytes(StandardCharsets.UTF_8));
    assertThat(entries).isGreaterThan(1_000);
    assertThat(unusable).isGreaterThan(100);
    assertThat(refused).isZero();
  }

  private byte[] altered(byte[] good) {
    byte[] bad = good.clone();
    for (int i = 0; i < 3; i++) bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
    return bad;
  }

  @Test
  void brokenBytesNeverBreakTheImport() throws IOException {
    byte[] lines = String.join("\n", LINES).getBytes(StandardCharsets.UTF_8);
    byte[] csv =
        "text,tags,time\n\"a, \"\"b\"\"\",\"x;y\",2026\nc,,\n".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 400; i++) {
      read("b.jsonl", altered(lines));
      read("b.csv", altered(csv));
    }
    assertThat(entries).isGreaterThan(500);
  }

  @Test
  void nestingAndLengthHaveBounds() throws IOException {
    read("deep.jsonl", ("{\"input\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8));
    read(
        "long.jsonl",
        ("{\"input\":\"" + "x".repeat(300_000) + "\"}").getBytes(StandardCharsets.UTF_8));
    assertThat(unusable).isEqualTo(2);
    read("endless.jsonl", new byte[17 << 20]);
    read("cells.csv", ("text" + ",".repeat(2_000)).getBytes(StandardCharsets.UTF_8));
    assertThat(refused).isEqualTo(2);
  }
}
