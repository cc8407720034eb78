import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Date conditions in all forms of the guide, with the words for them. */
final class Dates {
  private static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");
  private static final List<String> SHORT =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
  private static final List<String> DAYS =
      List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
  private static final List<String> NUMBERS =
      List.of(
          "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
          "twelve");

  private Dates() {}

  /** A point or period: its label and its words, bare and with the preposition for "in". */
  private record Period(String label, String bare, String in, String possessive) {}

  /**
   * A date condition. Slots: {@code when} ("since May"), {@code bare} without the preposition of
   * "in", and {@code possessive} ("yesterday's", "May"), empty where there is none.
   */
  static Condition any(String field, SplitMix random) {
    return switch (random.weighted(64, 15, 9, 12)) {
      case 0 -> in(field, random);
      case 1 -> from(field, random);
      case 2 -> to(field, random);
      default -> between(field, random);
    };
  }

  /** A condition for one day or period. */
  static Condition in(String field, SplitMix random) {
    Period period = random.chance(16) ? span(random) : period(random);
    return condition(
        field,
        "{\"in\":\"" + period.label() + "\"}",
        period.in(),
        period.bare(),
        period.possessive());
  }

  private static Condition condition(
      String field, String json, String when, String bare, String possessive) {
    return Condition.of(field, json, Map.of("when", when, "bare", bare, "possessive", possessive));
  }

  private static Condition from(String field, SplitMix random) {
    Period p = period(random);
    String words =
        switch (random.weighted(50, 18, 8, 6, 6, 6, 6)) {
          case 0 -> "since " + p.bare();
          case 1 -> "after " + p.bare();
          case 2 -> "from " + p.bare() + " " + random.pick("on", "onwards", "onward", "until now");
          case 3 -> "starting " + random.pick("", "from ", "with ") + p.bare();
          case 4 -> "as of " + p.bare();
          case 5 -> "later than " + p.bare();
          default -> "from " + p.bare() + " " + random.pick("to now", "till today", "up to now");
        };
    return condition(field, "{\"from\":\"" + p.label() + "\"}", words, words, "");
  }

  private static Condition to(String field, SplitMix random) {
    Period p = period(random);
    String word =
        random.pick(
            "before",
            "before",
            "before",
            "until",
            "until",
            "till",
            "by",
            "up to",
            "up until",
            "prior to",
            "earlier than",
            "no later than",
            "up till");
    String words = word + " " + p.bare();
    return condition(field, "{\"to\":\"" + p.label() + "\"}", words, words, "");
  }

  private static Condition between(String field, SplitMix random) {
    int kind = random.weighted(35, 30, 12, 13, 10);
    Period low;
    Period high;
    if (kind == 4) {
      low = relative(random);
      high = relative(random);
      if (low.label().equals(high.label())) {
        return between(field, random);
      }
    } else {
      int year = random.between(2015, 2026);
      int month = random.between(1, 11);
      int later = random.between(month + 1, 12);
      switch (kind) {
        case 0 -> {
          low = month(month, 0, random);
          high = month(later, 0, random);
        }
        case 1 -> {
          boolean named = random.chance(85);
          boolean same = random.chance(50);
          int style = random.below(1000);
          int lowDay = random.between(1, 14);
          int highDay = random.between(15, 28);
          low = day(month, lowDay, 0, named, style, random);
          high = day(same ? month : later, highDay, 0, named, style, random);
          if (same && named && random.chance(50)) {
            return sameMonth(field, month, lowDay, highDay, random);
          }
        }
        case 2 -> {
          low = year(random.between(2012, 2021));
          high = year(random.between(2022, 2026));
        }
        default -> {
          boolean iso = random.chance(50);
          low = iso ? isoDay(year, month, random) : month(month, year, random);
          high = iso ? isoDay(year, later, random) : month(later, year, random);
        }
      }
    }
    return range(field, low, high, random);
  }

  private static Condition sameMonth(String field, int month, int low, int high, SplitMix random) {
    String name = name(month, random);
    String days =
        random.pick(
            "between the " + ordinal(low) + " and the " + ordinal(high) + " of " + name,
            "between " + low + " and " + high + " " + name,
            "from " + low + " to " + high + " " + name,
            "between " + name + " " + low + " and " + high,
            "from " + name + " " + ordinal(low) + " to " + ordinal(high),
            name + " " + low + " - " + high,
            name + " " + low + " to " + high);
    return condition(
        field,
        "{\"from\":\"%02d-%02d\",\"to\":\"%02d-%02d\"}".formatted(month, low, month, high),
        days,
        days,
        "");
  }

  private static Condition range(String field, Period low, Period high, SplitMix random) {
    String a = low.bare();
    String b = high.bare();
    String words =
        switch (random.weighted(44, 26, 8, 8, 6, 8)) {
          case 0 -> "between " + a + " and " + b;
          case 1 -> "from " + a + random.pick(" to ", " until ", " till ", " through ") + b;
          case 2 -> a + random.pick("-", " - ", " – ") + b;
          case 3 -> a + " to " + b;
          case 4 -> "after " + a + random.pick(" and before ", " but before ") + b;
          default -> "since " + a + random.pick(" until ", " up to ", " and until ") + b;
        };
    String json = "{\"from\":\"" + low.label() + "\",\"to\":\"" + high.label() + "\"}";
    return condition(field, json, words, words, "");
  }

  private static Period period(SplitMix random) {
    return switch (random.weighted(32, 26, 12, 10, 20)) {
      case 0 -> relative(random);
      case 1 -> month(random.between(1, 12), random.chance(30) ? years(random) : 0, random);
      case 2 -> year(years(random));
      case 3 -> isoDay(years(random), random.between(1, 12), random);
      default -> {
        int year = random.chance(40) ? years(random) : 0;
        boolean named = random.chance(90);
        int day = random.between(1, 28);
        yield day(random.between(1, 12), day, year, named, random.below(1000), random);
      }
    };
  }

  private static int years(SplitMix random) {
    return random.chance(75) ? random.between(2022, 2026) : random.between(2008, 2029);
  }

  private static Period relative(SplitMix random) {
    if (random.chance(32)) {
      String day = random.pick(DAYS);
      String label = day.toLowerCase(Locale.ROOT);
      String shown = random.chance(8) && day.length() < 9 ? day.substring(0, 3) : day;
      String prefix = random.pick("", "", "", "last ", "this ", "this past ");
      String in = prefix.isEmpty() ? random.pick("on ", "on ", "on ", "") + shown : prefix + shown;
      return new Period(label, prefix + shown, in, prefix + shown + "'s");
    }
    String word =
        random.pick(
            "today",
            "yesterday",
            "yesterday",
            "this_week",
            "last_week",
            "last_week",
            "this_month",
            "last_month",
            "last_month",
            "this_year",
            "last_year",
            "last_year");
    String plain = word.replace('_', ' ');
    String in =
        switch (word) {
          case "today" -> random.pick("today", "today", "today", "this morning", "earlier today");
          case "yesterday" ->
              random.pick("yesterday", "yesterday", "yesterday", "last night", "from yesterday");
          case "this_week", "this_month", "this_year" ->
              random.pick(
                  plain,
                  plain,
                  plain,
                  "so far " + plain,
                  "during " + plain,
                  plain + " so far",
                  "in the current " + plain.substring(5));
          default ->
              random.pick(
                  plain,
                  plain,
                  plain,
                  plain,
                  "during " + plain,
                  "in the " + plain,
                  "from " + plain,
                  "in the past " + plain.substring(5),
                  "over the " + plain,
                  "within the " + plain,
                  "in the previous " + plain.substring(5));
        };
    return new Period(word, plain, in, plain + "'s");
  }

  private static Period year(int year) {
    return new Period("" + year, "" + year, "in " + year, "" + year);
  }

  private static String name(int month, SplitMix random) {
    return random.chance(14)
        ? SHORT.get(month - 1) + (month != 5 && random.chance(15) ? "." : "")
        : MONTHS.get(month - 1);
  }

  private static Period month(int month, int year, SplitMix random) {
    if (year == 0) {
      String name = name(month, random);
      String in =
          switch (random.weighted(60, 10, 10, 8, 6, 6)) {
            case 0 -> "in " + name;
            case 1 -> "from " + name;
            case 2 -> "during " + name;
            case 3 -> "in the month of " + name;
            case 4 -> "last " + name;
            default -> "back in " + name;
          };
      return new Period("%02d".formatted(month), name, in, name);
    }
    String label = "%d-%02d".formatted(year, month);
    String bare =
        switch (random.weighted(62, 10, 10, 8, 10)) {
          case 0 -> name(month, random) + " " + year;
          case 1 -> name(month, random) + " of " + year;
          case 2 -> label;
          case 3 -> "%02d/%d".formatted(month, year);
          default -> name(month, random) + ", " + year;
        };
    return new Period(label, bare, random.pick("in ", "in ", "in ", "during ") + bare, bare);
  }

  private static Period isoDay(int year, int month, SplitMix random) {
    int day = random.between(1, 28);
    String label = "%d-%02d-%02d".formatted(year, month, day);
    String bare =
        switch (random.weighted(65, 20, 15)) {
          case 0 -> label;
          case 1 -> "%02d.%02d.%d".formatted(day, month, year);
          default -> "%d/%02d/%02d".formatted(year, month, day);
        };
    return new Period(label, bare, random.pick("on ", "on ", "") + bare, "");
  }

  /** A day; {@code style} keeps the two ends of a range in the same manner of writing. */
  private static Period day(
      int month, int day, int year, boolean named, int style, SplitMix random) {
    String label = "%02d-%02d".formatted(month, day);
    String bare;
    if (named) {
      String name = name(month, random);
      bare =
          switch (style % 7) {
            case 0 -> day + " " + name;
            case 1 -> name + " " + day;
            case 2 -> "the " + ordinal(day) + " of " + name;
            case 3 -> name + " " + ordinal(day);
            case 4 -> ordinal(day) + " " + name;
            case 5 -> ordinal(day) + " of " + name;
            default -> name + " the " + ordinal(day);
          };
    } else {
      bare = style % 2 == 0 ? "%02d-%02d".formatted(month, day) : "%d.%d.".formatted(day, month);
    }
    if (year > 0) {
      label = year + "-" + label;
      bare =
          named
              ? bare + (Character.isDigit(bare.charAt(bare.length() - 1)) ? ", " : " ") + year
              : style % 2 == 0 ? label : bare + year;
    }
    return new Period(label, bare, random.pick("on ", "on ", "on ", "") + bare, "");
  }

  private static String ordinal(int n) {
    String end =
        n / 10 == 1
            ? "th"
            : switch (n % 10) {
              case 1 -> "st";
              case 2 -> "nd";
              case 3 -> "rd";
              default -> "th";
            };
    return n + end;
  }

  private static Period span(SplitMix random) {
    int kind = random.weighted(50, 25, 25);
    String unit = List.of("days", "weeks", "months").get(kind);
    int n =
        switch (kind) {
          case 0 -> random.pick(2, 3, 4, 5, 7, 7, 10, 14, 14, 20, 28, 30, 30, 45, 60, 90, 100, 180);
          case 1 -> random.pick(2, 2, 3, 4, 5, 6, 8, 10, 12);
          default -> random.pick(2, 3, 3, 4, 5, 6, 6, 8, 9, 12, 18, 24);
        };
    n = random.chance(20) ? random.between(2, kind == 0 ? 120 : 20) : n;
    String label = "last_" + n + "_" + unit;
    String count = n <= 12 && random.chance(55) ? NUMBERS.get(n - 1) : "" + n;
    String words = count + " " + unit;
    switch (random.below(24)) {
      case 0 -> {
        label = "last_2_weeks";
        words = "fortnight";
      }
      case 1 -> {
        label = "last_1_days";
        words = random.pick("24 hours", "24 hours", "24h", "24 hrs", "twenty-four hours");
      }
      case 2 -> {
        label = "last_2_days";
        words = random.pick("48 hours", "48h", "forty-eight hours");
      }
      case 3 -> {
        label = "last_6_months";
        words = random.pick("half year", "six months", "half a year");
      }
      default -> {}
    }
    String head =
        random.pick(
            "in the last ",
            "in the past ",
            "in the last ",
            "over the last ",
            "over the past ",
            "within the last ",
            "during the last ",
            "the last ",
            "the past ",
            "last ",
            "from the last ",
            "in these last ",
            "for the last ",
            "during the past ",
            "within the past ");
    if (words.equals("half a year")) {
      head = head.replace("the ", "");
    }
    return new Period(label, "the last " + words, head + words, "");
  }
}
