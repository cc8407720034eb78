package dev.kedge.usage.capture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
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

  /** What is found, in the order in which it is told apart. */
  public enum Kind {
    EMAIL,
    IBAN,
    CARD,
    PHONE
  }

  /**
   * Where something stands in a text.
   *
   * @param begin of its first character
   * @param end behind its last
   */
  public record Found(Kind kind, int begin, int end) {}

  @Override
  public String redact(String text) {
    List<Found> all = find(text);
    if (all.isEmpty()) return text;
    StringBuilder clean = new StringBuilder(text.length());
    int at = 0;
    for (Found found : all) {
      clean.append(text, at, found.begin()).append('[').append(found.kind()).append(']');
      at = found.end();
    }
    return clean.append(text, at, text.length()).toString();
  }

  /** All that is in a text, in its order, nothing overlapping. */
  public static List<Found> find(String text) {
    List<Found> emails = new ArrayList<>();
    if (text.indexOf('@') >= 0) {
      Matcher matcher = EMAIL.matcher(text);
      while (matcher.find()) emails.add(new Found(Kind.EMAIL, matcher.start(), matcher.end()));
    }
    if (!hasDigit(text)) return emails;
    // A number inside of an address is part of it.
    List<Found> all = new ArrayList<>(emails);
    int next = 0;
    for (Found number : numbers(text)) {
      while (next < emails.size() && emails.get(next).end() <= number.begin()) next++;
      boolean inside = next < emails.size() && emails.get(next).begin() < number.end();
      if (!inside) all.add(number);
    }
    all.sort(Comparator.comparingInt(Found::begin));
    return all;
  }

  private static boolean hasDigit(String text) {
    for (int i = 0; i < text.length(); i++) if (Digits.is(text.charAt(i))) return true;
    return false;
  }

  private static List<Found> numbers(String text) {
    List<Found> numbers = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int end = beginsWord(text, at) ? Iban.end(text, at) : 0;
      Kind kind = Kind.IBAN;
      if (end == 0 && beginsNumber(text, at)) {
        Digits digits = Digits.at(text, at);
        end = digits.cardEnd();
        kind = Kind.CARD;
        if (end == 0) {
          end = digits.phoneEnd();
          kind = Kind.PHONE;
        }
        // No number begins inside of one that was refused.
        if (end == 0 && digits.end() > at) {
          at = digits.end();
          continue;
        }
      }
      if (end > 0) numbers.add(new Found(kind, at, end));
      at = end > 0 ? end : at + 1;
    }
    return numbers;
  }

  private static boolean beginsWord(String text, int at) {
    return at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
  }

  private static boolean beginsNumber(String text, int at) {
    char c = text.charAt(at);
    return (Digits.is(c) || c == '+' || c == '(') && beginsWord(text, at);
  }
}
