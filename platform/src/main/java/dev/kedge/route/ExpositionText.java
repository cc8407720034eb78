package dev.kedge.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/**
 * Samples of a page in Prometheus' text format ("Exposition formats", version 0.0.4; OpenMetrics'
 * text reads the same for what is asked here): {@code name{label="value",…} number timestamp}.
 *
 * <p>A cursor for one thread. Nothing is kept per line, names are compared as bytes, and a line
 * that breaks the format is skipped: the page comes from outside, and one bad line shall not hide
 * the others. Time is linear in the page.
 */
final class ExpositionText {
  private final byte[] page;
  private int lineEnd;
  private int next;
  private int nameStart;
  private int nameEnd;

  ExpositionText(byte[] page) {
    this.page = page;
  }

  /** Goes to the next line that may be a sample; false after the last one. */
  boolean nextSample() {
    while (next < page.length) {
      nameStart = next;
      lineEnd = nameStart;
      while (lineEnd < page.length && page[lineEnd] != '\n') lineEnd++;
      next = lineEnd + 1;
      if (lineEnd > nameStart && page[lineEnd - 1] == '\r') lineEnd--;
      nameStart = skipBlanks(nameStart);
      if (nameStart == lineEnd || page[nameStart] == '#') continue;
      nameEnd = nameStart;
      while (nameEnd < lineEnd && !isBlank(page[nameEnd]) && page[nameEnd] != '{') nameEnd++;
      return true;
    }
    return false;
  }

  /** Whether the sample has exactly this name. */
  boolean isNamed(String name) {
    if (nameEnd - nameStart != name.length()) return false;
    for (int i = 0; i < name.length(); i++) {
      if (page[nameStart + i] != name.charAt(i)) return false;
    }
    return true;
  }

  /** Whether the sample has this label with this value. */
  boolean hasLabel(String label, String value) {
    boolean[] found = new boolean[1];
    return labels(label, value, found) >= 0 && found[0];
  }

  /** The sample's number; NaN where there is none that can be read. */
  double value() {
    int start = labels("", "", new boolean[1]);
    if (start < 0) return Double.NaN;
    start = skipBlanks(start);
    int end = start;
    while (end < lineEnd && !isBlank(page[end])) {
      byte c = page[end++];
      // Java reads more than the format allows (0x1p3, 1d), and infinities are of no use here.
      boolean plain = (c >= '0' && c <= '9') || ".-+eE".indexOf(c) >= 0;
      if (!plain) return Double.NaN;
    }
    if (end == start || end - start > 64) return Double.NaN;
    try {
      return Double.parseDouble(new String(page, start, end - start, ISO_8859_1));
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /* Walks the labels; returns where they end, or -1 where they break the format. */
  private int labels(String label, String value, boolean[] found) {
    int at = skipBlanks(nameEnd);
    if (at == lineEnd || page[at] != '{') return at;
    at = skipBlanks(at + 1);
    while (at < lineEnd && page[at] != '}') {
      int labelStart = at;
      while (at < lineEnd && page[at] != '=' && !isBlank(page[at])) at++;
      int labelEnd = at;
      at = skipBlanks(at);
      if (at == lineEnd || page[at] != '=') return -1;
      at = skipBlanks(at + 1);
      if (at == lineEnd || page[at] != '"') return -1;
      int valueStart = at + 1;
      at = closingQuote(valueStart);
      if (at < 0) return -1;
      if (equal(labelStart, labelEnd, label) && unescape(valueStart, at).equals(value)) {
        found[0] = true;
      }
      at = skipBlanks(at + 1);
      if (at < lineEnd && page[at] == ',') at = skipBlanks(at + 1);
      else if (at < lineEnd && page[at] != '}') return -1;
    }
    return at < lineEnd ? at + 1 : -1;
  }

  private int closingQuote(int from) {
    for (int at = from; at < lineEnd; at++) {
      if (page[at] == '\\') at++;
      else if (page[at] == '"') return at;
    }
    return -1;
  }

  private boolean equal(int start, int end, String text) {
    if (end - start != text.length()) return false;
    for (int i = 0; i < text.length(); i++) if (page[start + i] != text.charAt(i)) return false;
    return true;
  }

  private String unescape(int start, int end) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream(end - start);
    for (int at = start; at < end; at++) {
      byte c = page[at];
      if (c == '\\' && at + 1 < end) {
        c = page[++at];
        if (c == 'n') c = '\n';
      }
      plain.write(c);
    }
    return plain.toString(UTF_8);
  }

  private int skipBlanks(int from) {
    int at = from;
    while (at < lineEnd && isBlank(page[at])) at++;
    return at;
  }

  private static boolean isBlank(byte c) {
    return c == ' ' || c == '\t';
  }
}
