package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Kernels.PAGE;

/**
 * Where keys and values stand in a {@link KvPage}. Everything is kept in 32-bit words that a vector
 * loads and splits by shifts, without crossing lanes:
 *
 * <ul>
 *   <li>F16: a word holds two halves that are 16 apart, the lower one in its low bits. Keys: {@code
 *       [size][16 words]}, position i and i + 16 share a word. Values: {@code [size / 32][PAGE][16
 *       words]}, dimension i and i + 16 of a group of 32 share a word.
 *   <li>Q8: a word holds the words of two neighbours in bytes, the even one in the low half. Keys:
 *       {@code [size / 2][16 words]}; values: {@code [size / 32][PAGE / 2][16 words]}.
 * </ul>
 *
 * <p>Heads whose size is no multiple of 32 are padded, so that memory is read in one direction.
 *
 * @param type of the elements
 * @param layers blocks of the model
 * @param heads key-value heads of a layer
 * @param size values of a head
 */
public record KvLayout(KvType type, int layers, int heads, int size) {
  static final int ROW = PAGE / 2;
  private static final int GROUP = 32;

  public KvLayout {
    if (layers < 1 || heads < 1 || size < 1 || size > 1 << 20) {
      throw new IllegalArgumentException(
          "a cache of " + layers + " layers, " + heads + " heads of " + size);
    }
    // Offsets are ints.
    Math.multiplyExact(heads, words(type, size));
  }

  private static int words(KvType type, int size) {
    int padded = Math.ceilDiv(size, GROUP) * GROUP;
    return 2 * padded * PAGE / perWord(type);
  }

  private static int perWord(KvType type) {
    return switch (type) {
      case F16 -> 2;
      case Q8 -> 4;
    };
  }

  /** {@code size}, rounded up to whole groups. */
  int padded() {
    return Math.ceilDiv(size, GROUP) * GROUP;
  }

  /** Words of one layer of a page. */
  int words() {
    return heads * words(type, size);
  }

  /** Scales of one layer of a page. */
  int scales() {
    return type == KvType.Q8 ? 2 * heads * PAGE : 0;
  }

  /** The first word of a head's keys. */
  int keys(int head) {
    return head * words(type, size);
  }

  /** The first word of a head's values. */
  int values(int head) {
    return keys(head) + words(type, size) / 2;
  }

  /** The first scale of a head's keys; those of its values follow. */
  int keyScales(int head) {
    return 2 * head * PAGE;
  }

  int valueScales(int head) {
    return keyScales(head) + PAGE;
  }

  /** The word of a value (F16), or of it and the next position's (Q8). */
  int value(int head, int slot, int d) {
    int rows = type == KvType.F16 ? PAGE : PAGE / 2;
    int row = type == KvType.F16 ? slot : slot / 2;
    return values(head) + (d / GROUP * rows + row) * ROW + d % ROW;
  }

  /** The word of a key (F16), or of it and the next dimension's (Q8). */
  int key(int head, int slot, int d) {
    int row = type == KvType.F16 ? d : d / 2;
    return keys(head) + row * ROW + slot % ROW;
  }

  /** Pages for this many positions, each of its own memory. */
  public KvPage[] pages(int positions) {
    KvPage[] pages = new KvPage[Math.ceilDiv(positions, PAGE)];
    for (int i = 0; i < pages.length; i++) pages[i] = new KvPage(this);
    return pages;
  }

  /** Memory of one page. */
  public long bytes() {
    return 4L * layers * (words() + scales());
  }
}
