package dev.kedge.eval.mask;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers that states give to persons. Those with check digits are told by them; those that are
 * only a row of digits need a cue such as "passport" just before.
 */
final class NationalIds {
  private static final String LEFT = "(?<![\\p{L}\\p{N}-])";
  private static final String RIGHT = "(?![\\p{L}\\p{N}]|-[0-9])";

  /** A form, and what else has to be so. */
  private record Form(Pattern pattern, Predicate<String> holds) {
    Form(String pattern, Predicate<String> holds) {
      this(Pattern.compile(LEFT + pattern + RIGHT), holds);
    }
  }

  private static final List<Form> FORMS =
      List.of(
          // United States, social security: areas 000, 666 and 9xx are never given.
          new Form("(?!000|666|9)[0-9]{3}[- ](?!00)[0-9]{2}[- ](?!0000)[0-9]{4}", _ -> true),
          // United Kingdom, national insurance.
          new Form(
              "[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]",
              _ -> true),
          // Spain: DNI and NIE.
          new Form("[XYZ0-9][0-9]{7}-?[A-Z]", NationalIds::spanish),
          // Italy: codice fiscale.
          new Form("[A-Z]{6}[0-9]{2}[A-EHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]", _ -> true),
          // France: number of social security with its key.
          new Form(
              "[12] ?[0-9]{2} ?(?:0[1-9]|1[0-2]) ?[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}",
              NationalIds::french),
          // Switzerland: AHV.
          new Form("756\\.?[0-9]{4}\\.?[0-9]{4}\\.?[0-9]{2}", text -> ean(digits(text))),
          // Sweden: personnummer.
          new Form(
              "(?:19|20)?[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9][-+][0-9]{4}",
              text -> luhn(last(digits(text), 10))));

  /* A cue, then a code that has digits. Bounded, so that the time grows with the text only. */
  private static final Pattern CUED =
      Pattern.compile(
          "(?i)\\b(?:driver'?s?'? licen[cs]e|driving licen[cs]e|licen[cs]e|passport|ssn|"
              + "social security|national id|identity card|id card|tax id|tin|bsn|pesel|nhs|"
              + "f(?:ü|ue)hrerschein|(?:reise|personal)pass|personalausweis|ausweis|reisepass|"
              + "steuer-?id|steueridentifikationsnummer|sozialversicherungsnummer|permis|passeport|"
              + "rijbewijs|paspoort)\\b"
              + "[ a-z'’.#:()-]{0,30}?(?<![\\p{L}\\p{N}])"
              + "([A-Za-z]{0,2}[0-9][A-Za-z0-9]{4,16}+)(?![\\p{L}\\p{N}])");

  private NationalIds() {}

  static void find(String text, List<PersonalSpan> all) {
    if (text.chars().noneMatch(c -> c >= '0' && c <= '9')) return;
    for (Form form : FORMS) {
      Matcher matcher = form.pattern.matcher(text);
      while (matcher.find()) {
        if (form.holds.test(matcher.group())) {
          all.add(new PersonalSpan(PersonalKind.NATIONAL_ID, matcher.start(), matcher.end()));
        }
      }
    }
    Matcher cued = CUED.matcher(text);
    while (cued.find()) {
      if (digits(cued.group(1)).length() >= 4) {
        all.add(new PersonalSpan(PersonalKind.NATIONAL_ID, cued.start(1), cued.end(1)));
      }
    }
  }

  private static String digits(String text) {
    return text.replaceAll("[^0-9]", "");
  }

  private static String last(String text, int count) {
    return text.substring(Math.max(0, text.length() - count));
  }

  private static boolean spanish(String text) {
    String plain = text.toUpperCase(Locale.ROOT).replace("-", "");
    int first = "XYZ".indexOf(plain.charAt(0));
    String number =
        (first >= 0 ? String.valueOf(first) : plain.substring(0, 1)) + plain.substring(1, 8);
    return "TRWAGMYFPDXBNJZSQVHLCKE".charAt(Integer.parseInt(number) % 23) == plain.charAt(8);
  }

  private static boolean french(String text) {
    String plain = digits(text);
    BigInteger number = new BigInteger(plain.substring(0, 13));
    return 97 - number.mod(BigInteger.valueOf(97)).intValue()
        == Integer.parseInt(plain.substring(13));
  }

  private static boolean ean(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      sum += (digits.charAt(i) - '0') * (i % 2 == 0 ? 1 : 3);
    }
    return sum % 10 == 0;
  }

  private static boolean luhn(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = (digits.charAt(i) - '0') * ((digits.length() - i) % 2 == 0 ? 2 : 1);
      sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0;
  }
}
