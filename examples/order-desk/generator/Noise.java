import java.util.Locale;

/** Finishes an inquiry: letters, punctuation and slips, but never inside a kept value. */
final class Noise {
  /** Behind a position outside of kept values: no end of one comes before the next start. */
  private static final String FREE = "(?![^\u0001]*\u0002)";

  private static final String KEYS = "qwertyuiop asdfghjkl  zxcvbnm   ";

  private Noise() {}

  /** The text as its writer would have sent it, without the marks of {@link Style#keep}. */
  static String apply(String text, Style style, SplitMix random) {
    String s = articles(text.replaceAll(" +", " ").replace(" ,", ",").replace(" .", ".").strip());
    s = possessives(s, style, random);
    if (style.noise() > 0) {
      s = punctuation(s, style, random);
      s = slips(s, style, random);
    } else {
      s = finish(s, random);
    }
    StringBuilder out = new StringBuilder();
    boolean kept = false;
    boolean start = true;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '\u0001' || c == '\u0002') {
        kept = c == '\u0001';
        start &= !kept;
        continue;
      }
      out.append(kept ? c : letter(s, i, start, style));
      if (Character.isLetterOrDigit(c)) {
        start = false;
      } else if ((".!?".indexOf(c) >= 0 && i + 1 < s.length() && s.charAt(i + 1) == ' ')
          || c == '\n') {
        start = true;
      }
    }
    return out.toString();
  }

  private static char letter(String s, int i, boolean start, Style style) {
    char c = s.charAt(i);
    return switch (style.letters()) {
      case UPPER -> Character.toUpperCase(c);
      case LOWER -> Character.toLowerCase(c);
      case SENTENCE -> start || loneI(s, i) ? Character.toUpperCase(c) : c;
    };
  }

  private static boolean loneI(String s, int i) {
    return s.charAt(i) == 'i'
        && (i == 0 || " (\n".indexOf(s.charAt(i - 1)) >= 0)
        && (i + 1 == s.length() || " ',.?!".indexOf(s.charAt(i + 1)) >= 0)
        && !s.startsWith("i.e", i);
  }

  private static String articles(String s) {
    return s.replaceAll("\\b([aA]) (?=[aeioAEIO])" + FREE, "$1n ");
  }

  private static String possessives(String s, Style style, SplitMix random) {
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (int at = s.indexOf("\u0002's"); at >= 0; at = s.indexOf("\u0002's", from)) {
      boolean afterS = Character.toLowerCase(s.charAt(at - 1)) == 's';
      out.append(s, from, at + 1);
      String end = afterS && random.chance(50) ? "'" : random.chance(10) ? "’s" : "'s";
      if (!afterS && style.noise() > 0 && random.chance(style.noise() * 11)) {
        end = "s";
      }
      out.append(style.letters() == Style.Case.UPPER ? end.toUpperCase(Locale.ROOT) : end);
      from = at + 3;
    }
    return out.append(s.substring(from)).toString();
  }

  private static String finish(String s, SplitMix random) {
    char last = s.charAt(s.length() - 1);
    boolean closed = ".?!,)".indexOf(last) >= 0;
    return closed || random.chance(45) ? s : s + ".";
  }

  private static String punctuation(String s, Style style, SplitMix random) {
    String out = s;
    if (random.chance(35 * style.noise())) {
      out = out.replaceAll("(?<=[a-z])'(?=[a-z])" + FREE, "");
    }
    if (random.chance(28 * style.noise())
        && !out.isEmpty()
        && ".?".indexOf(out.charAt(out.length() - 1)) >= 0) {
      out = out.substring(0, out.length() - 1) + random.pick("", "", "", "??", " ?", "...", "!");
    }
    if (random.chance(18 * style.noise())) {
      out = out.replaceAll("(?<=[a-z\u0002]),(?= )", "");
    }
    return out;
  }

  private static String slips(String s, Style style, SplitMix random) {
    double perLetter = style.noise() == 1 ? 0.7 : random.pick(1.0, 2.0, 3.5);
    StringBuilder out = new StringBuilder();
    boolean kept = false;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '\u0001' || c == '\u0002') {
        kept = c == '\u0001';
      }
      if (kept || !isInLongWord(s, i) || !random.chance(perLetter)) {
        if (c == ' ' && !kept && random.chance(style.noise() * 0.25)) {
          out.append(random.pick("", "  "));
          continue;
        }
        out.append(c);
        continue;
      }
      switch (random.weighted(25, 20, 30, 25)) {
        case 0 -> {}
        case 1 -> out.append(c).append(c);
        case 2 -> {
          out.append(s.charAt(i + 1)).append(c);
          i++;
        }
        default -> out.append(neighbour(c, random));
      }
    }
    return out.toString();
  }

  /** True inside a word of four letters or more, but not at its last letter. */
  private static boolean isInLongWord(String s, int i) {
    if (!isLetter(s, i) || !isLetter(s, i + 1)) {
      return false;
    }
    int low = i;
    while (isLetter(s, low - 1)) {
      low--;
    }
    int high = i;
    while (isLetter(s, high + 1)) {
      high++;
    }
    return high - low >= 3 && (i > low || high - low > 5);
  }

  private static boolean isLetter(String s, int i) {
    return i >= 0 && i < s.length() && Character.isLetter(s.charAt(i));
  }

  private static char neighbour(char c, SplitMix random) {
    int at = KEYS.indexOf(Character.toLowerCase(c));
    if (at < 0) {
      return c;
    }
    int other = at + random.pick(-1, 1);
    return other < 0 || other >= KEYS.length() || KEYS.charAt(other) == ' '
        ? c
        : KEYS.charAt(other);
  }
}
