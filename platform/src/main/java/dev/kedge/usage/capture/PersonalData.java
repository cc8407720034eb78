package dev.kedge.usage.capture;

import java.util.regex.Pattern;

/**
 * Takes out what can be told by its form: e-mail addresses, payment cards (right check digit),
 * IBANs (right length and checksum) and what looks like a phone number. Names, places and all that
 * needs understanding it does not know; a company that captures such texts gives its own {@link
 * Redactor}.
 *
 * <p>One pass for numbers and one for addresses, both in time proportional to the text. Numbers:
 * from each digit or country code that begins a word, cards and IBANs are tried before phones,
 * since a phone number is only a shape.
 */
public final class PersonalData implements Redactor {
  /* Bounded on both sides of the @, so that a long text without one is looked at once. */
  private static final Pattern EMAIL =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}._%+-])[\\p{L}\\p{N}._%+-]{1,64}+@"
              + "(?:[\\p{L}\\p{N}-]{1,63}\\.){1,8}[\\p{L}]{2,24}");

  @Override
  public String redact(String text) {
    String numbers = hasDigit(text) ? numbers(text) : text;
    return numbers.indexOf('@') < 0 ? numbers : EMAIL.matcher(numbers).replaceAll("[EMAIL]");
  }

  private static boolean hasDigit(String text) {
    for (int i = 0; i < text.length(); i++) if (Digits.is(text.charAt(i))) return true;
    return false;
  }

  private static String numbers(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      int end = beginsWord(text, at) ? Iban.end(text, at) : 0;
      String mark = "[IBAN]";
      if (end == 0 && beginsNumber(text, at)) {
        Digits digits = Digits.at(text, at);
        end = digits.cardEnd();
        mark = "[CARD]";
        if (end == 0) {
          end = digits.phoneEnd();
          mark = "[PHONE]";
        }
        // No number begins inside of one that was refused.
        if (end == 0 && digits.end() > at) {
          clean.append(text, at, digits.end());
          at = digits.end();
          continue;
        }
      }
      if (end > 0) {
        clean.append(mark);
        at = end;
      } else {
        clean.append(text.charAt(at++));
      }
    }
    return clean.toString();
  }

  private static boolean beginsWord(String text, int at) {
    return at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
  }

  private static boolean beginsNumber(String text, int at) {
    char c = text.charAt(at);
    return (Digits.is(c) || c == '+' || c == '(') && beginsWord(text, at);
  }
}
