package dev.kedge.eval.mask;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates of birth: a date with a word for birth just before or behind it. Other dates are what the
 * work is about, such as the day of a delivery, and stay.
 */
final class BirthDates {
  private static final String MONTH =
      "(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|m(?:ä|ae)rz|apr(?:il)?|may|mai|june?|juni|"
          + "july?|juli|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|okt(?:ober)?|nov(?:ember)?|"
          + "dec(?:ember)?|dez(?:ember)?)\\.?";
  private static final String DATE =
      "(?<![\\p{L}\\p{N}])((?:[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2})"
          + "|[0-9]{4}[./-][0-9]{1,2}[./-][0-9]{1,2}"
          + "|[0-9]{1,2}(?:st|nd|rd|th|\\.)?(?: of)? "
          + MONTH
          + ",? (?:19|20)[0-9]{2}"
          + "|"
          + MONTH
          + " [0-9]{1,2}(?:st|nd|rd|th)?,? (?:19|20)[0-9]{2}))(?![\\p{L}\\p{N}])";
  private static final String BIRTH =
      "(?:births?|born|birthdays?|birthdate|d\\.?o\\.?b\\.?|geb(?:oren|urtsdatum|urtstag|\\.)|"
          + "née?|naissance|nacid[oa]|nacimiento|nat[oa]|nascita|geboren|geboortedatum)";

  private static final Pattern BEFORE =
      Pattern.compile("(?i)\\b" + BIRTH + "(?![\\p{L}])[^0-9]{0,40}?" + DATE);
  private static final Pattern BEHIND =
      Pattern.compile("(?i)" + DATE + "[^0-9.!?\\n]{0,30}?\\b" + BIRTH + "(?![\\p{L}])");

  private BirthDates() {}

  static void find(String text, List<PersonalSpan> all) {
    for (Pattern pattern : List.of(BEFORE, BEHIND)) {
      Matcher found = pattern.matcher(text);
      while (found.find()) {
        all.add(new PersonalSpan(PersonalKind.BIRTH_DATE, found.start(1), found.end(1)));
      }
    }
  }
}
