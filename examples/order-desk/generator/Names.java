import java.util.List;
import java.util.Locale;

/** Open-class values: people, cities, e-mail addresses, record numbers. All are copied as typed. */
final class Names {
  private static final List<String> STARTS =
      List.of(
          "b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "kl", "kr", "l",
          "m", "n", "p", "pr", "r", "s", "sch", "sh", "sk", "st", "t", "th", "tr", "v", "w", "x",
          "y", "z", "", "", "zh", "kh", "ts", "sz", "mc", "gh");
  private static final List<String> VOWELS =
      List.of(
          "a", "e", "i", "o", "u", "a", "e", "i", "o", "ai", "ei", "ia", "ie", "oo", "ou", "ue",
          "ä", "é", "ö", "y", "aa", "ya");
  private static final List<String> ENDS =
      List.of(
          "", "", "", "", "n", "r", "l", "s", "m", "ck", "nd", "rt", "ng", "tz", "k", "v", "ll",
          "nn", "x", "dt", "sk", "th", "st", "b", "d", "p");
  private static final List<String> FAMILY_ENDS =
      List.of(
          "", "", "", "", "", "", "ov", "ova", "ski", "ska", "sen", "son", "mann", "berg", "er",
          "ez", "ini", "oglu", "dottir", "ic", "enko", "wala", "moto", "stein", "aro", "ette");

  private final Grammar grammar;

  Names(Grammar grammar) {
    this.grammar = grammar;
  }

  /** A person as a condition on {@code field}; the slot is {@code customer}. */
  Condition person(String field, Style style, SplitMix random) {
    String name = letters(fullName(random), style, random);
    String title = "";
    if (random.chance(5)) {
      title = random.pick("Mr ", "Mrs ", "Ms ", "Mr. ", "Mrs. ", "Dr. ", "Dr ", "Miss ", "Prof. ");
    }
    return Condition.copied(field, "customer", title + Style.keep(name), name);
  }

  private String fullName(SplitMix random) {
    String given = given(random);
    String family = family(random);
    return switch (random.weighted(74, 8, 7, 3, 3, 3, 2)) {
      case 0 -> given + " " + family;
      case 1 -> given;
      case 2 -> family;
      case 3 -> given.charAt(0) + random.pick(". ", " ", ".") + family;
      case 4 -> given + " " + initial(random) + random.pick(". ", " ") + family;
      case 5 -> given + " " + given(random) + " " + family;
      default -> given + " " + family + random.pick("-", " ") + family(random);
    };
  }

  private static String initial(SplitMix random) {
    return String.valueOf((char) ('A' + random.below(26)));
  }

  private String given(SplitMix random) {
    String name =
        random.chance(32)
            ? syllables(1, random.pick(2, 2, 3), "", random)
            : from("names.given", random);
    if (random.chance(3)) {
      name += "-" + from("names.given", random);
    }
    return random.chance(4) ? misspelt(name, random) : name;
  }

  private String family(SplitMix random) {
    String name =
        random.chance(36)
            ? syllables(1, random.pick(1, 2, 2, 3), random.pick(FAMILY_ENDS), random)
            : from("names.family", random);
    name =
        switch (random.weighted(90, 4, 2, 2, 2)) {
          case 0 -> name;
          case 1 -> from("names.particle", random) + " " + name;
          case 2 -> "O'" + name;
          case 3 -> random.pick("Mc", "Mac", "D'", "Fitz") + name;
          default -> name + "-" + from("names.family", random);
        };
    return random.chance(4) ? misspelt(name, random) : name;
  }

  private String from(String list, SplitMix random) {
    return random.pick(grammar.lines(list));
  }

  private static String syllables(int least, int most, String end, SplitMix random) {
    StringBuilder name = new StringBuilder();
    int count = random.between(least, most);
    for (int i = 0; i < count || name.length() < 3; i++) {
      name.append(random.pick(STARTS)).append(random.pick(VOWELS));
      if (random.chance(45)) {
        name.append(random.pick(ENDS));
      }
    }
    name.append(end);
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  /** A name with one letter swapped, dropped or doubled: its bearer's label keeps the slip. */
  private static String misspelt(String name, SplitMix random) {
    if (name.length() < 4) {
      return name;
    }
    int at = random.between(1, name.length() - 2);
    if (!Character.isLetter(name.charAt(at)) || !Character.isLetter(name.charAt(at + 1))) {
      return name;
    }
    return switch (random.below(3)) {
      case 0 ->
          name.substring(0, at) + name.charAt(at + 1) + name.charAt(at) + name.substring(at + 2);
      case 1 -> name.substring(0, at) + name.substring(at + 1);
      default -> name.substring(0, at) + name.charAt(at) + name.substring(at);
    };
  }

  private static String letters(String name, Style style, SplitMix random) {
    return switch (style.letters()) {
      case SENTENCE ->
          random.chance(4)
              ? name.toLowerCase(Locale.ROOT)
              : random.chance(2) ? name.toUpperCase(Locale.ROOT) : name;
      case LOWER ->
          random.chance(22)
              ? name
              : random.chance(3) ? name.toUpperCase(Locale.ROOT) : name.toLowerCase(Locale.ROOT);
      case UPPER -> random.chance(90) ? name.toUpperCase(Locale.ROOT) : name;
    };
  }

  /** A city of the customers' table; the slot is {@code city}. */
  Condition city(Style style, SplitMix random) {
    String name =
        random.chance(30)
            ? syllables(
                1,
                2,
                random.pick(
                    "", "burg", "stad", "ville", "ton", "ford", "grad", "heim", "bury", "hagen",
                    "ham", "mouth", "polis", "dorf", "pur", "field", "wick", "sund", "by"),
                random)
            : from("names.city", random);
    if (random.chance(4)) {
      name = misspelt(name, random);
    }
    name = letters(name, style, random);
    return Condition.copied("city", "city", Style.keep(name), name);
  }

  /** An e-mail address; the slot is {@code email}. */
  Condition email(SplitMix random) {
    String given = plain(given(random));
    String family = plain(family(random));
    String user =
        switch (random.weighted(30, 14, 10, 8, 8, 8, 6, 6)) {
          case 0 -> given + random.pick(".", ".", "_", "-") + family;
          case 1 -> given.charAt(0) + random.pick(".", "", "_") + family;
          case 2 -> given + family;
          case 3 -> given + random.between(1, 2010);
          case 4 -> family + "." + given;
          case 5 -> random.pick("info", "office", "shop", "hello", "kontakt", "orders", "mail");
          case 6 -> given;
          default -> family + random.between(1, 99);
        };
    String host =
        random.chance(55)
            ? from("names.mail", random)
            : plain(family(random))
                + random.pick("", "", "-gmbh", "design", "-shop", "mail", "tech", "-and-co")
                + random.pick(
                    ".com",
                    ".de",
                    ".org",
                    ".net",
                    ".co.uk",
                    ".fr",
                    ".io",
                    ".eu",
                    ".it",
                    ".es",
                    ".example",
                    ".pl",
                    ".nl",
                    ".ch",
                    ".at",
                    ".se",
                    ".biz",
                    ".info",
                    ".dev");
    String address = user + "@" + host;
    if (random.chance(4)) {
      address = address.toUpperCase(Locale.ROOT);
    } else if (random.chance(5)) {
      address = address.substring(0, 1).toUpperCase(Locale.ROOT) + address.substring(1);
    }
    return Condition.copied("email", "email", Style.keep(address), address);
  }

  private static String plain(String name) {
    StringBuilder out = new StringBuilder();
    for (char c : name.toLowerCase(Locale.ROOT).toCharArray()) {
      if (c >= 'a' && c <= 'z') {
        out.append(c);
      }
    }
    return out.isEmpty() ? "ana" : out.toString();
  }

  /** A record number of 3 to 8 digits, most often 4 or 5. */
  static String digits(SplitMix random) {
    int length = random.pick(3, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 7, 8);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < length; i++) {
      out.append((char) ((i == 0 ? '1' : '0') + random.below(i == 0 ? 9 : 10)));
    }
    return out.toString();
  }
}
