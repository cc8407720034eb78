package dev.kedge.backend.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A look over a JSON text finds what a relay must know, and is not misled by words. */
class JsonScanTest {
  private static String usage(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    JsonScan scan = new JsonScan();
    assertThat(scan.scan(bytes, 0, bytes.length)).isTrue();
    if (scan.usageFrom() < 0) return "";
    return new String(
        bytes, scan.usageFrom(), scan.usageTo() - scan.usageFrom(), StandardCharsets.UTF_8);
  }

  private static JsonScan scan(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    JsonScan scan = new JsonScan();
    assertThat(scan.scan(bytes, 0, bytes.length)).isTrue();
    return scan;
  }

  @Test
  void countsAreFoundAtTheTopAndInTheEnvelopesOfBothApis() {
    assertThat(usage("{\"a\":[1],\"usage\" : {\"x\":{\"y\":\"}\"}},\"b\":2}"))
        .isEqualTo("{\"x\":{\"y\":\"}\"}}");
    assertThat(usage("{\"type\":\"message_start\",\"message\":{\"usage\":{\"a\":1}}}"))
        .isEqualTo("{\"a\":1}");
    assertThat(usage("{\"response\":{\"output\":[{}],\"usage\":{\"a\":1}}}"))
        .isEqualTo("{\"a\":1}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"usage\":null}",
        "{\"content\":\"\\\"usage\\\":{\\\"a\\\":1}\"}",
        "{\"content\":[{\"input\":{\"usage\":{\"a\":1}}}]}",
        "{\"message\":{\"content\":{\"usage\":{}}}}",
        "{\"x\":\"usage\"}"
      })
  void wordsAndInventedObjectsAreNoCounts(String json) {
    assertThat(usage(json)).isEmpty();
  }

  @Test
  void anErrorIsOneOnlyAtTheTop() {
    assertThat(scan("{\"error\":{\"message\":\"x\"}}").error()).isTrue();
    assertThat(scan("{\"error\":\"x\"}").error()).isTrue();
    assertThat(scan("{\"error\":null}").error()).isFalse();
    assertThat(scan("{\"response\":{\"error\":{}}}").error()).isFalse();
    assertThat(scan("{\"content\":\"\\\"error\\\":{}\"}").error()).isFalse();
  }

  @Test
  void wordsAreSeenInEveryApi() {
    assertThat(scan("{\"choices\":[{\"delta\":{\"content\":\"x\"}}]}").words()).isTrue();
    assertThat(scan("{\"choices\":[{\"delta\":{\"content\":\"\"}}]}").words()).isFalse();
    assertThat(scan("{\"choices\":[{\"text\":\"x\"}]}").words()).isTrue();
    assertThat(scan("{\"delta\":{\"partial_json\":\"x\"}}").words()).isTrue();
    assertThat(scan("{\"type\":\"response.output_text.delta\",\"delta\":\"x\"}").delta()).isTrue();
    assertThat(scan("{\"type\":\"a\",\"x\":{\"type\":\"b\"}}").type("a")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{\"a\":\"b}",
        "{}}",
        "{} {}",
        "{\"a\":[}",
        "null",
        "{\"a\":\"\\\""
      })
  void whatIsNoWholeObjectIsTold(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);

    assertThat(new JsonScan().scan(bytes, 0, bytes.length)).isFalse();
  }
}
