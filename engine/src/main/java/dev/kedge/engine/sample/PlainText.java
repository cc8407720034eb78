package dev.kedge.engine.sample;

/** Bytes that stand in a JSON string for whole characters without an escape. */
final class PlainText {
  private PlainText() {}

  /** How many characters the bytes are, or 0 if they are not all plain and whole. */
  static int characters(byte[] bytes) {
    int count = 0;
    for (int at = 0; at < bytes.length; count++) {
      int length = length(bytes, at);
      if (length == 0) return 0;
      at += length;
    }
    return count;
  }

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
