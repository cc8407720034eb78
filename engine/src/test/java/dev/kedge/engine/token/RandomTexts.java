package dev.kedge.engine.token;

import java.util.Random;

/** Seeded texts. */
final class RandomTexts {
  private static final String[] HOSTILE = {
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "'s",
    "'LL",
    "'ſ",
    "1",
    "٣",
    "½",
    "é",
    "e\u0301",
    "🦙",
    "한",
    "天",
    "\uD800",
    "\uDC00",
    "\u0000",
    "\u00A0",
    "\u3000",
    "▁",
    "Ġ",
    "<|im_end|>",
    "</s>",
    "<0x0A>",
    "_"
  };

  private RandomTexts() {}

  /** Words of a few letters, so that pairs repeat. */
  static String words(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      if (i > 0) text.append(" ".repeat(random.nextInt(8) == 0 ? 3 : 1));
      int length = 1 + random.nextInt(5);
      for (int j = 0; j < length; j++) text.append((char) ('a' + random.nextInt(3)));
    }
    return text.toString();
  }

  /** Any characters, unpaired surrogates and what pre-tokenizers look for among them. */
  static String hostile(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      switch (random.nextInt(4)) {
        case 0 -> text.append(HOSTILE[random.nextInt(HOSTILE.length)]);
        case 1 -> text.append((char) random.nextInt(0x10000));
        case 2 -> text.appendCodePoint(random.nextInt(0x110000));
        default -> text.append((char) (' ' + random.nextInt(95)));
      }
    }
    return text.toString();
  }
}
