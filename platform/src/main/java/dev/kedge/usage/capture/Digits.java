package dev.kedge.usage.capture;

/**
 * A run of digits in a text, as people write long numbers: single separators, or a closing bracket
 * and a blank, between groups.
 *
 * @param text all of it
 * @param begin of the run, possibly a plus or a bracket
 * @param end behind its last digit
 */
record Digits(String text, int begin, int end) {
  private static final int LONGEST_RUN = 40;
  private static final int CARD_LEAST = 13;
  private static final int CARD_MOST = 19;
  private static final int PHONE_LEAST = 8;
  private static final int PHONE_MOST = 15;

  static boolean is(char c) {
    return c >= '0' && c <= '9';
  }

  /** The run that begins here. */
  static Digits at(String text, int begin) {
    int end = begin;
    int gap = 0;
    for (int i = begin; i < text.length() && i - begin < LONGEST_RUN; i++) {
      char c = text.charAt(i);
      if (is(c)) {
        end = i + 1;
        gap = 0;
      } else if ((i > begin && ++gap > 2) || " -./()+".indexOf(c) < 0) {
        break;
      }
    }
    return new Digits(text, begin, end);
  }

  /** Behind the card number that begins the run; 0 where it is none. */
  int cardEnd() {
    if (!is(text.charAt(begin))) return 0;
    int best = 0;
    int count = 0;
    for (int i = begin; i < end && count < CARD_MOST; i++) {
      char c = text.charAt(i);
      if (!is(c)) {
        boolean between = is(text.charAt(i + 1)) && (c == ' ' || c == '-');
        if (!between) break;
        continue;
      }
      count++;
      boolean whole = i + 1 == text.length() || !Character.isLetterOrDigit(text.charAt(i + 1));
      if (whole && count >= CARD_LEAST && luhn(i + 1)) best = i + 1;
    }
    return best;
  }

  /** The check of ISO/IEC 7812-1 over the digits up to {@code to}; issuers begin with 2 to 6. */
  private boolean luhn(int to) {
    char first = text.charAt(begin);
    if (first < '2' || first > '6') return false;
    int sum = 0;
    boolean twice = false;
    for (int i = to - 1; i >= begin; i--) {
      if (!is(text.charAt(i))) continue;
      int digit = text.charAt(i) - '0';
      if (twice) digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
      sum += digit;
      twice = !twice;
    }
    return sum % 10 == 0;
  }

  /** Behind the phone number that the run looks like; 0 where it does not. */
  int phoneEnd() {
    int count = 0;
    int groups = 1;
    int dots = 0;
    for (int i = begin; i < end; i++) {
      char c = text.charAt(i);
      if (is(c)) count++;
      else if (i > begin && is(text.charAt(i - 1))) groups++;
      if (c == '.') dots++;
    }
    if (count < PHONE_LEAST || count > PHONE_MOST || goesOn()) return 0;
    boolean marked = text.charAt(begin) == '+' || text.charAt(begin) == '(';
    boolean trunk = text.charAt(begin) == '0';
    // One dot is a decimal fraction, three are an address of the network.
    boolean fraction = (dots == 1 && groups == 2) || (dots == 3 && groups == 4);
    if (fraction || date()) return 0;
    return marked || trunk || groups >= 3 ? end : 0;
  }

  /** Whether letters or more digits follow, as in a code; an extension does not count. */
  private boolean goesOn() {
    if (end >= text.length()) return false;
    char next = text.charAt(end);
    boolean extension = next == 'x' && end + 1 < text.length() && is(text.charAt(end + 1));
    return (Character.isLetterOrDigit(next) && !extension) || next == ':' || next == '_';
  }

  /** Whether it begins as 2026-11-22 or 22.11.2026 does. */
  private boolean date() {
    return text.substring(begin, end)
        .matches(
            "(?:(?:19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}"
                + "|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:19|20)?[0-9]{2})(?:[ ()+].*)?");
  }
}
