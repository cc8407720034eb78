package dev.kedge.engine.kernel;

/**
 * Pages that are made together, a layer at a time: to take and clear the memory of all takes as
 * long as a good part of a forward pass.
 */
public final class KvSlab {
  private final KvLayout layout;
  private final int count;
  private final int[][] words;
  private final float[][] scales;
  private int made; // layers

  /**
   * Without memory as yet.
   *
   * @param count of its pages
   */
  public KvSlab(KvLayout layout, int count) {
    this.layout = layout;
    this.count = count;
    this.words = new int[layout.layers()][];
    this.scales = new float[layout.layers()][];
  }

  /** Whether all layers are made. */
  public boolean complete() {
    return made == words.length;
  }

  /**
   * Takes the memory of a further layer.
   *
   * @throws OutOfMemoryError if there is none; what was made stays
   */
  public void makeLayer() {
    words[made] = new int[Math.multiplyExact(count, layout.words())];
    scales[made] = new float[count * layout.scales()];
    made++;
  }

  /** How many pages they are. */
  public int count() {
    return count;
  }

  /** Memory that was taken. */
  public long bytes() {
    return layout.bytes() / words.length * count * made;
  }

  /** The pages of a complete slab. */
  public KvPage[] pages() {
    if (!complete()) throw new IllegalStateException("the slab is not complete");
    KvPage[] pages = new KvPage[count];
    for (int i = 0; i < count; i++) pages[i] = new KvPage(layout, i, count, words, scales);
    return pages;
  }
}
