package dev.kedge.engine.grammar;

import dev.kedge.engine.weights.FormatException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The formats of strings that can be held to, as expressions. Each gives a part of what the format
 * allows that every reader agrees on: no leap seconds, no internationalised names, no IPv6 zones.
 */
final class Formats {
  private static final String YEAR = "[0-9]{4}";
  private static final String LEAP_YEAR =
      "([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)";
  private static final String DATE =
      "(Y-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
              .replace("Y", YEAR)
          + "|02-(0[1-9]|1[0-9]|2[0-8]))|"
          + LEAP_YEAR
          + "-02-29)";
  private static final String TIME =
      "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[-+](0[0-9]|1[0-7]):[0-5][0-9])";
  private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?";
  private static final String HOST = "(L\\.){0,6}[A-Za-z][A-Za-z0-9]{1,20}".replace("L", LABEL);
  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final String PATH = "([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})";

  private static final Map<String, String> KNOWN =
      new TreeMap<>(
          Map.of(
              "date",
              DATE,
              "time",
              TIME,
              "date-time",
              DATE + "T" + TIME,
              "duration",
              "P([0-9]{1,4}W|[0-9]{1,4}Y([0-9]{1,2}M([0-9]{1,3}D)?)?|[0-9]{1,4}M([0-9]{1,3}D)?"
                  + "|[0-9]{1,5}D(T[0-9]{1,3}H)?|T([0-9]{1,5}H([0-9]{1,3}M([0-9]{1,3}S)?)?"
                  + "|[0-9]{1,5}M([0-9]{1,3}S)?|[0-9]{1,6}S))",
              "uuid",
              "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
              "email",
              "[A-Za-z0-9_+-]{1,20}(\\.[A-Za-z0-9_+-]{1,10}){0,3}@(L\\.){1,4}[A-Za-z]{2,12}"
                  .replace("L", LABEL),
              "hostname",
              HOST,
              "ipv4",
              "(O\\.){3}O".replace("O", OCTET),
              "ipv6",
              "([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|([0-9a-f]{1,4}:){1,4}(:[0-9a-f]{1,4}){1,3}"
                  + "|::([0-9a-f]{1,4}:){0,6}[0-9a-f]{1,4}|::",
              "uri",
              "[a-z][a-z0-9+.-]{0,20}://H(:[0-9]{2,4})?(/P*)*(\\?P*)?(#P*)?"
                  .replace("H", HOST)
                  .replace("P", PATH)));

  private Formats() {}

  /**
   * The strings of a format.
   *
   * @throws FormatException if it is not known
   */
  static Regex named(String name) {
    @Nullable String expression = KNOWN.get(name);
    if (expression == null) {
      throw new FormatException(
          -1,
          "'format' '%s' is not supported; known are: %s"
              .formatted(name, String.join(", ", KNOWN.keySet())));
    }
    return PatternParser.whole(expression);
  }
}
