package dev.kedge.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Seeded mutations of a JSON body. */
final class BodyMutation {
  private static final String[] VALUES = {
    "null",
    "true",
    "-1",
    "0",
    "1e9",
    "\"\"",
    "[]",
    "{}",
    "[[[]]]",
    "\"say x\"",
    "9e99",
    "\"\\u0000\""
  };

  private BodyMutation() {}

  static byte[] mutate(byte[] body, SplittableRandom random) {
    byte[] mutated = body;
    int steps = random.nextInt(1, 4);
    for (int step = 0; step < steps; step++) {
      mutated =
          switch (random.nextInt(5)) {
            case 0 -> flipped(mutated, random);
            case 1 -> Arrays.copyOf(mutated, random.nextInt(mutated.length + 1));
            case 2 -> without(mutated, random);
            case 3 -> doubled(mutated, random);
            default -> withOtherValue(mutated, random);
          };
    }
    return mutated;
  }

  private static byte[] flipped(byte[] body, SplittableRandom random) {
    byte[] flipped = body.clone();
    if (flipped.length > 0) {
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private static byte[] without(byte[] body, SplittableRandom random) {
    int from = random.nextInt(body.length + 1);
    int to = Math.min(body.length, from + random.nextInt(12));
    return concat(Arrays.copyOf(body, from), Arrays.copyOfRange(body, to, body.length));
  }

  private static byte[] doubled(byte[] body, SplittableRandom random) {
    int from = random.nextInt(body.length + 1);
    return concat(
        Arrays.copyOf(body, Math.min(body.length, from + random.nextInt(40))),
        Arrays.copyOfRange(body, from, body.length));
  }

  /* Replaces the value of one field, so that types and ranges are tried as well as syntax. */
  private static byte[] withOtherValue(byte[] body, SplittableRandom random) {
    String text = new String(body, StandardCharsets.ISO_8859_1);
    int colon = text.indexOf(':', random.nextInt(text.length() + 1));
    if (colon < 0) return body;
    int end = colon + 1;
    int depth = 0;
    while (end < text.length()) {
      char c = text.charAt(end);
      if (depth == 0 && (c == ',' || c == '}' || c == ']')) break;
      if (c == '{' || c == '[') depth++;
      if (c == '}' || c == ']') depth--;
      end++;
    }
    String value = VALUES[random.nextInt(VALUES.length)];
    return (text.substring(0, colon + 1) + value + text.substring(end))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
