package dev.kedge.eval.holdout;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Texts as they are compared: lower case, letters and digits only (NFKC), one blank between words;
 * a placeholder of personal data is the name of its kind, for who asked makes no difference.
 */
final class Normal {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\[([A-Z_]{2,12})_[a-z2-7]{10}]");
  private static final int SHINGLE = 5;

  private Normal() {}

  static String of(String text) {
    String plain = text.indexOf('[') < 0 ? text : PLACEHOLDER.matcher(text).replaceAll(" $1 ");
    if (!Normalizer.isNormalized(plain, Normalizer.Form.NFKC)) {
      plain = Normalizer.normalize(plain, Normalizer.Form.NFKC);
    }
    StringBuilder normal = new StringBuilder(plain.length());
    boolean gap = false;
    String lower = plain.toLowerCase(Locale.ROOT);
    for (int i = 0; i < lower.length(); ) {
      int c = lower.codePointAt(i);
      i += Character.charCount(c);
      if (Character.isLetterOrDigit(c) || Character.getType(c) == Character.NON_SPACING_MARK) {
        if (gap && !normal.isEmpty()) normal.append(' ');
        gap = false;
        normal.appendCodePoint(c);
      } else {
        gap = true;
      }
    }
    return normal.toString();
  }

  /** A digest of 64 bits. */
  static long hash(String text) {
    long hash = 0x9E3779B97F4A7C15L ^ text.length();
    for (int i = 0; i < text.length(); i++) hash = mix(hash ^ text.charAt(i));
    return hash;
  }

  /** The finalizer of SplitMix64, a bijection. */
  static long mix(long z) {
    long y = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    y = (y ^ (y >>> 27)) * 0x94D049BB133111EBL;
    return y ^ (y >>> 31);
  }

  /** Hashes of the different runs of five characters, ascending; of a shorter text itself. */
  static int[] shingles(String normal) {
    if (normal.length() <= SHINGLE) return new int[] {(int) hash(normal)};
    int[] hashes = new int[normal.length() - SHINGLE + 1];
    for (int i = 0; i < hashes.length; i++) {
      long run = 0;
      for (int j = 0; j < SHINGLE; j++) run = run * 0x1_0001L + normal.charAt(i + j);
      hashes[i] = (int) mix(run);
    }
    Arrays.sort(hashes);
    int different = 0;
    for (int i = 0; i < hashes.length; i++) {
      if (i == 0 || hashes[i] != hashes[i - 1]) hashes[different++] = hashes[i];
    }
    return Arrays.copyOf(hashes, different);
  }

  /** The share of common elements in all elements of two ascending lists. */
  static double jaccard(int[] a, int[] b) {
    int common = 0;
    for (int i = 0, j = 0; i < a.length && j < b.length; ) {
      if (a[i] == b[j]) {
        common++;
        i++;
        j++;
      } else if (a[i] < b[j]) {
        i++;
      } else {
        j++;
      }
    }
    return (double) common / (a.length + b.length - common);
  }
}
