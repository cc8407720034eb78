package dev.kedge.engine.sample;

/**
 * The beginning of some bytes, as far as they stand in a JSON string for whole characters without
 * an escape.
 *
 * @param bytes how many
 * @param characters that they stand for
 */
record PlainText(int bytes, int characters) {
  static PlainText of(byte[] bytes) {
    int count = 0;
    int at = 0;
    while (at < bytes.length) {
      int length = length(bytes, at);
      if (length == 0) break;
      at += length;
      count++;
    }
    return new PlainText(at, count);
  }

  /* Bytes of the character here; 0 if it is none, or not plain. */
  private static int length(byte[] bytes, int at) {
    int lead = bytes[at] & 0xFF;
    if (lead < 0x80) return lead < 0x20 || lead == '"' || lead == '\\' ? 0 : 1;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (at + length > bytes.length) return 0;
    for (int i = 1; i < length; i++) if ((bytes[at + i] & 0xC0) != 0x80) return 0;
    int second = bytes[at + 1] & 0xFF;
    boolean wrong =
        (lead == 0xE0 && second < 0xA0) // overlong
            || (lead == 0xED && second > 0x9F) // a surrogate
            || (lead == 0xF0 && second < 0x90)
            || (lead == 0xF4 && second > 0x8F); // beyond the last code point
    return wrong ? 0 : length;
  }
}
