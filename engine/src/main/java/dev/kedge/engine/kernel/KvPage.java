package dev.kedge.engine.kernel;

/**
 * Keys and values of {@link Kernels#PAGE} consecutive positions, of all layers and heads; its
 * content is arbitrary until it is stored. It shares its arrays with the other pages of its slab.
 *
 * <p>Different threads may store different heads at the same time, and read what was stored before.
 */
public final class KvPage {
  final KvLayout layout;
  final int at; // which of its slab
  final int slab; // pages of it
  final int[][] words; // [layer][slab]
  final float[][] scales;

  KvPage(KvLayout layout, int at, int slab, int[][] words, float[][] scales) {
    this.layout = layout;
    this.at = at;
    this.slab = slab;
    this.words = words;
    this.scales = scales;
  }

  /** Whether this page's keys and values begin where those of {@code other} end. */
  @SuppressWarnings("ReferenceEquality")
  public boolean follows(KvPage other) {
    return words == other.words && at == other.at + 1;
  }
}
