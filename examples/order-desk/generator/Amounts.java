import java.util.List;
import java.util.Map;

/** Amount conditions in all forms of the guide, with the words for them. */
final class Amounts {
  private static final List<String> ONES =
      List.of(
          "",
          "one",
          "two",
          "three",
          "four",
          "five",
          "six",
          "seven",
          "eight",
          "nine",
          "ten",
          "eleven",
          "twelve",
          "thirteen",
          "fourteen",
          "fifteen",
          "sixteen",
          "seventeen",
          "eighteen",
          "nineteen");
  private static final List<String> TENS =
      List.of("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety");

  private Amounts() {}

  /** A number of the answer, and the same number as somebody types it, with currency. */
  private record Money(String label, String words) {}

  /**
   * An amount condition. Slots: {@code amt} ("over 80 euros"), {@code money} where the condition is
   * {@code is} and {@code size} for use before a noun ("80 euro"), else empty.
   */
  static Condition any(String field, SplitMix random) {
    return switch (random.weighted(38, 32, 14, 16)) {
      case 0 -> {
        Money m = money(random);
        String w = m.words();
        String amt =
            random.chance(20)
                ? random.pick(
                    w + " or more",
                    w + " and up",
                    w + "+",
                    ">" + w,
                    "> " + w,
                    w + " upwards",
                    "min " + w,
                    "min. " + w,
                    w + " and above",
                    w + " plus",
                    w + " minimum",
                    ">= " + w)
                : random.pick(OVER) + " " + w;
        yield of(field, "{\"min\":" + m.label() + "}", amt, "", w + "+");
      }
      case 1 -> {
        Money m = money(random);
        String w = m.words();
        String amt =
            random.chance(20)
                ? random.pick(
                    w + " or less",
                    w + " and under",
                    "<" + w,
                    "< " + w,
                    w + " max",
                    "max " + w,
                    "max. " + w,
                    w + " tops",
                    w + " or below",
                    w + " at most",
                    "<= " + w,
                    w + " or cheaper",
                    w + " maximum")
                : random.pick(UNDER) + " " + w;
        yield of(field, "{\"max\":" + m.label() + "}", amt, "", "sub-" + w);
      }
      case 2 -> between(field, random);
      default -> {
        Money m = money(random);
        String w = m.words();
        String amt = random.pick(ABOUT) + " " + w;
        yield of(field, "{\"is\":" + m.label() + "}", amt.strip(), w, w);
      }
    };
  }

  /** Some amount of money with its currency, as words for inquiries that are no look-up. */
  static String plain(SplitMix random) {
    return money(random).words();
  }

  private static final List<String> OVER =
      List.of(
          "over",
          "over",
          "over",
          "more than",
          "more than",
          "above",
          "above",
          "at least",
          "at least",
          "no less than",
          "not less than",
          "upwards of",
          "greater than",
          "higher than",
          "in excess of",
          "exceeding",
          "north of",
          "a minimum of",
          "bigger than",
          "beyond");
  private static final List<String> UNDER =
      List.of(
          "under",
          "under",
          "under",
          "less than",
          "less than",
          "below",
          "below",
          "at most",
          "up to",
          "up to",
          "no more than",
          "not more than",
          "cheaper than",
          "lower than",
          "a maximum of",
          "within",
          "smaller than",
          "not over",
          "max",
          "not exceeding");
  private static final List<String> ABOUT =
      List.of(
          "",
          "",
          "exactly",
          "about",
          "around",
          "around",
          "roughly",
          "approximately",
          "approx",
          "precisely",
          "like",
          "circa",
          "something like",
          "or so about");

  private static Condition of(String field, String json, String amt, String money, String size) {
    return Condition.of(field, json, Map.of("amt", amt, "money", money, "size", size));
  }

  private static Condition between(String field, SplitMix random) {
    int low = round(random);
    int high = low + Math.max(5, round(random));
    String currency = random.pick("", "", "€", "$", "£", " euros", " euro", " dollars", " EUR");
    boolean words = random.chance(15) && low < 1000 && high < 1000;
    String a = words ? words(low) : digits(low, random);
    String b = words ? words(high) : digits(high, random);
    String sign = currency.length() == 1 ? currency : "";
    String end = sign.isEmpty() ? currency : "";
    if (words) {
      end = random.pick(" euros", " dollars", "", " pounds");
      sign = "";
    }
    String both =
        switch (random.weighted(45, 22, 11, 11, 11)) {
          case 0 -> "between " + sign + a + " and " + sign + b + end;
          case 1 -> "from " + sign + a + " to " + sign + b + end;
          case 2 -> words ? a + " to " + b + end : sign + a + "-" + sign + b + end;
          case 3 -> sign + a + " to " + sign + b + end;
          default ->
              "over "
                  + sign
                  + a
                  + random.pick(" but under ", " and below ", " and under ")
                  + sign
                  + b
                  + end;
        };
    String json = "{\"min\":" + low + ",\"max\":" + high + "}";
    return of(field, json, both, "", "");
  }

  private static int round(SplitMix random) {
    return switch (random.below(5)) {
      case 0 -> random.between(1, 20) * 5;
      case 1 -> random.between(1, 12) * 100;
      case 2 -> random.between(1, 60) * 10;
      case 3 -> random.between(2, 99);
      default -> random.between(1, 40) * 25;
    };
  }

  private static Money money(SplitMix random) {
    return switch (random.weighted(58, 18, 14, 5, 5)) {
      case 0 -> {
        int n = random.chance(22) ? random.between(10, 99) * 100 : round(random);
        yield new Money("" + n, currency(digits(n, random), random));
      }
      case 1 -> {
        int whole = random.chance(80) ? random.between(1, 250) : random.between(250, 1999);
        int cents = random.pick(99, 90, 95, 50, 49, random.between(10, 99));
        String label = "%d.%02d".formatted(whole, cents);
        String typed = random.chance(12) ? label.replace('.', ',') : label;
        yield new Money(label, currency(typed, random));
      }
      case 2 -> {
        int n = random.chance(75) ? random.between(1, 19) * 10 : round(random);
        n = random.chance(25) ? random.between(1, 9) * random.pick(100, 1000) : n;
        String words = words(n);
        if (words.startsWith("one ") && random.chance(70)) {
          words = "a" + words.substring(3);
        }
        yield new Money("" + n, words + random.pick(WORDS_AFTER));
      }
      case 3 -> {
        int tenths = random.chance(50) ? random.between(1, 20) * 10 : random.between(11, 99);
        String k = tenths % 10 == 0 ? "" + tenths / 10 : tenths / 10 + "." + tenths % 10;
        String unit = random.pick("k", "k", "k", "K", " k");
        yield new Money("" + tenths * 100, currency(k + unit, random));
      }
      default -> {
        int n = random.between(1, 9);
        yield random.chance(50)
            ? new Money("" + n * 1000, (random.chance(50) ? "" + n : ONES.get(n)) + " grand")
            : new Money("" + n * 1000, n + " thousand" + random.pick(WORDS_AFTER));
      }
    };
  }

  private static final List<String> WORDS_AFTER =
      List.of(
          "",
          "",
          " euros",
          " euros",
          " euro",
          " dollars",
          " bucks",
          " pounds",
          " quid",
          " eur",
          " euros");

  private static String digits(int n, SplitMix random) {
    if (n < 1000) {
      return "" + n;
    }
    return random.chance(45)
        ? n / 1000 + random.pick(",", ",", ",", ",", " ", "'") + "%03d".formatted(n % 1000)
        : "" + n;
  }

  private static String currency(String number, SplitMix random) {
    if (random.chance(30)) {
      return number;
    }
    return random.chance(48)
        ? random.pick("€", "€", "$", "$", "£", "€ ", "$ ", "EUR ", "USD ", "eur ") + number
        : number
            + random.pick(
                "€",
                "€",
                "$",
                " €",
                " euros",
                " euros",
                " euro",
                " EUR",
                " eur",
                " dollars",
                " bucks",
                " pounds",
                " quid",
                " USD",
                "eur",
                " CHF",
                " GBP",
                "£");
  }

  /** A number from 1 to 9999 in words. */
  static String words(int n) {
    if (n >= 1000) {
      return ONES.get(n / 1000) + " thousand" + (n % 1000 == 0 ? "" : " " + words(n % 1000));
    }
    if (n >= 100) {
      return ONES.get(n / 100) + " hundred" + (n % 100 == 0 ? "" : " and " + words(n % 100));
    }
    if (n < 20) {
      return ONES.get(n);
    }
    return TENS.get(n / 10) + (n % 10 == 0 ? "" : "-" + ONES.get(n % 10));
  }
}
