package dev.kedge.eval.mask;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Given names, most of them of the United States' census of 1990; where they are from says the
 * file.
 */
final class GivenNames {
  private static final Pattern ACCENTS = Pattern.compile("\\p{M}+");
  private static final Set<String> SURE = new HashSet<>();
  private static final Set<String> WORDS_TOO = new HashSet<>();

  static {
    Set<String> part = SURE;
    for (String line : lines()) {
      if (line.startsWith("# Names that are words")) part = WORDS_TOO;
      if (!line.startsWith("#")) part.addAll(Arrays.asList(line.split(" ", -1)));
    }
  }

  private GivenNames() {}

  private static Iterable<String> lines() {
    try (InputStream file =
        Objects.requireNonNull(GivenNames.class.getResourceAsStream("given-names.txt"))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Hardly ever anything else than a name, in any case of letters. */
  static boolean sure(String word) {
    String small = word.toLowerCase(Locale.ROOT);
    return SURE.contains(small) || SURE.contains(bare(small));
  }

  private static String bare(String word) {
    return ACCENTS.matcher(Normalizer.normalize(word, Normalizer.Form.NFD)).replaceAll("");
  }

  /** A name where a surname follows, and else rather a word. */
  static boolean withSurname(String word) {
    return WORDS_TOO.contains(word.toLowerCase(Locale.ROOT));
  }
}
