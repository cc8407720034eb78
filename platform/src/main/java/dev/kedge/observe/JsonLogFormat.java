package dev.kedge.observe;

import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Log records as lines of JSON: {@code time}, {@code level}, {@code logger}, {@code message}, where
 * there is one {@code exception}, and for calls the fields of their {@link CallLog.Line}. Any
 * thread may call.
 */
public final class JsonLogFormat extends Formatter {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MOST_FRAMES = 40;
  private static final int MOST_CAUSES = 5;

  @Override
  public String format(LogRecord record) {
    ObjectNode line = JSON.createObjectNode();
    line.put("time", record.getInstant().toString());
    line.put("level", record.getLevel().getName());
    line.put("logger", record.getLoggerName());
    Object[] parameters = record.getParameters();
    if (parameters != null
        && parameters.length == 1
        && parameters[0] instanceof CallLog.Line call) {
      line.put("message", "call");
      for (Map.Entry<String, Object> field : call.fields().entrySet()) {
        line.putPOJO(field.getKey(), field.getValue());
      }
    } else {
      line.put("message", formatMessage(record));
    }
    if (record.getThrown() != null) line.put("exception", trace(record.getThrown()));
    return line + "\n";
  }

  /* Bounded: a line that a shipper cuts is no JSON any more. */
  private static String trace(Throwable thrown) {
    StringBuilder text = new StringBuilder();
    @Nullable Throwable next = thrown;
    for (int causes = 0; next != null && causes <= MOST_CAUSES; causes++) {
      text.append(causes == 0 ? "" : "\ncaused by ").append(next);
      StackTraceElement[] frames = next.getStackTrace();
      for (int i = 0; i < Math.min(frames.length, MOST_FRAMES); i++) {
        text.append("\n  at ").append(frames[i]);
      }
      next = next.getCause();
    }
    return text.toString();
  }
}
