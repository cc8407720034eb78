package dev.kedge.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.base.Money;
import dev.kedge.call.Api;
import dev.kedge.call.TokenCounts;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One object per line, whatever is in the record. */
class JsonLogFormatTest {
  private static final CallLog.Line CALL =
      new CallLog.Line(
          "chatcmpl-1",
          "sales",
          "kdg_a",
          Api.CHAT_COMPLETIONS,
          "auto",
          "big model",
          "vllm-a",
          "answered",
          new TokenCounts(17, 5, 0, 3, 0, false),
          new Money(12_500),
          1_250_000,
          -1,
          42_000_000);

  private static JsonNode format(LogRecord record) {
    String line = new JsonLogFormat().format(record);
    assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
    return new JsonMapper().readTree(line);
  }

  private static LogRecord record(String message, Object... parameters) {
    LogRecord record = new LogRecord(Level.WARNING, message);
    record.setLoggerName("dev.kedge.limit");
    record.setInstant(Instant.parse("2026-03-01T12:00:00.5Z"));
    record.setParameters(parameters);
    return record;
  }

  @Test
  void aRecordIsAnObjectWithTimeLevelLoggerAndMessage() {
    JsonNode line = format(record("upstream {0} said \"no\"\nand left", "vllm-a"));
    assertThat(line.path("time").stringValue()).isEqualTo("2026-03-01T12:00:00.500Z");
    assertThat(line.path("level").stringValue()).isEqualTo("WARNING");
    assertThat(line.path("logger").stringValue()).isEqualTo("dev.kedge.limit");
    assertThat(line.path("message").stringValue())
        .isEqualTo("upstream vllm-a said \"no\"\nand left");
    assertThat(line.has("exception")).isFalse();
  }

  @Test
  void anExceptionIsAFieldOfBoundedLengthWithItsCauses() {
    LogRecord record = record("failed");
    Throwable chain = new IllegalStateException("innermost");
    for (int i = 0; i < 100; i++) chain = new IllegalStateException("cause " + i, chain);
    record.setThrown(chain);
    String text = format(record).path("exception").stringValue();
    assertThat(text).contains("cause 99", "caused by", "cause 95", "JsonLogFormatTest");
    assertThat(text).doesNotContain("innermost");
    assertThat(text.length()).isLessThan(64 << 10);
  }

  @Test
  void aCallHasItsNumbersAsNumbers() {
    JsonNode line = format(record("{0}", CALL));
    assertThat(line.path("message").stringValue()).isEqualTo("call");
    assertThat(line.path("served").stringValue()).isEqualTo("big model");
    assertThat(line.path("input").longValue()).isEqualTo(17);
    assertThat(line.path("cost").decimalValue()).isEqualByComparingTo("0.0000125");
    assertThat(line.path("queue_ms").doubleValue()).isEqualTo(1.3);
    assertThat(line.has("first_ms")).as("no part came").isFalse();
    assertThat(line.path("total_ms").doubleValue()).isEqualTo(42);
  }

  @Test
  void asTextACallIsPairsWhoseValuesCannotBreakOut() {
    assertThat(CALL.toString())
        .startsWith("call id=chatcmpl-1 tenant=sales ")
        .contains(" served=big_model ", " cost=0.0000125 ", " total_ms=42.0")
        .doesNotContain("first_ms");
  }
}
