package dev.kedge.usage.capture;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** International bank account numbers (ISO 13616): country, check digits, account. */
final class Iban {
  private static final Map<String, Integer> LENGTHS = lengths();
  private static final int COUNTRY = 2;
  private static final int PREFIX = 4;

  private Iban() {}

  /** Length of the whole number by country, from the public registry. */
  private static Map<String, Integer> lengths() {
    String all =
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29"
            + "ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30"
            + "KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24"
            + "PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29"
            + "VA22VG24XK20YE30";
    Map<String, Integer> lengths = new HashMap<>();
    for (int i = 0; i < all.length(); i += PREFIX) {
      lengths.put(
          all.substring(i, i + COUNTRY), Integer.parseInt(all.substring(i + COUNTRY, i + PREFIX)));
    }
    return Map.copyOf(lengths);
  }

  /** Behind the number that begins here; 0 where none does. */
  static int end(String text, int begin) {
    if (begin + PREFIX > text.length()) return 0;
    char first = text.charAt(begin);
    if (Digits.is(first) || value(first) < 0 || !Digits.is(text.charAt(begin + COUNTRY))) return 0;
    String country = text.substring(begin, begin + COUNTRY).toUpperCase(Locale.ROOT);
    Integer length = LENGTHS.get(country);
    if (length == null) return 0;
    StringBuilder plain = new StringBuilder(length);
    int at = begin;
    while (at < text.length() && plain.length() < length) {
      char c = text.charAt(at);
      boolean gap = (c == ' ' || c == '-') && plain.length() >= PREFIX;
      if (value(c) >= 0) plain.append(c);
      else if (!gap) return 0;
      at++;
    }
    boolean goesOn = at < text.length() && Character.isLetterOrDigit(text.charAt(at));
    return plain.length() == length && !goesOn && checked(plain) ? at : 0;
  }

  /** The checksum of ISO 7064, MOD 97-10: the first four characters stand last. */
  private static boolean checked(StringBuilder plain) {
    int rest = 0;
    for (int i = 0; i < plain.length(); i++) {
      int value = value(plain.charAt((i + PREFIX) % plain.length()));
      rest = (rest * (value < 10 ? 10 : 100) + value) % 97;
    }
    return rest == 1;
  }

  /** Digits are themselves, letters 10 to 35; -1 for anything else. */
  private static int value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
    if (c >= 'a' && c <= 'z') return c - 'a' + 10;
    return -1;
  }
}
