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
 * <p>Pages are made in slabs of {@link #slabPages}: of each head, the keys of a slab's pages lie
 * one after the other, then their values. A prompt takes its pages in that order, so attention
 * finds longer stretches than one page to read. A layer of a slab is small enough not to trouble
 * the garbage collector as a large object.
 *
 * @param type of the elements
 * @param layers blocks of the model
 * @param heads key-value heads of a layer
 * @param size values of a head
 */
public record KvLayout(KvType type, int layers, int heads, int size) {
  static final int ROW = PAGE / 2;
  private static final int GROUP = 32;
  private static final int SLAB_BYTES = 448 << 10;

  public KvLayout {
    if (layers < 1 || heads < 1 || size < 1 || size > 1 << 20) {
      throw new IllegalArgumentException(
          "a cache of " + layers + " layers, " + heads + " heads of " + size);
    }
    // Offsets are ints.
    if ((long) heads * size * PAGE > 1 << 28) {
      throw new IllegalArgumentException(
          "keys and values of " + heads + " heads of " + size + " are too large for a page");
    }
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

  /** Pages that are made together. */
  public int slabPages() {
    return Math.clamp(SLAB_BYTES / (4L * words()), 1, 16);
  }

  /** Words of one layer of a page. */
  int words() {
    return heads * words(type, size);
  }

  /** Scales of one layer of a page. */
  int scales() {
    return type == KvType.Q8 ? 2 * heads * PAGE : 0;
  }

  /** The first word of a head's keys in page {@code at} of a slab. */
  int keys(int at, int head) {
    return (2 * head * slabPages() + at) * (words(type, size) / 2);
  }

  /** The first word of a head's values of a group of 32 dimensions. */
  int values(int at, int head, int group) {
    int rows = type == KvType.F16 ? PAGE : PAGE / 2;
    return ((2 * head + 1) * slabPages() + at) * (words(type, size) / 2) + group * rows * ROW;
  }

  /** The first scale of a head's keys. */
  int keyScales(int at, int head) {
    return (2 * head * slabPages() + at) * PAGE;
  }

  /** The first scale of a head's values. */
  int valueScales(int at, int head) {
    return ((2 * head + 1) * slabPages() + at) * PAGE;
  }

  /** The word of a value (F16), or of it and the next position's (Q8). */
  int value(int at, int head, int slot, int d) {
    int row = type == KvType.F16 ? slot : slot / 2;
    return values(at, head, d / GROUP) + row * ROW + d % ROW;
  }

  /** The word of a key (F16), or of it and the next dimension's (Q8). */
  int key(int at, int head, int slot, int d) {
    int row = type == KvType.F16 ? d : d / 2;
    return keys(at, head) + row * ROW + slot % ROW;
  }

  /** New pages for this many positions. */
  public KvPage[] pages(int positions) {
    KvPage[] pages = new KvPage[Math.ceilDiv(positions, PAGE)];
    for (int i = 0; i < pages.length; i += slabPages()) {
      KvPage[] slab = slab(Math.min(slabPages(), pages.length - i));
      System.arraycopy(slab, 0, pages, i, slab.length);
    }
    return pages;
  }

  /**
   * A new slab.
   *
   * @param count of pages that will be used, at most {@link #slabPages}
   */
  public KvPage[] slab(int count) {
    int[][] words = new int[layers][slabPages() * words()];
    float[][] scales = new float[layers][slabPages() * scales()];
    KvPage[] pages = new KvPage[count];
    for (int i = 0; i < count; i++) pages[i] = new KvPage(this, i, words, scales);
    return pages;
  }

  /** Memory of one page. */
  public long bytes() {
    return 4L * layers * (words() + scales());
  }
}
