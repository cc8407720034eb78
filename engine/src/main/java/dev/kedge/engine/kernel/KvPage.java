package dev.kedge.engine.kernel;

/**
 * Keys and values of {@link Kernels#PAGE} consecutive positions, of all layers and heads; its
 * content is arbitrary until it is stored. One array per layer, so that no single one is large
 * enough to trouble the garbage collector.
 *
 * <p>Different threads may store different heads at the same time, and read what was stored before.
 */
public final class KvPage {
  final KvLayout layout;
  final int[][] words; // [layer][KvLayout.words]
  final float[][] scales; // [layer][KvLayout.scales]

  /** A page of its own memory. */
  public KvPage(KvLayout layout) {
    this.layout = layout;
    this.words = new int[layout.layers()][layout.words()];
    this.scales = new float[layout.layers()][layout.scales()];
  }
}
