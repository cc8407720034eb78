package dev.kedge.evidence;

import dev.kedge.base.Sha256;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON Canonicalization Scheme (RFC 8785): one spelling for every value. Keys in the order of
 * their UTF-16 units, no white space, the shortest digits that give the number back.
 */
public final class CanonicalJson {
  /** Reads what {@link #bytes} writes: no key twice, nothing behind the value, bounded depth. */
  static final JsonMapper STRICT =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxNumberLength(40)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private static final long LARGEST_INTEGER = 1L << 53;

  private CanonicalJson() {}

  /**
   * The canonical bytes of a value.
   *
   * @throws IllegalArgumentException if the value has no canonical form: integers beyond 2⁵³,
   *     infinite numbers, half of a surrogate pair
   */
  public static byte[] bytes(JsonNode value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** SHA-256 of the canonical bytes, in hexadecimal. */
  public static String sha256(JsonNode value) {
    return Sha256.of(bytes(value));
  }

  private static void write(JsonNode value, StringBuilder out) {
    switch (value.getNodeType()) {
      case OBJECT -> object(value, out);
      case ARRAY -> {
        out.append('[');
        for (int i = 0; i < value.size(); i++) {
          if (i > 0) out.append(',');
          write(value.get(i), out);
        }
        out.append(']');
      }
      case STRING -> string(value.asString(), out);
      case NUMBER -> out.append(number(value));
      case BOOLEAN -> out.append(value.asBoolean());
      case NULL -> out.append("null");
      case MISSING, BINARY, POJO ->
          throw new IllegalArgumentException("no JSON value: " + value.getNodeType());
    }
  }

  private static void object(JsonNode value, StringBuilder out) {
    TreeMap<String, JsonNode> fields = new TreeMap<>();
    value.forEachEntry(fields::put);
    out.append('{');
    boolean first = true;
    for (var field : fields.entrySet()) {
      if (!first) out.append(',');
      first = false;
      string(field.getKey(), out);
      out.append(':');
      write(field.getValue(), out);
    }
    out.append('}');
  }

  private static String number(JsonNode value) {
    if (value.isIntegralNumber()) {
      if (!value.canConvertToLong() || Math.abs(value.asLong()) > LARGEST_INTEGER) {
        throw new IllegalArgumentException("an integer beyond 2^53: " + value);
      }
      return Long.toString(value.asLong());
    }
    return number(value.asDouble());
  }

  /** As ECMAScript writes numbers; RFC 8785 refers to it. */
  static String number(double value) {
    if (!Double.isFinite(value)) throw new IllegalArgumentException("not finite: " + value);
    if (value == 0) return "0";
    if (value < 0) return "-" + number(-value);
    BigDecimal shortest = shortest(value);
    String digits = shortest.unscaledValue().toString();
    int point = digits.length() - shortest.scale();
    if (point > 21 || point < -5) {
      String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
      return digits.charAt(0) + fraction + "e" + (point > 0 ? "+" : "") + (point - 1);
    }
    if (point <= 0) return "0." + "0".repeat(-point) + digits;
    if (digits.length() <= point) return digits + "0".repeat(point - digits.length());
    return digits.substring(0, point) + "." + digits.substring(point);
  }

  /* Double.toString writes two digits where one would do, as in 4.9E-324. */
  private static BigDecimal shortest(double value) {
    BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    BigDecimal one = digits.round(new MathContext(1)).stripTrailingZeros();
    return digits.precision() == 2 && one.doubleValue() == value ? one : digits;
  }

  private static void string(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        i = pair(text, i, out);
        continue;
      }
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < 0x20) out.append("\\u00").append(c < 0x10 ? "0" : "1").append(hex(c & 15));
          else out.append(c);
        }
      }
    }
    out.append('"');
  }

  private static int pair(String text, int at, StringBuilder out) {
    if (at + 1 == text.length() || !Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1)))
      throw new IllegalArgumentException("half of a surrogate pair in a string");
    out.append(text, at, at + 2);
    return at + 1;
  }

  private static char hex(int digit) {
    return Character.forDigit(digit, 16);
  }
}
