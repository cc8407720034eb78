package dev.kedge.eval.mask;

import dev.kedge.usage.capture.PersonalData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds personal data in a text, in time proportional to its length. */
public final class PersonalSpans {
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})";
  private static final Pattern IP4 =
      Pattern.compile(
          "(?<![0-9A-Za-z.])" + OCTET + "(?:\\." + OCTET + "){3}(?![0-9A-Za-z]|\\.[0-9])");
  private static final Pattern IP6 =
      Pattern.compile("(?<![0-9A-Za-z:.])[0-9A-Fa-f:]{6,39}+(?![0-9A-Za-z:])");

  private static final Pattern EXTENSION =
      Pattern.compile("\\G ?(?:x|ext\\.? ?)[0-9]{1,6}(?![0-9A-Za-z])");

  /* Too short or too plain to be told by its form: a word for telephones stands near it. */
  private static final String LOCAL =
      "(?!(?:19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.]|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:19|20))"
          + "((?<![0-9A-Za-z.,-])[0-9]{2,4}(?:[ .-][0-9]{2,7}){1,3}|(?<![0-9A-Za-z.,-])[0-9]{6,12})"
          + "(?![0-9A-Za-z]|[.,][0-9])";

  private static final Pattern CALLED =
      Pattern.compile(
          "(?i)\\b(?:tel|telephone|phone|mobile|cell|fax|call|calling|dial|ring|text me|whatsapp|"
              + "answering at|reach (?:me|us|you)|telefon|handy|mobil|anrufen|ruf|téléphone|móvil|"
              + "teléfono|telefono)\\b[^0-9\\n]{0,30}?"
              + LOCAL);
  private static final Pattern LABELLED =
      Pattern.compile("(?i)" + LOCAL + "[ -]{1,3}(?:office|fax|home|mobile|cell|phone|tel)\\b");

  private PersonalSpans() {}

  /** All of it, in the text's order, nothing overlapping. */
  public static List<PersonalSpan> find(String text) {
    return find(text, Map.of());
  }

  /** As {@link #find(String)}, with the places of known values, given by their placeholders. */
  static List<PersonalSpan> find(String text, Map<String, String> known) {
    List<PersonalSpan> all = new ArrayList<>();
    known.forEach((placeholder, value) -> {
      String kind = placeholder.substring(1, placeholder.lastIndexOf('_'));
      if (value.length() > 2) places(text, value, PersonalKind.valueOf(kind), all);
    });
    for (PersonalData.Found found : PersonalData.find(text)) {
      PersonalKind kind =
          switch (found.kind()) {
            case EMAIL -> PersonalKind.EMAIL;
            case IBAN -> PersonalKind.IBAN;
            case CARD -> PersonalKind.CARD;
            case PHONE -> PersonalKind.PHONE;
          };
      int end = kind == PersonalKind.PHONE ? extended(text, found.end()) : found.end();
      all.add(new PersonalSpan(kind, found.begin(), end));
    }
    addresses(text, all);
    phones(CALLED.matcher(text), all);
    phones(LABELLED.matcher(text), all);
    NationalIds.find(text, all);
    BirthDates.find(text, all);
    Addresses.find(text, all);
    Names.find(text, all);
    return surest(text, all);
  }

  /** Adds every place where a value stands as a word of its own. */
  static void places(String text, String value, PersonalKind kind, List<PersonalSpan> all) {
    for (int at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length())) {
      int end = at + value.length();
      boolean whole =
          (at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1)))
              && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)));
      if (whole) all.add(new PersonalSpan(kind, at, end));
    }
  }

  private static List<PersonalSpan> surest(String text, List<PersonalSpan> all) {
    if (all.size() < 2) return all;
    all.sort(
        Comparator.comparing(PersonalSpan::kind)
            .thenComparingInt(PersonalSpan::begin)
            .thenComparingInt(span -> -span.end()));
    TreeMap<Integer, PersonalSpan> taken = new TreeMap<>();
    for (PersonalSpan span : all) add(text, span, taken);
    return List.copyOf(taken.values());
  }

  /** What a surer span leaves of this one is masked too, where it says anything. */
  private static void add(
      String text, PersonalSpan span, NavigableMap<Integer, PersonalSpan> taken) {
    int at = span.begin();
    while (at < span.end()) {
      var before = taken.floorEntry(at);
      if (before != null && before.getValue().end() > at) {
        at = before.getValue().end();
        continue;
      }
      Integer next = taken.ceilingKey(at);
      int end = next == null ? span.end() : Math.min(next, span.end());
      put(text, new PersonalSpan(span.kind(), at, end), span, taken);
      at = end;
    }
  }

  private static void put(
      String text,
      PersonalSpan part,
      PersonalSpan whole,
      NavigableMap<Integer, PersonalSpan> taken) {
    int begin = part.begin();
    int end = part.end();
    if (!part.equals(whole)) {
      while (begin < end && !Character.isLetterOrDigit(text.charAt(begin))) begin++;
      while (end > begin && !Character.isLetterOrDigit(text.charAt(end - 1))) end--;
    }
    if (end > begin) taken.put(begin, new PersonalSpan(part.kind(), begin, end));
  }

  private static int extended(String text, int end) {
    Matcher extension = EXTENSION.matcher(text);
    return extension.find(end) ? extension.end() : end;
  }

  private static void phones(Matcher matcher, List<PersonalSpan> all) {
    while (matcher.find()) {
      all.add(new PersonalSpan(PersonalKind.PHONE, matcher.start(1), matcher.end(1)));
    }
  }

  private static void addresses(String text, List<PersonalSpan> all) {
    if (text.indexOf('.') >= 0) {
      Matcher four = IP4.matcher(text);
      while (four.find()) all.add(new PersonalSpan(PersonalKind.IP, four.start(), four.end()));
    }
    if (text.indexOf(':') >= 0) {
      Matcher six = IP6.matcher(text);
      while (six.find()) {
        if (isIp6(six.group())) all.add(new PersonalSpan(PersonalKind.IP, six.start(), six.end()));
      }
    }
  }

  /** Eight groups of up to four digits, or three and more with one gap. */
  private static boolean isIp6(String text) {
    int gap = text.indexOf("::");
    if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) return false;
    int groups = 0;
    for (String group : text.split(":", -1)) {
      if (group.length() > 4) return false;
      if (!group.isEmpty()) groups++;
    }
    return gap >= 0 ? groups >= 3 && groups < 8 : groups == 8 && text.split(":", -1).length == 8;
  }
}
