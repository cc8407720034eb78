/** How somebody types: fixed for one inquiry. */
record Style(Case letters, int noise) {
  enum Case {
    SENTENCE,
    LOWER,
    UPPER
  }

  static Style any(SplitMix random) {
    int noise = random.below(3);
    Case letters =
        switch (noise) {
          case 0 -> Case.SENTENCE;
          case 1 -> random.chance(50) ? Case.LOWER : Case.SENTENCE;
          default ->
              random.chance(65) ? Case.LOWER : random.chance(15) ? Case.UPPER : Case.SENTENCE;
        };
    return new Style(letters, noise);
  }

  /** A value that must reach the answer unchanged; {@link Noise} leaves it alone. */
  static String keep(String value) {
    return "\u0001" + value + "\u0002";
  }
}
