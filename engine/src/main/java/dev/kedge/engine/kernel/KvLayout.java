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
 * <p>Pages are made in slabs: of each head, the keys of a slab's pages lie one after the other,
 * then the values of each group of dimensions. What fetches memory ahead needs long stretches: on
 * Zen 5 loops as dense as attention's read stretches of 16 KB at a quarter of the speed that they
 * reach on 512 KB, for about the first 16 KB of each come no faster than the loop itself asks for
 * them. So slabs grow with the memory that is taken, from less than what garbage collectors call a
 * large object to stretches of 256 KB.
 *
 * @param type of the elements
 * @param layers blocks of the model
 * @param heads key-value heads of a layer
 * @param size values of a head
 */
public record KvLayout(KvType type, int layers, int heads, int size) {
  static final int ROW = PAGE / 2;
  static final int GROUP = 32; // dimensions of a group
  private static final int SMALL_LAYER_BYTES = 448 << 10;
  private static final int STRETCH_BYTES = 256 << 10;
  private static final int SLAB_BYTES = 128 << 20;

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

  /**
   * How many pages are to be made together.
   *
   * @param made pages that there are already
   */
  public int slabPages(int made) {
    int small = Math.clamp(SMALL_LAYER_BYTES / (4L * words()), 1, 16);
    long stretch = STRETCH_BYTES / (4L * words(type, size) / 2);
    // One less: with the array's header it must not exceed a power of two, for G1's sake.
    long large = Math.min(stretch, SLAB_BYTES / bytes()) - 1;
    return (int) Math.max(small, Math.min(large, 2L * made));
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
  int keys(KvPage page, int head) {
    return (2 * head * page.slab + page.at) * (words(type, size) / 2);
  }

  /** The first word of a head's values of a group of 32 dimensions. */
  int values(KvPage page, int head, int group) {
    int rows = type == KvType.F16 ? PAGE : PAGE / 2;
    int before = (2 * head + 1) * page.slab * (words(type, size) / 2);
    return before + (group * page.slab + page.at) * rows * ROW;
  }

  /** Rows of words of a page's keys of one head. */
  int keyLines() {
    return words(type, size) / 2 / ROW;
  }

  /** Rows of words of a page's values of one head and group. */
  int valueLines() {
    return type == KvType.F16 ? PAGE : PAGE / 2;
  }

  /** The first scale of a head's keys. */
  int keyScales(KvPage page, int head) {
    return (2 * head * page.slab + page.at) * PAGE;
  }

  /** The first scale of a head's values. */
  int valueScales(KvPage page, int head) {
    return ((2 * head + 1) * page.slab + page.at) * PAGE;
  }

  /** The word of a value (F16), or of it and the next position's (Q8). */
  int value(KvPage page, int head, int slot, int d) {
    int row = type == KvType.F16 ? slot : slot / 2;
    return values(page, head, d / GROUP) + row * ROW + d % ROW;
  }

  /** The word of a key (F16), or of it and the next dimension's (Q8). */
  int key(KvPage page, int head, int slot, int d) {
    int row = type == KvType.F16 ? d : d / 2;
    return keys(page, head) + row * ROW + slot % ROW;
  }

  /** New pages for this many positions. */
  public KvPage[] pages(int positions) {
    KvPage[] pages = new KvPage[Math.ceilDiv(positions, PAGE)];
    for (int made = 0; made < pages.length; ) {
      KvPage[] slab = slab(Math.min(slabPages(made), pages.length - made));
      System.arraycopy(slab, 0, pages, made, slab.length);
      made += slab.length;
    }
    return pages;
  }

  /**
   * A new slab.
   *
   * @param count of its pages
   */
  public KvPage[] slab(int count) {
    KvSlab slab = new KvSlab(this, count);
    while (!slab.complete()) slab.makeLayer();
    return slab.pages();
  }

  /** Memory of one page. */
  public long bytes() {
    return 4L * layers * (words() + scales());
  }
}
