package dev.kedge.usage;

import dev.kedge.base.PartPath;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/**
 * Records as CSV after RFC 4180: comma, CRLF, quotes where needed, one line of names. Money is in
 * dollars, times are in milliseconds, instants in UTC. A text that a spreadsheet would take for a
 * formula gets an apostrophe in front.
 */
public final class UsageCsv {
  private static final String HEADER =
      "id,started,key,tenant,task,api,model_asked,model_served,tier,tier_reason,upstream,"
          + "model_digest,input_tokens,cached_tokens,cache_write_tokens,output_tokens,"
          + "reasoning_tokens,estimated,cost_usd,queue_ms,first_token_ms,total_ms,outcome,stream";

  private UsageCsv() {}

  /**
   * Writes a file that appears whole or not at all.
   *
   * @return how many records it has
   */
  public static long write(Path file, UsageStore store, UsageQuery query) throws IOException {
    Path target = file.toAbsolutePath();
    Path part = PartPath.beside(target);
    try {
      long count;
      try (BufferedWriter out = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
        count = write(out, store, query);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return count;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /**
   * Writes names and records.
   *
   * @return how many records
   */
  public static long write(Writer out, UsageStore store, UsageQuery query) throws IOException {
    out.write(HEADER + "\r\n");
    try {
      return store.export(query, record -> line(out, record));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void line(Writer out, UsageRecord record) {
    StringBuilder line = new StringBuilder(256);
    texts(line, record);
    numbers(line, record);
    line.setLength(line.length() - 1);
    try {
      out.append(line).append("\r\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void texts(StringBuilder line, UsageRecord record) {
    text(line, record.id());
    line.append(record.started()).append(',');
    text(line, record.key());
    text(line, record.tenant());
    text(line, record.task().orElse(""));
    line.append(Spelling.of(record.api())).append(',');
    UsageRecord.Serving serving = record.serving();
    text(line, serving.asked());
    text(line, serving.served());
    text(line, serving.tier());
    text(line, serving.reason());
    text(line, serving.upstream());
    text(line, serving.digest());
  }

  private static void numbers(StringBuilder line, UsageRecord record) {
    var tokens = record.tokens();
    line.append(tokens.input()).append(',').append(tokens.cachedInput()).append(',');
    line.append(tokens.cacheWrite()).append(',').append(tokens.output()).append(',');
    line.append(tokens.reasoning()).append(',').append(tokens.estimated()).append(',');
    line.append(record.cost()).append(',');
    millis(line, record.latency().queue());
    record.latency().firstToken().ifPresentOrElse(t -> millis(line, t), () -> line.append(','));
    millis(line, record.latency().total());
    line.append(Spelling.of(record.outcome())).append(',').append(record.stream()).append(',');
  }

  private static void millis(StringBuilder line, Duration time) {
    long micros = time.toNanos() / 1000;
    line.append(micros / 1000).append('.');
    String fraction = Long.toString(1000 + micros % 1000);
    line.append(fraction, 1, 4).append(',');
  }

  private static void text(StringBuilder line, String text) {
    boolean formula = !text.isEmpty() && "=+-@".indexOf(text.charAt(0)) >= 0;
    String safe = formula ? "'" + text : text;
    boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    if (quoted) line.append('"').append(safe.replace("\"", "\"\"")).append('"');
    else line.append(safe);
    line.append(',');
  }
}
